// A worker: the real consumer of the streams and the real worker loop, on simulated servers. It is killed or
// stopped by faults, and starts again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "poll/ports.hpp"
#include "queue/redis_stream_vote_consumer.hpp"
#include "simulation/breakage.hpp"
#include "simulation/process.hpp"
#include "simulation/viewers.hpp"
#include "worker/worker_loop.hpp"

namespace pollux::simulation {

// The recorder of a worker: the store on the simulated database, behind a connection that fails before and
// after a commit.
class DatabaseLink : public poll::VoteRecorder {
 public:
  DatabaseLink(Process& process, poll::VoteRecorder& server)
      : process_(process), world_(process.world()), server_(server) {}

  Result<std::vector<poll::PollId>> record(std::span<const poll::QueuedVote> batch) override;
  Result<void> probe() override;

 private:
  void note_older(std::span<const poll::QueuedVote> batch);

  Process& process_;
  World& world_;
  poll::VoteRecorder& server_;
};

// The world and the viewers outlive it; its steps refer to it.
class WorkerProcess {
 public:
  WorkerProcess(World& world, Viewers& viewers, std::string name, Breakage breakage);

  void start();      // now, unless it runs; and again some time after each end
  void shut_down();  // in order; for the end of a history

  void update();  // restarts an older version

  bool recorded() const { return recorded_; }

 private:
  // What a process has in memory, in the order of use.
  struct Memory {
    Memory(Process& process, queue::RedisStreamConsumerOptions options, Viewers& viewers, Breakage breakage);

    queue::RedisStreamVoteConsumer consumer;
    std::unique_ptr<poll::VoteConsumer> broken_consumer;  // null: it is not broken
    std::unique_ptr<poll::VoteRecorder> broken_recorder;  // likewise
    DatabaseLink database;
    FeedLink feed;
    std::optional<worker::WorkerLoop> loop;
  };

  void step();
  void stop();
  void end();
  void end_and_restart();
  queue::RedisStreamConsumerOptions consumer_options();
  worker::WorkerLoop::Options loop_options();
  worker::WorkerLoop::Events events();
  void note_statistics();

  World& world_;
  Viewers& viewers_;
  const std::string name_;
  const Breakage breakage_;
  Process process_;
  std::optional<Memory> memory_;
  std::uint64_t starts_ = 0;
  bool old_version_ = false;  // reads no format 3
  bool recorded_ = false;
};

}  // namespace pollux::simulation
