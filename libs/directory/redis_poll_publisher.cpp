#include "directory/redis_poll_publisher.hpp"

#include <utility>

#include "base/encoding.hpp"
#include "base/random.hpp"
#include "directory/redis_poll_commands.hpp"

namespace pollux::directory {
namespace {

std::string random_text() {
  return to_hex(random_bytes<16>());
}

}  // namespace

RedisPollPublisher::RedisPollPublisher(redis::Url url, redis::SyncClient::Options limits)
    : RedisPollPublisher(std::make_unique<redis::SyncClient>(std::move(url), limits)) {}

// Under the lock, for every call: the next command of a client that is not connected makes a new connection.
redis::Client& RedisPollPublisher::checked_client() {
  if (!client_->connected()) unbroken_ = false;
  return *client_;
}

Result<void> RedisPollPublisher::publish_all(std::span<const poll::ManagedPoll> polls) {
  const std::lock_guard lock(mutex_);
  std::vector<redis::Command> commands;
  commands.reserve(polls.size());
  for (const poll::ManagedPoll& poll : polls) commands.push_back(publish_poll(poll));
  const auto published = checked_client().run_all(commands);
  if (!published) return published.error();
  return {};
}

Result<void> RedisPollPublisher::withdraw(const poll::PollId& id) {
  const std::lock_guard lock(mutex_);
  const auto withdrawn = checked_client().run(withdraw_poll(id));
  if (!withdrawn) return withdrawn.error();
  return {};
}

Result<bool> RedisPollPublisher::is_reconciled() {
  const std::lock_guard lock(mutex_);
  const auto there = checked_client().run({"GET", std::string(token_key)});
  if (!there) return there.error();
  return unbroken_ && !token_.empty() && there->text == token_;
}

Result<std::vector<poll::PollId>> RedisPollPublisher::begin_reconciliation() {
  const std::lock_guard lock(mutex_);
  mark_ = random_text();
  token_.clear();
  const auto replies =
      checked_client().run_all({directory::begin_reconciliation(mark_), {"HKEYS", std::string(polls_key)}});
  if (!replies) return replies.error();
  unbroken_ = true;
  std::vector<poll::PollId> published;
  for (const redis::Reply& field : (*replies)[1].elements) {
    if (auto id = poll::PollId::parse(field.text)) published.push_back(*std::move(id));
  }
  return published;
}

Result<void> RedisPollPublisher::end_reconciliation() {
  const std::lock_guard lock(mutex_);
  redis::Client& client = checked_client();
  Error lost =
      unavailable("Redis at " + client.url().text() + " may have lost data while polls were published.");
  if (!unbroken_) return lost;
  const auto token = client.run(directory::end_reconciliation(mark_, random_text()));
  if (!token) return token.error();
  if (token->kind == redis::Reply::Kind::nil) return lost;
  token_ = token->text;
  return {};
}

}  // namespace pollux::directory
