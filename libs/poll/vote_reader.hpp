// The port for those who export votes: the recorded votes of a run, page by page. Its contract has a
// conformance suite in tests/conformance.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "poll/vote.hpp"

namespace pollux::poll {

struct RecordedVote {
  VoterId voter;
  Selection selection;

  friend bool operator==(const RecordedVote&, const RecordedVote&) = default;
};

// Reads what a VoteRecorder has recorded, in the database that also has the polls. One thread at a time.
class VoteReader {
 public:
  static constexpr std::size_t max_page = 10'000;

  virtual ~VoteReader() = default;

  // Up to `limit` (1 to max_page) votes of a run: those of the voters whose ids follow `after`, in the order
  // of the ids, or the first ones. If there are fewer, they are the last. Votes that are recorded meanwhile
  // may be missing, and each voter comes once. Takes as long for the last page as for the first.
  virtual Result<std::vector<RecordedVote>> votes(const PollId& run, const std::optional<VoterId>& after,
                                                  std::size_t limit) = 0;

  // The secret of a poll that someone made, 64 hexadecimal digits, which is made by the first call and
  // deleted with the poll: with it, exports replace the ids of voters. `invalid` if there is no such poll.
  virtual Result<std::string> export_key(const PollId& poll) = 0;
};

}  // namespace pollux::poll
