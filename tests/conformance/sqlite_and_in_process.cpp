// The adapters of the program for one machine.
#include <filesystem>
#include <optional>

#include "base/testing/temporary_directory.hpp"
#include "conformance/tally_feed_subject.hpp"
#include "conformance/vote_queue_subject.hpp"
#include "conformance/vote_store_subject.hpp"
#include "feed/in_process_tally_feed.hpp"
#include "queue/in_process_vote_queue.hpp"
#include "store/sqlite_vote_store.hpp"

namespace pollux::conformance {
namespace {

class SqliteSubject : public VoteStoreSubject {
 public:
  SqliteSubject() { reopen(); }
  poll::VoteStore& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    store_ = store::SqliteVoteStore::open(directory_.path() / "pollux.db", {}).value();
  }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<store::SqliteVoteStore> store_;
};

class InProcessQueueSubject : public VoteQueueSubject {
 public:
  poll::VoteQueue& queue() override { return *queue_; }
  poll::VoteConsumer& consumer() override { return *queue_; }
  bool durable() const override { return false; }
  std::size_t bound() const override { return 1000; }
  void close() override { queue_->close(); }
  void destroy() override { queue_.reset(); }

 private:
  std::optional<queue::InProcessVoteQueue> queue_{
      std::in_place, queue::InProcessVoteQueue::Options{.capacity = 1000}, poll::Version{}};
};

class InProcessFeedSubject : public TallyFeedSubject {
 public:
  poll::TallyFeed& feed() override { return feed_; }
  void publish(const poll::Tally& tally) override { feed_.publish(tally); }

 private:
  feed::InProcessTallyFeed feed_;
};

}  // namespace

std::vector<Adapter<VoteStoreSubject>> vote_stores() {
  return {{"Sqlite", [] { return std::make_unique<SqliteSubject>(); }}};
}

std::vector<Adapter<VoteQueueSubject>> vote_queues() {
  return {{"InProcess", [] { return std::make_unique<InProcessQueueSubject>(); }}};
}

std::vector<Adapter<TallyFeedSubject>> tally_feeds() {
  return {{"InProcess", [] { return std::make_unique<InProcessFeedSubject>(); }}};
}

}  // namespace pollux::conformance
