// The port to the recorded votes and their tallies. tests/conformance states what every implementation holds.
#pragma once

#include <span>
#include <vector>

#include "base/result.hpp"
#include "poll/tally.hpp"
#include "poll/vote.hpp"

namespace pollux::poll {

// record() is for one thread at a time; the others are for any thread, also while record() runs, and then see
// the state before or after its batch, never a part of it. After an `unavailable` error the
// same call may succeed later (a full disk, a database that is down); an `internal` one needs an operator.
class VoteStore {
 public:
  virtual ~VoteStore() = default;

  // Records a batch in one transaction: all of it or, after an error, nothing. For each voter and poll one
  // row remains, that of the largest version; what is older or already known changes nothing, so batches may
  // be repeated, reordered and hold several votes of a voter. The version is kept also where the selection
  // stays the same, or an older vote could come later and win. The tallies change in the same transaction.
  // When this returns without an error the batch is on disk; after an error it may be recorded again, and
  // must be before it counts. Returns the new tally of each poll whose counts changed, once each; one that
  // can't be read, which tally() has an error for, is left out. A version of 2^63
  // or more is refused as `invalid`.
  virtual Result<std::vector<Tally>> record(std::span<const QueuedVote> batch) = 0;

  // Whether record() could record now: does as record() does, without a vote. As record(), for one thread at
  // a time.
  virtual Result<void> probe() = 0;

  // The tally as of the last record(); version 0 and no counts for a poll without votes.
  virtual Result<Tally> tally(const PollId& poll) = 0;

  // Counts all recorded votes of the poll, to check tally(). It reads each of them, which takes a while for
  // millions.
  virtual Result<SelectionCounts> recount(const PollId& poll) = 0;

  // The largest version recorded so far, of all polls; zero before the first vote.
  virtual Result<Version> latest_version() = 0;
};

}  // namespace pollux::poll
