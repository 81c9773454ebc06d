// A vote as the original vote app puts it into its list: {"voter_id": "xyz", "vote": "b"}, byte for byte what
// Python's json.dumps writes, so that the original worker takes it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "poll/vote.hpp"

namespace pollux::queue {

// The one poll that the original app knows.
inline constexpr std::string_view original_poll = "default";

// `invalid` for a vote in any other poll.
Result<std::string> encode_original_vote(const poll::Vote& vote);

// JSON in UTF-8, up to 8 KiB and 8 levels deep: an object whose members voter_id and vote are texts within
// the bounds of VoterId and Selection. As for Python's reader other members do not matter, nor does
// their order, and of a member that is there twice the last one counts. Anything else is `invalid`.
inline constexpr std::size_t max_original_vote_bytes = 8192;
inline constexpr std::size_t max_original_vote_depth = 8;
Result<poll::Vote> decode_original_vote(std::string_view json);

// Valid UTF-8 as a JSON text in ASCII, with its quotation marks: what is not between blank and ~ is escaped,
// beyond U+FFFF as a pair of surrogates.
std::string to_ascii_json(std::string_view utf8);

}  // namespace pollux::queue
