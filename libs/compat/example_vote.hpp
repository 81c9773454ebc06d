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

// The element of the list for a vote; `invalid` for a vote in any other poll.
Result<std::string> encode_example_vote(const poll::Vote& vote);

// The vote of an element of the list: a JSON object in UTF-8, within the bounds below, with the strings
// voter_id and vote, a valid VoterId and Selection. As with Python's json.loads, other members are ignored,
// and of two members with the same name the last one counts. Anything else is `invalid`.
inline constexpr std::size_t max_example_vote_bytes = 8192;
inline constexpr std::size_t max_example_vote_depth = 8;
Result<poll::Vote> decode_example_vote(std::string_view json);

// A text, in valid UTF-8, as a JSON string in ASCII with its quotation marks, as json.dumps writes it:
// characters outside printable ASCII are escaped, those beyond U+FFFF as a surrogate pair.
std::string to_ascii_json(std::string_view utf8);

}  // namespace pollux::compat
