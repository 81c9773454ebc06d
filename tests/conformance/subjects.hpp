// What the suites require of an adapter: a fresh one for each test, and short ways to write votes.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "poll/poll_directory.hpp"
#include "poll/poll_store.hpp"
#include "poll/ports.hpp"
#include "poll/vote_gate.hpp"
#include "poll/vote_reader.hpp"

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
inline poll::Vote vote(std::string_view voter_id, std::string_view selected,
                       std::string_view poll_id = "default") {
  return {poll(poll_id), voter(voter_id), selection(selected)};
}
// A vote with the version {1, place}.
inline poll::QueuedVote queued(std::uint64_t place, std::string_view voter_id, std::string_view selected,
                               std::string_view poll_id = "default") {
  return {{1, place}, vote(voter_id, selected, poll_id)};
}

template <class Subject>
struct Adapter {
  std::string name;  // part of the names of the tests
  std::function<std::unique_ptr<Subject>()> make;

  friend std::ostream& operator<<(std::ostream& out, const Adapter& adapter) { return out << adapter.name; }
};

// An empty queue that has room for at least 1000 votes, unless `bound` is less.
class VoteQueueSubject {
 public:
  virtual ~VoteQueueSubject() = default;

  virtual poll::VoteQueue& queue() = 0;
  virtual poll::VoteConsumer& consumer() = 0;

  // True if an accepted vote outlives the process before it is acknowledged: it is accepted when it is
  // queued, and delivered again when it is released.
  virtual bool durable() const = 0;

  // How many votes the queue holds before it returns `full`; 0 if only memory limits it.
  virtual std::size_t bound() const = 0;

  // No vote is accepted from now on.
  virtual void close() = 0;

  // Destroys the queue; queue() and consumer() are not used afterwards.
  virtual void destroy() = 0;
};

// An empty queue with gates, into which votes come from several sides at once, as from several vote services.
class VoteGatesSubject {
 public:
  static constexpr std::size_t queues = 4;

  virtual ~VoteGatesSubject() = default;

  virtual poll::VoteQueue& queue(std::size_t side) = 0;  // below `queues`
  virtual poll::VoteConsumer& consumer() = 0;
  virtual poll::VoteGates& gates() = 0;

  // Destroys the queues; queue() and consumer() are not used afterwards.
  virtual void destroy() = 0;
};

// An empty store: what records votes, what reads tallies, and what the database really has, by other SQL.
class VoteStoreSubject {
 public:
  virtual ~VoteStoreSubject() = default;

  virtual poll::VoteRecorder& recorder() = 0;
  virtual poll::TallyReader& tallies() = 0;
  virtual poll::SelectionCounts recorded(const poll::PollId& poll) = 0;
  virtual poll::Version latest_version() = 0;  // of all polls; on the thread of tallies()

  // Closes the store and opens it again, like the next start of the program; the objects are others then.
  virtual void reopen() = 0;
};

// An empty store of polls, with a recorder of votes on the same database.
class PollStoreSubject {
 public:
  struct Options {
    std::function<poll::PollCode()> make_code = &poll::PollCode::random;
    std::size_t max_polls = poll::PollStore::max_polls;
    std::size_t max_logos = poll::PollStore::max_logos;
  };

  virtual ~PollStoreSubject() = default;

  // A store with a connection of its own, as another process has it.
  virtual std::unique_ptr<poll::PollStore> connect(const Options& options) = 0;
  virtual poll::VoteRecorder& recorder() = 0;
  virtual poll::TallyReader& tallies() = 0;
  virtual poll::SelectionCounts recorded(const poll::PollId& poll) = 0;
  virtual std::unique_ptr<poll::VoteReader> votes() = 0;
};

// A directory that knows no poll, and what publishes to it.
class PollDirectorySubject {
 public:
  virtual ~PollDirectorySubject() = default;

  virtual poll::PollDirectory& directory() = 0;
  virtual poll::PollPublisher& publisher() = 0;
};

// A feed that knows no tally.
class TallyFeedSubject {
 public:
  virtual ~TallyFeedSubject() = default;

  virtual poll::TallyFeed& feed() = 0;
  // Makes `tally` the current one of its poll and publishes it through the TallyPublisher, with the times of
  // the votes that changed it. Any thread.
  virtual void publish(const poll::Tally& tally, const poll::VoteTimes& times) = 0;
  void publish(const poll::Tally& tally) { publish(tally, {}); }
};

std::vector<Adapter<VoteQueueSubject>> vote_queues();
std::vector<Adapter<VoteGatesSubject>> gated_queues();
std::vector<Adapter<VoteStoreSubject>> vote_stores();
std::vector<Adapter<PollDirectorySubject>> poll_directories();
std::vector<Adapter<PollStoreSubject>> poll_stores();
std::vector<Adapter<TallyFeedSubject>> tally_feeds();

}  // namespace pollux::conformance
