#include "queue/redis_confirmations.hpp"

#include <cstdint>
#include <utility>

#include "redis/error.hpp"
#include "redis/server_check.hpp"

namespace pollux::queue {
namespace {

using std::chrono::milliseconds;

// At start-up nothing was written that Redis would have to confirm.
constexpr milliseconds start_limit{200};

std::vector<std::string> question_about(RedisAck ack, milliseconds limit) {
  if (ack == RedisAck::fsync) return {"WAITAOF", "1", "0", std::to_string(limit.count())};
  return {"WAIT", "1", std::to_string(limit.count())};
}

redis::EncodedCommand encoded(const std::vector<std::string>& words) {
  return redis::EncodedCommand(std::vector<std::string_view>(words.begin(), words.end()));
}

// Disks or replicas. WAITAOF replies with both numbers, that of this server first.
std::int64_t confirmed_by(const redis::Reply& reply) {
  return reply.elements.empty() ? reply.integer : reply.elements.front().integer;
}

// With `everysec`, Redis 7.4 and Valkey answer WAITAOF within a tenth of a second, before the disk is
// written: https://github.com/redis/redis/pull/13793. Valkey 9.1 still does.
bool may_confirm_too_early(std::string_view info) {
  return !redis::info_field(info, "valkey_version").empty() ||
         redis::info_field(info, "redis_version").starts_with("7.4.");
}

// Errors that Redis replies with until someone changes its configuration or that of Pollux.
Error needs_another_setting(const redis::Url& url, const redis::Reply& reply) {
  const std::string at = redis::redis_at(url);
  if (reply.text.find("unknown command") != std::string::npos) {
    return invalid(at +
                   "has no WAITAOF, which --ack fsync needs: that is in Redis 7.2 and later. With "
                   "--ack memory and `appendfsync always` in Redis a vote is on disk before it is "
                   "answered, too.");
  }
  if (reply.text.find("appendonly") != std::string::npos) {
    return invalid(at + "keeps no append-only file, which --ack fsync needs. Set `appendonly yes` in Redis.");
  }
  if (reply.text.find("replica") != std::string::npos) {
    return unavailable(at +
                       "is a replica. Point the Redis URL at the primary, or at a name that follows it.");
  }
  return redis::error_of_reply(url, reply.text);
}

}  // namespace

Result<std::string> check_confirmations(const redis::Url& url, RedisAck ack,
                                        redis::SyncClient::Options limits) {
  if (ack == RedisAck::memory) return std::string();
  redis::SyncClient client(url, limits);
  if (auto sent = client.send({question_about(ack, start_limit), {"INFO", "server"}}); !sent)
    return sent.error();
  const auto replies = client.receive(start_limit);
  if (!replies) return replies.error();
  const redis::Reply& reply = replies->front();
  if (reply.is_error()) return needs_another_setting(url, reply);
  if (ack == RedisAck::fsync && may_confirm_too_early(replies->back().text)) {
    return redis::redis_at(url) +
           "may confirm votes before they are on disk unless its appendfsync is always: Valkey and Redis 7.4 "
           "have that fault.";
  }
  if (ack == RedisAck::fsync || confirmed_by(reply) > 0) return std::string();
  return redis::redis_at(url) +
         "has no replica at present. As long as it has none, --ack replica rejects every vote.";
}

RedisConfirmations::RedisConfirmations(RedisAck ack, const redis::Url& url, milliseconds limit, Send send,
                                       Finish finish, Short fell_short)
    : ack_(ack),
      url_(url),
      limit_(limit),
      question_(encoded(question_about(ack, limit))),
      send_(std::move(send)),
      finish_(std::move(finish)),
      fell_short_(std::move(fell_short)) {}

bool RedisConfirmations::sent() {
  if (state_ == State::asked) sent_since_ = true;
  if (state_ != State::idle) return false;
  state_ = State::to_ask;
  return true;
}

void RedisConfirmations::ask() {
  state_ = State::asked;
  sent_since_ = false;
  send_(question_, [this](const Result<redis::Reply>& reply) { take(reply); });
}

void RedisConfirmations::hold(poll::VoteQueue::AckCallback done, poll::Version version) {
  held_.push_back({std::move(done), version});
}

// Replies come in the order of commands, so all that is held was sent before the question.
void RedisConfirmations::take(const Result<redis::Reply>& reply) {
  std::vector<Held> votes = std::exchange(held_, {});
  state_ = State::idle;
  if (sent_since_) ask();
  const Result<void> outcome = outcome_of(reply);
  if (!outcome && !votes.empty()) fell_short_(votes.size());
  for (const Held& vote : votes) {
    finish_(vote.done, outcome ? poll::VoteResult(vote.version) : poll::VoteResult(outcome.error()));
  }
}

Result<void> RedisConfirmations::outcome_of(const Result<redis::Reply>& reply) const {
  if (!reply) return reply.error();
  if (confirmed_by(*reply) > 0) return {};
  return unavailable(
      redis::redis_at(url_) + "did not confirm within " + std::to_string(limit_.count()) + " ms that " +
      (ack_ == RedisAck::fsync ? "its append-only file has the vote on disk." : "a replica has the vote."));
}

void RedisConfirmations::reject_all(const Error& reason) {
  const std::vector<Held> votes = std::exchange(held_, {});
  if (!votes.empty()) fell_short_(votes.size());
  for (const Held& vote : votes) finish_(vote.done, reason);
}

}  // namespace pollux::queue
