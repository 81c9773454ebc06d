#include "queue/redis_vote_producer.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/post.hpp>

#include "queue/redis_confirmations.hpp"
#include "redis/async_connection.hpp"
#include "redis/error.hpp"

namespace pollux::queue {
namespace {

constexpr std::chrono::milliseconds room_pause{100};  // between attempts to make room in Redis

Error stopping() {
  return unavailable("The service is stopping and takes no more votes. Please vote again in a moment.");
}

}  // namespace

// One io thread's connection, and the votes that other threads have posted to it.
class RedisVoteProducer::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(RedisVoteProducer& producer, IoThreads::Context& context, RedisAck ack,
             std::chrono::milliseconds confirmation_limit, redis::AsyncConnection::Options options)
      : producer_(producer),
        context_(context),
        max_waiting_(options.max_in_flight),
        url_text_(options.url.text()) {
    if (ack != RedisAck::memory) confirm(ack, options.url, confirmation_limit);
    connection_.emplace(context, std::move(options));
  }

  IoThreads::Context& context() { return context_; }
  const redis::AsyncConnection& connection() const { return *connection_; }

  void start() {
    boost::asio::post(context_, [self = shared_from_this()] {
      if (self->connection_) self->connection_->start();
    });
  }

  // On the connection's own thread.
  void send(redis::EncodedCommand command, poll::VoteQueue::AckCallback done) {
    send(std::make_shared<const Waiting>(Waiting{std::move(command), std::move(done)}), true);
  }

  // On any other thread.
  void post(redis::EncodedCommand command, poll::VoteQueue::AckCallback done) {
    std::unique_lock lock(mutex_);
    if (closed_) {
      lock.unlock();
      return producer_.finish(done, stopping());
    }
    if (waiting_.size() >= max_waiting_) {
      lock.unlock();
      return producer_.finish(done, full("Too many votes are waiting to be sent to Redis at " + url_text_ +
                                         ". Try again in a moment."));
    }
    waiting_.push_back({std::move(command), std::move(done)});
    const bool wake = waiting_.size() == 1;
    lock.unlock();
    if (wake) boost::asio::post(context_, [self = shared_from_this()] { self->fetch(); });
  }

  // On the connection's own thread, or while that does not run. The producer is not used afterwards.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;  // before any callback runs, because it may post another vote
    }
    connection_.reset();
    if (confirmations_) confirmations_->reject_all(stopping());
    for (const Waiting& vote : take_waiting()) producer_.finish(vote.done, stopping());
  }

 private:
  struct Waiting {
    redis::EncodedCommand command;
    poll::VoteQueue::AckCallback done;
  };

  void confirm(RedisAck ack, const redis::Url& url, std::chrono::milliseconds limit) {
    confirmations_.emplace(
        ack, url, limit,
        [this](const redis::EncodedCommand& question, redis::AsyncConnection::Answer answer) {
          if (connection_) connection_->send_aside(question, std::move(answer));  // else it is ending
        },
        [this](const poll::VoteQueue::AckCallback& done, poll::VoteResult outcome) {
          producer_.finish(done, std::move(outcome));
        },
        [this](std::size_t votes) { producer_.statistics_.unconfirmed += votes; });
  }

  // `may_repeat`: if Redis is full, room is made and the vote is sent again.
  void send(std::shared_ptr<const Waiting> vote, bool may_repeat) {
    if (!connection_) return producer_.finish(vote->done, stopping());
    connection_->command(vote->command, [this, vote, may_repeat](const Result<redis::Reply>& reply) {
      if (!reply && may_repeat && make_room(reply.error())) return send(vote, false);
      poll::VoteResult outcome = reply ? producer_.interpretation_(*reply) : poll::VoteResult(reply.error());
      if (outcome && confirmations_) return confirmations_->hold(vote->done, *outcome);
      producer_.finish(vote->done, std::move(outcome));
    });
    if (!confirmations_ || !confirmations_->sent()) return;
    boost::asio::post(context_, [self = shared_from_this()] {
      if (self->connection_) self->confirmations_->ask();
    });
  }

  // True if what is sent now may find room.
  bool make_room(const Error& error) {
    if (producer_.make_room_.empty() || !redis::is_out_of_memory(error)) return false;
    const auto now = std::chrono::steady_clock::now();
    if (now < next_room_) return true;  // votes that were sent together were rejected together
    next_room_ = now + room_pause;
    for (const redis::EncodedCommand& command : producer_.make_room_)
      connection_->send_aside(command, [](const Result<redis::Reply>&) {});
    return true;
  }

  std::vector<Waiting> take_waiting() {
    const std::lock_guard lock(mutex_);
    return std::exchange(waiting_, {});
  }

  void fetch() {
    for (Waiting& vote : take_waiting()) send(std::move(vote.command), std::move(vote.done));
  }

  RedisVoteProducer& producer_;
  IoThreads::Context& context_;
  const std::size_t max_waiting_;
  const std::string url_text_;
  std::chrono::steady_clock::time_point next_room_;
  std::optional<RedisConfirmations> confirmations_;
  std::optional<redis::AsyncConnection> connection_;  // until close(); its answers use what is above

  std::mutex mutex_;  // guards what follows
  std::vector<Waiting> waiting_;
  bool closed_ = false;
};

