// The adapters on Redis, each with a server of its own that is empty at first.
#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>

#include "base/io_threads.hpp"
#include "base/testing/eventually.hpp"
#include "conformance/subjects.hpp"
#include "directory/redis_poll_directory.hpp"
#include "directory/redis_poll_publisher.hpp"
#include "queue/redis_stream_vote_consumer.hpp"
#include "queue/redis_stream_vote_queue.hpp"
#include "queue/redis_vote_gates.hpp"
#include "redis/testing/redis_server.hpp"

namespace pollux::conformance {
namespace {

class RedisStreamSubject : public VoteQueueSubject {
 public:
  explicit RedisStreamSubject(bool read_ahead) {
    threads_.start();
    queue_.emplace(threads_, queue::RedisQueueOptions{.url = server_.url()});
    queue::RedisStreamVoteConsumer::Options options;
    options.url = server_.url();
    options.consumer_name = "conformance";
    options.read_ahead = read_ahead;
    consumer_.emplace(options);
    if (!eventually([this] { return queue_->producer().state().has_value(); }))
      throw std::runtime_error("The queue does not connect: " + queue_->producer().state().error().message);
  }

  poll::VoteQueue& queue() override { return *queue_; }
  poll::VoteConsumer& consumer() override { return *consumer_; }
  bool durable() const override { return true; }
  std::size_t bound() const override { return 0; }  // Redis's memory
  void close() override { server_.stop(); }         // votes have no place then
  void destroy() override {
    queue_.reset();
    consumer_.reset();
  }

 private:
  redis::testing::RedisServer server_;
  IoThreads threads_{2};
  std::optional<queue::RedisStreamVoteQueue> queue_;
  std::optional<queue::RedisStreamVoteConsumer> consumer_;
};

// Each queue has io threads and connections of its own, as in a process of its own.
class RedisGatesSubject : public VoteGatesSubject {
 public:
  RedisGatesSubject() {
    for (auto& service : services_) {
      service.threads.start();
      service.queue.emplace(service.threads, queue::RedisQueueOptions{.url = server_.url(), .gates = true});
    }
    queue::RedisStreamVoteConsumer::Options options;
    options.url = server_.url();
    options.consumer_name = "conformance";
    consumer_.emplace(options);
    for (auto& service : services_) {
      const auto state = [&service] { return service.queue->producer().state(); };
      if (!eventually([&] { return state().has_value(); }))
        throw std::runtime_error("A queue does not connect: " + state().error().message);
    }
  }

  poll::VoteQueue& queue(std::size_t side) override { return *services_.at(side).queue; }
  poll::VoteConsumer& consumer() override { return *consumer_; }
  poll::VoteGates& gates() override { return gates_; }
  void destroy() override {
    for (auto& service : services_) service.queue.reset();
    consumer_.reset();
  }

 private:
  struct Service {
    IoThreads threads{1};
    std::optional<queue::RedisStreamVoteQueue> queue;
  };

  redis::testing::RedisServer server_;
  std::array<Service, queues> services_;
  std::optional<queue::RedisStreamVoteConsumer> consumer_;
  queue::RedisVoteGates gates_{server_.url()};
};

class RedisPollsSubject : public PollDirectorySubject {
 public:
  RedisPollsSubject() { directory_.start(); }

  poll::PollDirectory& directory() override { return directory_; }
  poll::PollPublisher& publisher() override { return publisher_; }

 private:
  redis::testing::RedisServer server_;
  directory::RedisPollPublisher publisher_{server_.url()};
  directory::RedisPollDirectory directory_{server_.url(), {.period = std::chrono::milliseconds(10)}, {}};
};

}  // namespace

std::vector<Adapter<PollDirectorySubject>> poll_directories() {
  return {{"Redis", [] { return std::make_unique<RedisPollsSubject>(); }}};
}

std::vector<Adapter<VoteGatesSubject>> gated_queues() {
  return {{"Redis", [] { return std::make_unique<RedisGatesSubject>(); }}};
}

std::vector<Adapter<VoteQueueSubject>> vote_queues() {
  return {{"RedisStream", [] { return std::make_unique<RedisStreamSubject>(true); }},
          {"RedisStreamWithoutReadingAhead", [] { return std::make_unique<RedisStreamSubject>(false); }}};
}

}  // namespace pollux::conformance
