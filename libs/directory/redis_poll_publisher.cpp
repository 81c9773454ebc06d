#include "directory/redis_poll_publisher.hpp"

#include <cstddef>
#include <string_view>
#include <utility>

#include "base/encoding.hpp"
#include "base/random.hpp"
#include "directory/redis_poll_commands.hpp"
#include "poll/lost_changes.hpp"
#include "poll/managed_poll_json.hpp"

namespace pollux::directory {
namespace {

std::string random_text() {
  return to_hex(random_bytes<16>());
}

// Whether a field has the same change; another version of this program may have written it in other words.
// One that can't be read is taken for the same if the revision is.
bool is_same_change(std::string_view field, const poll::ManagedPoll& poll) {
  if (revision_in(field) != poll.revision) return false;
  const auto there = poll::parse_managed_poll_json(json_in(field));
  return !there || poll::is_same_change(*there, poll);
}

}  // namespace

RedisPollPublisher::RedisPollPublisher(redis::Url url, redis::SyncClient::Options limits,
                                       ImagesFailed images_failed)
    : client_(std::make_unique<redis::SyncClient>(std::move(url), limits)),
      images_failed_(std::move(images_failed)) {}

// Under the lock, for every call: the next command of a client that is not connected makes a new connection.
redis::Client& RedisPollPublisher::checked_client() {
  if (!client_->connected()) unbroken_ = false;
  return *client_;
}

// Polls with the same logo have it once. With its image, if one of them has it.
RedisPollPublisher::Logos RedisPollPublisher::logos_of(std::span<const poll::ManagedPoll> polls) {
  Logos logos;
  for (const poll::ManagedPoll& poll : polls) {
    const auto& logo = poll.content.theme.logo;
    if (!logo) continue;
    const poll::Logo*& known = logos[logo->hash];
    if (known == nullptr || !known->image) known = &*logo;
  }
  return logos;
}

// Under the lock. The hashes of those that are not in Redis; the others are kept for another day.
Result<std::set<std::string>> RedisPollPublisher::missing_images(const Logos& logos) {
  std::set<std::string> missing;
  if (logos.empty()) return missing;
  std::vector<redis::Command> commands;
  for (const auto& [hash, logo] : logos) commands.push_back(keep_image(*logo));
  const auto kept = checked_client().run_all(commands);
  if (!kept) return kept.error();
  auto reply = kept->begin();
  for (const auto& [hash, logo] : logos) {
    if ((reply++)->integer == 0) missing.insert(hash);
  }
  return missing;
}

// Under the lock. Only those that are not there are sent.
Result<void> RedisPollPublisher::put_images(const Logos& logos) {
  Logos here = logos;
  std::erase_if(here, [](const auto& logo) { return !logo.second->image; });
  const auto missing = missing_images(here);
  if (!missing) return missing.error();
  std::vector<redis::Command> commands;
  const auto put = [&]() -> Result<void> {
    const auto done = checked_client().run_all(std::exchange(commands, {}));
    if (!done) return done.error();
    return {};
  };
  for (const std::string& hash : *missing) {
    commands.push_back(put_image(*here.at(hash)));
    if (commands.size() < images_at_once) continue;
    if (auto done = put(); !done) return done;
  }
  return commands.empty() ? Result<void>() : put();
}

std::vector<poll::PollId> RedisPollPublisher::without_image(std::span<const poll::ManagedPoll> polls) {
  const std::lock_guard lock(mutex_);
  std::vector<poll::PollId> found;
  const auto missing = missing_images(logos_of(polls));
  if (!missing) {
    if (images_failed_) images_failed_(missing.error());
    return found;
  }
  for (const poll::ManagedPoll& poll : polls) {
    const auto& logo = poll.content.theme.logo;
    if (logo && missing->contains(logo->hash)) found.push_back(poll.id);
  }
  return found;
}

Result<std::vector<poll::PublishedRevision>> RedisPollPublisher::publish_all(
    std::span<const poll::ManagedPoll> polls) {
  const std::lock_guard lock(mutex_);
  if (const auto put = put_images(logos_of(polls)); !put && images_failed_) images_failed_(put.error());
  std::vector<redis::Command> commands;
  commands.reserve(polls.size());
  for (const poll::ManagedPoll& poll : polls) commands.push_back(publish_poll(poll));
  const auto replies = checked_client().run_all(commands);
  if (!replies) return replies.error();
  std::vector<poll::PublishedRevision> others;
  for (std::size_t n = 0; n < polls.size(); ++n) {
    const redis::Reply& reply = (*replies)[n];
    if (reply.kind == redis::Reply::Kind::integer || is_same_change(reply.text, polls[n])) continue;
    others.push_back({.poll = polls[n].id, .revision = revision_in(reply.text)});
  }
  return others;
}

Result<void> RedisPollPublisher::withdraw(const poll::PollId& id) {
  const std::lock_guard lock(mutex_);
  const auto withdrawn = checked_client().run(withdraw_poll(id));
  if (!withdrawn) return withdrawn.error();
  return {};
}

Result<std::vector<poll::PollId>> RedisPollPublisher::withdrawn(std::span<const poll::PollId> polls) {
  const std::lock_guard lock(mutex_);
  std::vector<redis::Command> commands;
  commands.reserve(polls.size());
  for (const poll::PollId& poll : polls) commands.push_back(find_withdrawal(poll));
  const auto replies = checked_client().run_all(commands);
  if (!replies) return replies.error();
  std::vector<poll::PollId> found;
  for (std::size_t n = 0; n < polls.size(); ++n) {
    if ((*replies)[n].kind != redis::Reply::Kind::nil) found.push_back(polls[n]);
  }
  return found;
}

Result<void> RedisPollPublisher::reinstate(const poll::PollId& id) {
  const std::lock_guard lock(mutex_);
  const auto reinstated = checked_client().run(reinstate_poll(id));
  if (!reinstated) return reinstated.error();
  return {};
}

Result<std::optional<poll::ManagedPoll>> RedisPollPublisher::published(const poll::PollId& id) {
  const std::lock_guard lock(mutex_);
  const auto field = checked_client().run(read_poll(id));
  if (!field) return field.error();
  auto poll = poll::parse_managed_poll_json(json_in(field->text));
  if (!poll || poll->id != id) return std::optional<poll::ManagedPoll>();
  return std::optional(*std::move(poll));
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
