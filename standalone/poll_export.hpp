// `pollux poll export`: a file, or standard output, with progress.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>

#include "base/result.hpp"
#include "standalone/api_client.hpp"
#include "standalone/poll_options.hpp"

namespace pollux::standalone {

// Saves what `path` of the API has to options.output, or writes it to `out`. A file appears complete or not
// at all. `lines`: as many are expected; 0: unknown. The reply has a body if it is no 200.
Result<ApiReply> save_export(const ApiClient& client, const std::string& path, std::uint64_t lines,
                             const PollOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pollux::standalone
