#include "worker/commands.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <iostream>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/bounded_text.hpp"
#include "compat/example_vote.hpp"
#include "feed/postgres_tally_publisher.hpp"
#include "lifecycle/startup.hpp"
#include "queue/redis_dead_letters.hpp"
#include "queue/redis_recorded_votes_reader.hpp"
#include "queue/versions.hpp"
#include "redis/server_check.hpp"
#include "store/postgres_recount.hpp"
#include "store/postgres_replay.hpp"
#include "store/postgres_schema.hpp"
#include "store/postgres_vote_recorder.hpp"

namespace pollux::worker {
namespace {

void warn(const Error& error) {
  std::cerr << error.message << '\n';
}

int fail(const Error& error) {
  warn(error);
  return 1;
}

// --start-wait limits the wait of a command, too.
WaitLimit connecting_limit(const WorkerProgramOptions& options) {
  return WaitLimit::in(std::max(options.service.start_wait, lifecycle::Startup::min_attempt));
}

// Prints what a command waits for to standard error, once that takes a second, and again every ten.
class WaitingMessages {
 public:
  // Takes the rest of "Waiting …"; an empty text ends the messages. Any thread.
  store::Progress progress() {
    return [this](const std::string& what) {
      const std::lock_guard lock(mutex_);
      what_ = what;
      since_ = Clock::now();
      changed_.notify_one();
    };
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds first{1};
  static constexpr std::chrono::seconds further{10};

  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      const auto since = since_;
      for (auto next = since + first;; next += further) {
        changed_.wait_until(lock, stop, next, [&] { return since_ != since; });
        if (stop.stop_requested() || since_ != since) break;
        if (!what_.empty()) std::cerr << "Waiting " << what_ << ".\n";
      }
    }
  }

  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  std::string what_;
  Clock::time_point since_ = Clock::now();
  std::jthread thread_{[this](const std::stop_token& stop) { run(stop); }};  // last: it uses what is above
};

void print(const store::TallyDifference& difference) {
  std::cout << "poll " << difference.poll << ", selection " << difference.selection << ": the tally is "
            << difference.tally << ", recorded are " << difference.recorded << '\n';
}

// Without the times of votes: what an operator repairs or replays says nothing about the way of votes to the
// screens.
std::vector<poll::ChangedPoll> changed(const std::vector<poll::PollId>& polls) {
  std::vector<poll::ChangedPoll> changed;
  for (const poll::PollId& poll : polls) changed.push_back({.poll = poll});
  return changed;
}

// The tallies are right even if this fails: result services read them once a second in any case.
void publish(const std::vector<store::TallyDifference>& repaired, const WorkerProgramOptions& options) {
  std::set<poll::PollId> polls;
  for (const store::TallyDifference& difference : repaired) {
    if (auto poll = poll::PollId::parse(difference.poll)) polls.insert(*std::move(poll));
  }
  feed::PostgresTallyPublisher publisher(options.database, {.call_timeout = feed::publish_limit});
  if (const auto published = publisher.publish(changed({polls.begin(), polls.end()})); !published) {
    warn(published.error());
  }
}

constexpr std::size_t letters_at_once = 500;
constexpr std::chrono::milliseconds replay_limit{5000};
constexpr int some_stay = 3;

// A field of a dead letter, which anyone with access to Redis may have written: one line without control
// characters.
std::string shown(const std::string& text) {
  constexpr std::size_t most = 200;
  return text.size() <= most && is_plain_text(text) ? text : "(not shown: long or not plain text)";
}

Result<std::unique_ptr<store::PostgresVoteRecorder>> open_recorder(const WorkerProgramOptions& options) {
  WaitingMessages waiting;
  waiting.progress()("for the database " + options.database.text() + " to answer");
  return store::PostgresVoteRecorder::open(options.database, {}, connecting_limit(options));
}

class Replay {
 public:
  explicit Replay(const WorkerProgramOptions& options)
      : options_(options),
        letters_(options.redis, {replay_limit, replay_limit}, compat::decode_example_vote),
        publisher_(options.database, {.call_timeout = feed::publish_limit}) {}

  int run() {
    if (auto checked = redis::check_server(options_.redis, {replay_limit, replay_limit}); !checked) {
      return fail(checked.error());
    }
    if (auto opened = open_database(); !opened) return fail(opened.error());
    for (;;) {
      const auto batch = letters_.next(letters_at_once);
      if (!batch) return fail(batch.error());
      if (batch->empty()) break;
      if (auto done = replay(*batch); !done) return fail(done.error());
      std::cerr << replayed_ + kept_ << " dead letters read.\n";
    }
    std::cout << replayed_ << (options_.dry_run ? " would be recorded, " : " recorded, ") << kept_
              << " cannot be.\n";
    return kept_ == 0 ? 0 : some_stay;
  }

