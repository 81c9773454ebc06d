#include "simulation/worker_process.hpp"

#include <algorithm>
#include <utility>

#include "simulation/redis_link.hpp"

namespace pollux::simulation {
namespace {

// Much shorter than in production, so that a history of a few seconds has many of them.
constexpr milliseconds reclaim_after{300};
constexpr milliseconds receive_wait{100};
constexpr milliseconds longest_stop{500};

Error away() {
  return unavailable("The connection to the database is lost.");
}

}  // namespace

Result<std::vector<poll::PollId>> DatabaseLink::record(std::span<const poll::QueuedVote> batch) {
  process_.risk(Branch::killed_before_commit);
  if (world_.strikes(Branch::database_slow, process_.name())) {
    process_.spend(world_.random.between(reclaim_after, 3 * reclaim_after));
    world_.agenda.deliver_until(process_.now());
  }
  if (!world_.database_is_up() || world_.strikes(Branch::database_refused, process_.name())) return away();
  note_older(batch);
  process_.spend(world_.random.between(milliseconds(0), milliseconds(5)));
  auto changed = server_.record(batch);
  if (changed && world_.traces())
    world_.trace(process_.name(), "records " + std::to_string(batch.size()) + " votes");
  process_.risk(Branch::killed_after_commit);
  if (world_.strikes(Branch::commit_answer_lost, process_.name())) return away();
  return changed;
}

void DatabaseLink::note_older(std::span<const poll::QueuedVote> batch) {
  const poll::QueuedVote& first = batch.front();
  const auto rows = world_.database.rows(first.vote.poll);
  const auto row = rows.find(first.vote.voter);
  if (row != rows.end() && row->second.version > first.version) world_.took(Branch::older_vote_ignored);
}

Result<void> DatabaseLink::probe() {
  if (!world_.database_is_up()) return away();
  return server_.probe();
}

WorkerProcess::Memory::Memory(Process& process, queue::RedisStreamConsumerOptions options, Viewers& viewers,
                              Breakage breakage)
    : consumer(std::move(options), std::make_unique<RedisLink>(process)),
      broken_consumer(break_consumer(breakage, consumer)),
      broken_recorder(break_recorder(breakage, process.world().database)),
      database(process, broken_recorder ? *broken_recorder : process.world().database),
      feed(process, viewers) {}

WorkerProcess::WorkerProcess(World& world, Viewers& viewers, std::string name, Breakage breakage)
    : world_(world), viewers_(viewers), name_(std::move(name)), breakage_(breakage), process_(world, name_) {}

queue::RedisStreamConsumerOptions WorkerProcess::consumer_options() {
  queue::RedisStreamConsumerOptions options;
  options.consumer_name = name_ + "-" + std::to_string(starts_);
  options.reclaim_after = reclaim_after;
  options.forget_consumers_after = 10 * reclaim_after;
  options.read_ahead = world_.random.chance(700);
  options.now = [this] { return process_.now(); };
  if (old_version_) options.newest_format = 2;
  return options;
}

worker::WorkerLoop::Options WorkerProcess::loop_options() {
  worker::WorkerLoop::Options options;
  options.max_batch = 1 + world_.random.below(8);
  options.receive_wait = receive_wait;
  options.attempts = 1 + static_cast<int>(world_.random.below(3));
  options.now = [this] { return process_.now(); };
  options.pause_seed = static_cast<std::uint32_t>(world_.random.below(1000));
  return options;
}

worker::WorkerLoop::Events WorkerProcess::events() {
  worker::WorkerLoop::Events events;
  events.recorded = [this](std::size_t, std::chrono::nanoseconds) { recorded_ = true; };
  events.released = [this](std::size_t, const Error&) { world_.took(Branch::batch_released); };
  return events;
}

void WorkerProcess::start() {
  if (process_.is_alive()) return;
  ++starts_;
  old_version_ = world_.has_faults() && world_.random.chance(150);
  process_.start();
  memory_.emplace(process_, consumer_options(), viewers_, breakage_);
  poll::VoteConsumer& consumer = memory_->broken_consumer ? *memory_->broken_consumer : memory_->consumer;
  memory_->loop.emplace(consumer, memory_->database, memory_->feed, loop_options(), events());
  world_.trace(name_, old_version_ ? "starts, an older version" : "starts");
  world_.agenda.after(milliseconds(0), Agenda::Kind::step, [this] { step(); });
}

void WorkerProcess::step() {
  if (!memory_) return;
  std::optional<worker::WorkerLoop::Pause> pause;
  try {
    process_.risk(Branch::killed_between_steps);
    if (world_.strikes(Branch::stopped_in_order, name_)) stop();
    pause = memory_->loop->step();
  } catch (const ProcessKilled&) {
    return end_and_restart();
  }
  if (!pause) return end_and_restart();
  const Time next = std::max(process_.now() + *pause, world_.agenda.now());
  world_.agenda.at(next, Agenda::Kind::step, [this] { step(); });
}

void WorkerProcess::update() {
  if (memory_ && old_version_) stop();
}

void WorkerProcess::stop() {
  memory_->consumer.close();
  memory_->loop->stop(process_.now() + longest_stop);
}

// The destructor of the consumer writes to Redis if the process ends in order; it may be killed there, too.
void WorkerProcess::end() {
  note_statistics();
  process_.begin_end();
  memory_.reset();
  process_.end();
}

void WorkerProcess::end_and_restart() {
  world_.trace(name_, process_.is_alive() ? "has stopped" : "is dead");
  end();
  world_.agenda.after(world_.random.between(milliseconds(20), milliseconds(600)), Agenda::Kind::step,
                      [this] { start(); });
}

void WorkerProcess::shut_down() {
  if (!memory_) return;
  stop();
  while (const auto pause = memory_->loop->step()) process_.spend(*pause);
  end();
}

void WorkerProcess::note_statistics() {
  const queue::RedisStreamStatistics statistics = memory_->consumer.statistics();
  if (statistics.redelivered > 0) world_.took(Branch::entries_redelivered);
  if (statistics.reclaimed > 0) world_.took(Branch::entries_reclaimed);
  if (statistics.dead_letters > 0) world_.took(Branch::dead_letter_written);
}

}  // namespace pollux::simulation
