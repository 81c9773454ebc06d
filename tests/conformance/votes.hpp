// Short ways to write votes in tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "poll/vote.hpp"

namespace pollux::conformance {

inline poll::PollId poll(std::string_view id = "default") {
  return poll::PollId::parse(id).value();
}
inline poll::VoterId voter(std::string_view id) {
  return poll::VoterId::parse(id).value();
}
inline poll::Selection selection(std::string_view text) {
  return poll::Selection::parse(text).value();
}

inline poll::Vote vote(std::string_view voter_id, std::string_view chosen,
                       std::string_view poll_id = "default") {
  return {poll(poll_id), voter(voter_id), selection(chosen)};
}

// A vote with the version {1, place}.
inline poll::QueuedVote queued(std::uint64_t place, std::string_view voter_id, std::string_view chosen,
                               std::string_view poll_id = "default") {
  return {{1, place}, vote(voter_id, chosen, poll_id)};
}

}  // namespace pollux::conformance