 private:
  Result<void> open_database() {
    if (options_.dry_run) return {};
    auto opened = open_recorder(options_);
    if (!opened) return opened.error();
    recorder_ = *std::move(opened);
    return {};
  }

  Result<void> replay(const std::vector<queue::DeadLetter>& batch) {
    std::vector<poll::QueuedVote> votes;
    std::vector<const queue::DeadLetter*> letters;
    for (const queue::DeadLetter& letter : batch) {
      if (!letter.vote) {
        keep(letter, letter.vote.error());
        continue;
      }
      votes.push_back(*letter.vote);
      letters.push_back(&letter);
      if (options_.dry_run) print(letter, "would be recorded");
    }
    if (options_.dry_run || votes.empty()) {
      replayed_ += votes.size();
      return {};
    }
    const auto recorded = recorder_->record(votes);
    if (recorded) return finish(*recorded, letters);
    if (recorded.error().code != ErrorCode::invalid) return recorded.error();
    // A vote that the database rejects must not block the others.
    for (std::size_t n = 0; n < votes.size(); ++n) {
      if (auto done = replay_one(votes[n], *letters[n]); !done) return done;
    }
    return {};
  }

  Result<void> replay_one(const poll::QueuedVote& vote, const queue::DeadLetter& letter) {
    const auto recorded = recorder_->record(std::span(&vote, 1));
    if (recorded) return finish(*recorded, {&letter});
    if (recorded.error().code != ErrorCode::invalid) return recorded.error();
    keep(letter, recorded.error());
    return {};
  }

  // Recorded votes stay recorded if publishing fails: result services read the tallies once a second in any
  // case.
  Result<void> finish(const std::vector<poll::PollId>& polls,
                      const std::vector<const queue::DeadLetter*>& letters) {
    if (const auto published = publisher_.publish(changed(polls)); !published) warn(published.error());
    return remove(letters);
  }

  Result<void> remove(const std::vector<const queue::DeadLetter*>& letters) {
    std::vector<std::string> ids;
    for (const queue::DeadLetter* letter : letters) ids.push_back(letter->id);
    const auto removed = letters_.remove(ids);
    if (!removed) return removed.error();
    replayed_ += ids.size();
    return {};
  }

  void keep(const queue::DeadLetter& letter, const Error& reason) {
    ++kept_;
    print(letter, "stays: " + reason.message);
  }

  // Without the voter and the selection.
  static void print(const queue::DeadLetter& letter, const std::string& outcome) {
    std::cout << letter.id << " (" << shown(letter.stream) << ' ' << shown(letter.entry_id)
              << ", was: " << shown(letter.reason) << ") " << outcome << '\n';
  }

  const WorkerProgramOptions& options_;
  queue::RedisDeadLetters letters_;
  std::unique_ptr<store::PostgresVoteRecorder> recorder_;
  feed::PostgresTallyPublisher publisher_;
  std::size_t replayed_ = 0;
  std::size_t kept_ = 0;
};

class RecordedReplay {
 public:
  explicit RecordedReplay(const WorkerProgramOptions& options)
      : options_(options),
        votes_(options.redis, {replay_limit, replay_limit}, compat::decode_example_vote,
               options.since ? milliseconds_of(*options.since) : 0),
        publisher_(options.database, {.call_timeout = feed::publish_limit}) {}

  int run() {
    if (auto checked = redis::check_server(options_.redis, {replay_limit, replay_limit}); !checked) {
      return fail(checked.error());
    }
    if (auto opened = open_database(); !opened) return fail(opened.error());
    for (;;) {
      const auto batch = votes_.next(options_.max_batch);
      if (!batch) return fail(batch.error());
      if (batch->empty()) break;
      for (const auto& entry : batch->unreadable) keep(entry.stream, entry.entry_id, entry.reason);
      if (auto done = record(batch->votes); !done) return fail(done.error());
      std::cerr << replayed_ + skipped_ + kept_ << " votes read.\n";
    }
    if (auto done = show(); !done) return fail(done.error());
    std::cout << replayed_ << (options_.dry_run ? " votes would be recorded, " : " votes are recorded, ")
              << skipped_ << " are of deleted runs, " << kept_ << " cannot be recorded. Tallies of "
              << changed_.size() << (changed_.size() == 1 ? " poll have" : " polls have") << " changed.\n";
    return kept_ == 0 ? 0 : some_stay;
  }

