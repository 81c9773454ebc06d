// The adapters on PostgreSQL, each with a fresh database on a server of this test.
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "conformance/tally_feed_subject.hpp"
#include "conformance/vote_store_subject.hpp"
#include "feed/postgres_tally_feed.hpp"
#include "postgres/testing/postgres_server.hpp"
#include "store/postgres_vote_store.hpp"

namespace pollux::conformance {
namespace {

postgres::TestServer& server() {
  static postgres::TestServer started;
  return started;
}

class PostgresSubject : public VoteStoreSubject {
 public:
  explicit PostgresSubject(store::PostgresVoteStore::Options options) : options_(options) { reopen(); }
  poll::VoteStore& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    store_ = store::PostgresVoteStore::open(url_, options_).value();
  }

 private:
  store::PostgresVoteStore::Options options_;
  postgres::Url url_ = server().fresh_database();
  std::unique_ptr<store::PostgresVoteStore> store_;
};

// The tallies are the test's, so that their versions are; the hints come through the server.
class PostgresFeedSubject : public TallyFeedSubject {
 public:
  PostgresFeedSubject() { feed_.start(); }

  poll::TallyFeed& feed() override { return feed_; }

  void publish(const poll::Tally& tally) override {
    const std::lock_guard lock(mutex_);
    tallies_.insert_or_assign(tally.poll, tally);
    const postgres::Parameters poll = postgres::Parameters().add(tally.poll.text());
    connection_.execute("SELECT pg_notify('pollux_tally', $1)", poll, patience()).value();
  }

 private:
  static WaitLimit patience() { return WaitLimit::in(std::chrono::seconds(20)); }

  Result<poll::Tally> read(const poll::PollId& poll) {
    const std::lock_guard lock(mutex_);
    const auto found = tallies_.find(poll);
    return found == tallies_.end() ? poll::Tally{.poll = poll, .version = 0, .counts = {}} : found->second;
  }

  const postgres::Url url_ = server().fresh_database();
  std::mutex mutex_;
  postgres::Connection connection_ = postgres::Connection::open(url_, patience()).value();
  std::map<poll::PollId, poll::Tally> tallies_;
  feed::PostgresTallyFeed feed_{url_, [this](const poll::PollId& poll) { return read(poll); }, {}, {}};
};

std::unique_ptr<VoteStoreSubject> with_slots(int slots) {
  store::PostgresVoteStore::Options options;
  options.slots = slots;
  return std::make_unique<PostgresSubject>(options);
}

}  // namespace

std::vector<Adapter<VoteStoreSubject>> vote_stores() {
  return {{"Postgres", [] { return with_slots(store::postgres_slots); }},
          {"PostgresSharedSlot", [] { return with_slots(0); }}};
}

std::vector<Adapter<TallyFeedSubject>> tally_feeds() {
  return {{"Postgres", [] { return std::make_unique<PostgresFeedSubject>(); }}};
}

}  // namespace pollux::conformance
