// A vote as Docker's example-voting-app (https://github.com/dockersamples/example-voting-app) puts it into
// its list: {"voter_id": "xyz", "vote": "b"}, byte for byte what Python's json.dumps writes, so that the
// worker of that application accepts it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "poll/vote.hpp"

namespace pollux::compat {

// The only poll of example-voting-app.
inline constexpr std::string_view example_poll = "default";

// `invalid` for a vote in any other poll.
Result<std::string> encode_example_vote(const poll::Vote& vote);

// JSON in UTF-8, up to 8 KiB and 8 levels deep: an object whose members voter_id and vote are strings within
// the bounds of VoterId and Selection. As in Python's reader other members and their order are ignored, and
// of a member that is there twice the last one counts. Anything else is `invalid`.
inline constexpr std::size_t max_example_vote_bytes = 8192;
inline constexpr std::size_t max_example_vote_depth = 8;
Result<poll::Vote> decode_example_vote(std::string_view json);

// Valid UTF-8 as a JSON string in ASCII, with its quotation marks: characters outside space to ~ are escaped,
// beyond U+FFFF as a surrogate pair.
std::string to_ascii_json(std::string_view utf8);

}  // namespace pollux::compat
