#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bounded_text.hpp"
#include "compat/example_vote.hpp"
#include "lifecycle/startup.hpp"
#include "queue/redis_dead_letters.hpp"
#include "redis/server_check.hpp"
#include "store/postgres_vote_store.hpp"
#include "worker/maintenance.hpp"
#include "worker/patience.hpp"

namespace pollux::worker {
namespace {

constexpr std::size_t letters_at_once = 500;
constexpr std::chrono::milliseconds redis_limit{5000};
constexpr int some_stay = 3;

int fail(const Error& error) {
  std::cerr << error.message << '\n';
  return 1;
}

// What a dead letter says of itself, which anybody with access to Redis may have written: one line, and no
// bytes that a terminal obeys.
std::string shown(const std::string& text) {
  constexpr std::size_t most = 200;
  return text.size() <= most && is_plain_text(text) ? text : "(not shown: long or not plain text)";
}

class Replay {
 public:
  explicit Replay(const WorkerProgramOptions& options)
      : options_(options), letters_(options.redis, {redis_limit, redis_limit}, compat::decode_example_vote) {}

  int run() {
    if (auto checked = redis::check_server(options_.redis, {redis_limit, redis_limit}); !checked) {
      return fail(checked.error());
    }
    if (auto opened = open_store(); !opened) return fail(opened.error());
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
  Result<void> open_store() {
    if (options_.dry_run) return {};
    Patience patience;
    store::tell(patience.progress(), "for the database " + options_.database.text() + " to answer");
    auto opened = store::PostgresVoteStore::open(
        options_.database, {},
        WaitLimit::in(std::max(options_.service.start_wait, lifecycle::Startup::min_attempt)));
    if (!opened) return opened.error();
    store_ = *std::move(opened);
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
    const auto recorded = store_->record(votes);
    if (recorded) return remove(letters);
    if (recorded.error().code != ErrorCode::invalid) return recorded.error();
    // One that the database refuses must not keep the others.
    for (std::size_t n = 0; n < votes.size(); ++n) {
      if (auto done = replay_one(votes[n], *letters[n]); !done) return done;
    }
    return {};
  }

  Result<void> replay_one(const poll::QueuedVote& vote, const queue::DeadLetter& letter) {
    const auto recorded = store_->record(std::span(&vote, 1));
    if (recorded) return remove({&letter});
    if (recorded.error().code != ErrorCode::invalid) return recorded.error();
    keep(letter, recorded.error());
    return {};
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

  // Not who voted what.
  static void print(const queue::DeadLetter& letter, const std::string& outcome) {
    std::cout << letter.id << " (" << shown(letter.stream) << ' ' << shown(letter.entry_id)
              << ", was: " << shown(letter.reason) << ") " << outcome << '\n';
  }

  const WorkerProgramOptions& options_;
  queue::RedisDeadLetters letters_;
  std::unique_ptr<store::PostgresVoteStore> store_;
  std::size_t replayed_ = 0;
  std::size_t kept_ = 0;
};

}  // namespace

int replay_dead_letters(const WorkerProgramOptions& options) {
  return Replay(options).run();
}

}  // namespace pollux::worker
