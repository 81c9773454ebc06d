// When votes were queued: from this follows how long they took to the screens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "poll/vote.hpp"

namespace pollux::poll {

// The times at which a number of votes were queued, in a bounded number of groups. All votes of a group count
// with the time of its oldest one, so that ages are never understated. A vote that is d milliseconds older
// than the newest one counts as at most 2d milliseconds older, regardless of the order of additions: a few
// votes that are late do not make others late. What is more than 24 days older is one group.
class VoteTimes {
 public:
  static constexpr std::size_t max_groups = 64;

  struct Group {
    std::uint64_t oldest = 0;  // Unix time in milliseconds by the clock of the queue (Version::time)
    std::uint64_t votes = 0;

    friend bool operator==(const Group&, const Group&) = default;
  };

  // `time` is below 2^63.
  void add(std::uint64_t time, std::uint64_t votes = 1);
  void add(const VoteTimes& other);  // its groups, each at its time

  bool empty() const { return spans_.empty(); }
  std::uint64_t votes() const;
  // At most max_groups, the oldest first.
  std::vector<Group> groups() const;

  friend bool operator==(const VoteTimes& left, const VoteTimes& right) {
    return left.groups() == right.groups();
  }

 private:
  // Votes that count with one time. Spans do not overlap, except that others may have a single time in one.
  struct Span {
    std::uint64_t newest = 0;
    std::uint64_t oldest = 0;
    std::uint64_t votes = 0;
  };

  static std::vector<Span> merged(std::vector<Span> spans);

  std::vector<Span> spans_;  // each of one time, until there are too many
};

// The times of the votes of one poll in a batch.
VoteTimes times_of(std::span<const QueuedVote> batch, const PollId& poll);

}  // namespace pollux::poll
