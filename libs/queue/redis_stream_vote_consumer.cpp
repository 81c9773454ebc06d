#include "queue/redis_stream_vote_consumer.hpp"

#include <algorithm>
#include <utility>

namespace pollux::queue {
namespace {

using std::chrono::milliseconds;

// Joining, finding streams, reading what is pending: more rounds than these are left to the next receive().
constexpr int max_catch_up_rounds = 16;

// After a batch of at least this size a thread of its own acknowledges the previous one and parses the next
// one, while this one is recorded. Below, a thread costs more than it saves.
constexpr std::size_t thread_from = 500;

}  // namespace

RedisStreamVoteConsumer::RedisStreamVoteConsumer(Options options)
    : RedisStreamVoteConsumer(options, std::make_unique<redis::SyncClient>(options.url, options.limits)) {}

RedisStreamVoteConsumer::RedisStreamVoteConsumer(Options options, std::unique_ptr<redis::Client> client)
    : options_(std::move(options)),
      monitor_(client->url(), options_.warn, options_.now),
      reader_(options_, std::move(client), held_, monitor_) {}

RedisStreamVoteConsumer::~RedisStreamVoteConsumer() {
  (void)collect_read_ahead();
  if (!reader_.connected()) return;
  reader_.give_back(held_.take_back_all());
  if (reader_.flush()) (void)reader_.leave();
}

Result<std::vector<poll::QueuedVote>> RedisStreamVoteConsumer::receive(std::size_t max, milliseconds wait) {
  if (closed_) return receive_the_last(max);
  // What was read before is delivered in any case: no other consumer may have it by now.
  if (auto collected = collect_read_ahead(); !collected && held_.ready() == 0) return collected.error();
  if (held_.ready() == 0) {
    if (auto waited = wait_for_votes(max, wait); !waited && held_.ready() == 0) return waited.error();
  } else if (reader_.connected() && (held_.ready() * 2 < max || !options_.read_ahead)) {
    (void)reader_.round(max, milliseconds(0));  // for a larger batch, which costs less per vote
  }
  auto batch = deliver(max);
  if (options_.read_ahead && !batch.empty() && reader_.connected()) read_ahead(max, batch.size());
  return batch;
}

void RedisStreamVoteConsumer::read_ahead(std::size_t max, std::size_t delivered) {
  if (delivered < thread_from) return (void)reader_.send_round(max);
  // Deferred to collect_read_ahead() if there is no thread to be had.
  reading_ahead_ = std::async(std::launch::async | std::launch::deferred, [this, max]() -> Result<void> {
    if (!reader_.send_round(max)) return {};  // the next receive() connects again
    return reader_.collect();
  });
}

Result<void> RedisStreamVoteConsumer::collect_read_ahead() {
  if (reading_ahead_.valid()) return reading_ahead_.get();
  if (reader_.outstanding()) return reader_.collect();
  return {};
}

Result<void> RedisStreamVoteConsumer::wait_for_votes(std::size_t max, milliseconds wait) {
  const auto deadline = options_.now() + wait;
  for (int round = 0;; ++round) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - options_.now());
    const auto round_wait = reader_.is_catching_up() ? milliseconds(0) : std::max(left, milliseconds(0));
    if (auto done = reader_.round(max, round_wait); !done) return done;
    if (held_.ready() > 0 || closed_) return {};
    if (options_.now() >= deadline && (!reader_.is_catching_up() || round >= max_catch_up_rounds)) return {};
  }
}

Result<std::vector<poll::QueuedVote>> RedisStreamVoteConsumer::receive_the_last(std::size_t max) {
  (void)collect_read_ahead();
  auto batch = deliver(max);
  if (!batch.empty()) return batch;
  if (auto flushed = reader_.flush(); !flushed) return flushed.error();
  return batch;
}

std::vector<poll::QueuedVote> RedisStreamVoteConsumer::deliver(std::size_t max) {
  auto batch = held_.deliver(max);
  monitor_.set_oldest_delivered(held_.oldest_delivered());
  return batch;
}

Result<void> RedisStreamVoteConsumer::acknowledge(std::span<const poll::QueuedVote> recorded) {
  if (reading_ahead_.valid()) reading_ahead_.wait();
  held_.acknowledge(recorded);
  monitor_.set_oldest_delivered(held_.oldest_delivered());
  return {};
}

void RedisStreamVoteConsumer::release(std::span<const poll::QueuedVote> unrecorded, const Error& reason) {
  if (reading_ahead_.valid()) reading_ahead_.wait();
  if (reason.code == ErrorCode::invalid && unrecorded.size() == 1) {
    for (const RedisEntryPlace& place : held_.take_back(unrecorded))
      reader_.dead_letter(place, reason.message);
  } else if (closed_) {
    reader_.give_back(held_.take_back(unrecorded));
  } else {
    const auto again = held_.give_back(unrecorded, reason.code == ErrorCode::invalid);
    monitor_.change([again](auto& statistics) { statistics.redelivered += again; });
  }
  monitor_.set_oldest_delivered(held_.oldest_delivered());
}

void RedisStreamVoteConsumer::close() {
  closed_ = true;
}

}  // namespace pollux::queue