RedisVoteProducer::RedisVoteProducer(IoThreads& threads, const RedisQueueOptions& options,
                                     const std::vector<redis::EncodedCommand>& keepalive,
                                     Interpretation interpretation,
                                     std::vector<redis::EncodedCommand> make_room)
    : threads_(threads), interpretation_(std::move(interpretation)), make_room_(std::move(make_room)) {
  const bool waits_for_disk = options.ack == RedisAck::fsync;
  const auto limit = waits_for_disk ? fsync_limit : options.deadline / 2;
  const redis::AsyncConnection::Options connection{
      .url = options.url,
      .max_in_flight = options.max_in_flight,
      .deadline = waits_for_disk ? options.deadline + fsync_limit : options.deadline,
      .keepalive = keepalive};
  for (std::size_t i = 0; i < threads.size(); ++i) {
    connections_.push_back(
        std::make_shared<Connection>(*this, threads.context(i), options.ack, limit, connection));
    connections_.back()->start();
  }
}

RedisVoteProducer::~RedisVoteProducer() {
  std::vector<std::future<void>> closed;
  for (const auto& each : connections_) {
    if (!threads_.running()) {
      each->close();
      continue;
    }
    std::promise<void> promise;
    closed.push_back(promise.get_future());
    boost::asio::post(each->context(), [each, promise = std::move(promise)]() mutable {
      each->close();
      promise.set_value();
    });
  }
  for (auto& one : closed) one.wait();
}

void RedisVoteProducer::send(redis::EncodedCommand command, poll::VoteQueue::AckCallback done) {
  statistics_.in_flight.fetch_add(1, std::memory_order_relaxed);
  if (const auto own = threads_.current())
    return connections_[*own]->send(std::move(command), std::move(done));
  connections_[std::hash<std::thread::id>{}(std::this_thread::get_id()) % connections_.size()]->post(
      std::move(command), std::move(done));
}

std::atomic<std::uint64_t>& RedisVoteProducer::counter_of(const poll::VoteResult& outcome) {
  if (outcome) return statistics_.accepted;
  switch (outcome.error().reason) {
    case poll::RejectionReason::full:
      return statistics_.rejected_full;
    case poll::RejectionReason::unavailable:
      return statistics_.rejected_unavailable;
    case poll::RejectionReason::not_open:
    case poll::RejectionReason::closed:
    case poll::RejectionReason::archived:
    case poll::RejectionReason::other_run:
    case poll::RejectionReason::already_voted:
      break;
  }
  return statistics_.rejected_by_gate;
}

void RedisVoteProducer::finish(const poll::VoteQueue::AckCallback& done, poll::VoteResult outcome) {
  counter_of(outcome).fetch_add(1, std::memory_order_relaxed);
  statistics_.in_flight.fetch_sub(1, std::memory_order_relaxed);
  done(std::move(outcome));
}

Result<void> RedisVoteProducer::state() const {
  for (const auto& each : connections_) {
    if (auto state = each->connection().state(); !state) return state;
  }
  return {};
}

Result<void> RedisVoteProducer::keeps_votes_when_full() const {
  for (const auto& each : connections_) {
    if (auto checked = each->connection().keeps_data_when_full(); !checked) return checked;
  }
  return {};
}

std::size_t RedisVoteProducer::connected() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(connections_, [](const auto& each) { return each->connection().connected(); }));
}

std::uint64_t RedisVoteProducer::reconnects() const {
  std::uint64_t count = 0;
  for (const auto& each : connections_) {
    if (const auto connections = each->connection().connections(); connections > 0) count += connections - 1;
  }
  return count;
}

}  // namespace pollux::queue