 private:
  static std::uint64_t milliseconds_of(std::chrono::sys_seconds time) {
    return static_cast<std::uint64_t>(std::chrono::milliseconds(time.time_since_epoch()).count());
  }

  Result<void> open_database() {
    if (options_.dry_run) return {};
    auto opened = open_recorder(options_);
    if (!opened) return opened.error();
    recorder_ = *std::move(opened);
    auto removed = store::removed_runs_postgres(options_.database, connecting_limit(options_));
    if (!removed) return removed.error();
    removed_ = *std::move(removed);
    return {};
  }

  Result<void> record(std::vector<poll::QueuedVote> votes) {
    const std::size_t skipped = std::erase_if(
        votes, [this](const poll::QueuedVote& queued) { return removed_.contains(queued.vote.poll.text()); });
    skipped_ += skipped;
    if (options_.dry_run || votes.empty()) {
      replayed_ += votes.size();
      return {};
    }
    const auto recorded = recorder_->record(votes);
    if (recorded) return count(*recorded, votes.size());
    if (recorded.error().code != ErrorCode::invalid) return recorded.error();
    // A vote that the database rejects must not block the others.
    for (const poll::QueuedVote& vote : votes) {
      const auto alone = recorder_->record(std::span(&vote, 1));
      if (alone) {
        (void)count(*alone, 1);
      } else if (alone.error().code == ErrorCode::invalid) {
        keep("", queue::entry_id_text(vote.version), alone.error().message);
      } else {
        return alone.error();
      }
    }
    return {};
  }

  Result<void> count(const std::vector<poll::PollId>& changed, std::size_t votes) {
    replayed_ += votes;
    changed_.insert(changed.begin(), changed.end());
    return {};
  }

  // Without the voter and the selection.
  void keep(const std::string& stream, const std::string& entry_id, const std::string& reason) {
    ++kept_;
    std::cout << shown(stream) << ' ' << entry_id << " cannot be recorded: " << reason << '\n';
  }

  // Viewers may have seen tallies that the database has lost. Result services read the tallies once a second
  // even if publishing fails.
  Result<void> show() {
    if (options_.dry_run) return {};
    if (auto raised = store::raise_tally_versions_postgres(options_.database, connecting_limit(options_));
        !raised) {
      return raised;
    }
    const auto published = publisher_.publish(changed({changed_.begin(), changed_.end()}));
    if (!published) warn(published.error());
    return {};
  }

  const WorkerProgramOptions& options_;
  queue::RedisRecordedVotesReader votes_;
  std::unique_ptr<store::PostgresVoteRecorder> recorder_;
  feed::PostgresTallyPublisher publisher_;
  std::set<std::string> removed_;  // runs of polls
  std::set<poll::PollId> changed_;
  std::size_t replayed_ = 0;
  std::size_t skipped_ = 0;
  std::size_t kept_ = 0;
};

}  // namespace

int migrate_database(const WorkerProgramOptions& options) {
  WaitingMessages waiting;
  const auto migrated = store::migrate_postgres(
      options.database, {.waiting = connecting_limit(options), .progress = waiting.progress()});
  if (!migrated) return fail(migrated.error());
  for (const std::string& name : migrated->applied) std::cout << "Applied " << name << ".\n";
  if (migrated->applied.empty()) std::cout << "The database has the schema of this version.\n";
  for (const std::string& remark : migrated->remarks) std::cout << remark << '\n';
  return 0;
}

int recount_votes(const WorkerProgramOptions& options) {
  WaitingMessages waiting;
  const store::PostgresRecount how{.connecting = connecting_limit(options), .progress = waiting.progress()};
  const auto differences = options.repair ? store::repair_postgres(options.database, how)
                                          : store::recount_postgres(options.database, how);
  if (!differences) return fail(differences.error());
  if (options.repair) publish(*differences, options);
  for (const store::TallyDifference& difference : *differences) print(difference);
  if (differences->empty()) {
    std::cout << "All tallies match the recorded votes.\n";
    return 0;
  }
  std::cout << (options.repair ? "The tallies were repaired.\n"
                               : "`pollux-worker recount --repair` repairs them.\n");
  return options.repair ? 0 : 1;
}

int replay_dead_letters(const WorkerProgramOptions& options) {
  return Replay(options).run();
}

int replay_recorded_votes(const WorkerProgramOptions& options) {
  return RecordedReplay(options).run();
}

}  // namespace pollux::worker
