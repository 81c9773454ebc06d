// The votes as files, for programs that post a file, such as Apache Bench (`ab -p`).
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace pollux::seed {

// Writes `posta` ("vote=a") and `postb` ("vote=b"), without an end of line, into a directory, which is made
// where there is none. Files of these names are replaced. An error says which path and why.
Result<void> make_post_data(const std::filesystem::path& directory);

}  // namespace pollux::seed
