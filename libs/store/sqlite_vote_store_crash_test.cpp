// Processes that end in the middle of their work, and disks that give up.
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/testing/temporary_directory.hpp"
#include "store/sqlite_vote_store.hpp"

namespace pollux::store {
namespace {

constexpr std::uint64_t batch_size = 50;

poll::PollId poll() {
  return poll::PollId::parse("default").value();
}

poll::Selection selection_of(std::uint64_t voter) {
  return poll::Selection::parse(voter % 3 == 0 ? "a" : "b").value();
}

std::vector<poll::QueuedVote> batch_from(std::uint64_t first) {
  std::vector<poll::QueuedVote> batch;
  for (std::uint64_t n = first; n < first + batch_size; ++n) {
    batch.push_back(
        {{1, n}, {poll(), poll::VoterId::parse("voter" + std::to_string(n)).value(), selection_of(n)}});
  }
  return batch;
}

// The counts of the voters 1 to `count`.
poll::SelectionCounts counts_of_first(std::uint64_t count) {
  poll::SelectionCounts counts;
  for (std::uint64_t n = 1; n <= count; ++n) ++counts[selection_of(n)];
  return counts;
}

class Child {
 public:
  // Runs `work` in a process of its own, which can report numbers.
  explicit Child(const std::function<void(const std::function<void(std::uint64_t)>&)>& work) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    process_ = ::fork();
    if (process_ == 0) {
      ::close(ends[0]);
      work([&](std::uint64_t number) { (void)!::write(ends[1], &number, sizeof number); });
      ::_exit(0);
    }
    ::close(ends[1]);
    reports_ = ends[0];
  }
  ~Child() {
    kill();
    ::close(reports_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // The next number, or false when the child has ended and all its numbers were read.
  bool next_report(std::uint64_t& number) {
    return ::read(reports_, &number, sizeof number) == sizeof number;
  }

  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }

 private:
  pid_t process_ = 0;
  int reports_ = -1;
};

TEST(SqliteVoteStoreCrash, LosesNoRecordedVoteAndKeepsTheTallyRightWhenKilled) {
  for (const std::uint64_t reports_before_the_kill : {1U, 7U, 40U}) {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "pollux.db";
    Child child([&](const auto& report) {
      // A small log, so that the kill may also come in the middle of a checkpoint.
      const auto store = SqliteVoteStore::open(path, {.checkpoint_bytes = 16'384}).value();
      for (std::uint64_t recorded = 0; store->record(batch_from(recorded + 1)); recorded += batch_size) {
        report(recorded + batch_size);
      }
    });
    std::uint64_t recorded = 0;
    for (std::uint64_t i = 0; i < reports_before_the_kill; ++i) ASSERT_TRUE(child.next_report(recorded));
    child.kill();
    while (child.next_report(recorded)) continue;

    const auto store = SqliteVoteStore::open(path, {}).value();
    const poll::Tally tally = store->tally(poll()).value();
    EXPECT_GE(tally.total(), recorded);
    EXPECT_EQ(tally.total() % batch_size, 0U) << "a batch is there or not";
    EXPECT_EQ(tally.counts, counts_of_first(tally.total()));
    EXPECT_EQ(tally.counts, store->recount(poll()).value());
    EXPECT_EQ(store->latest_version().value(), (poll::Version{1, tally.total()}));
  }
}

TEST(SqliteVoteStoreCrash, RefusesBatchesThatTheDiskDoesNotTakeAndLosesNoneBefore) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "pollux.db";
  constexpr std::uint64_t refused = 0;
  Child child([&](const auto& report) {
    ::signal(SIGXFSZ, SIG_IGN);  // writing past the limit then fails as on a broken disk
    const rlimit limit{300'000, 300'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto store = SqliteVoteStore::open(path, {}).value();
    for (std::uint64_t recorded = 0; recorded < 100'000; recorded += batch_size) {
      const auto done = store->record(batch_from(recorded + 1));
      if (!done) {
        if (done.error().code == ErrorCode::unavailable) report(refused);
        break;
      }
      report(recorded + batch_size);
    }
    ::kill(::getpid(), SIGKILL);
  });
  std::uint64_t recorded = 0;
  std::uint64_t last = 0;
  while (child.next_report(last) && last != refused) recorded = last;
  EXPECT_EQ(last, refused) << "the store said that the disk takes no more";
  EXPECT_GT(recorded, 0U);

  child.kill();
  const auto store = SqliteVoteStore::open(path, {}).value();
  EXPECT_EQ(store->tally(poll()).value().counts, counts_of_first(recorded));
  EXPECT_EQ(store->recount(poll()).value(), counts_of_first(recorded));
}

}  // namespace
}  // namespace pollux::store
