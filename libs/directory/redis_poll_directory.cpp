#include "directory/redis_poll_directory.hpp"

#include <utility>
#include <vector>

#include "directory/redis_poll_commands.hpp"
#include "poll/logo.hpp"
#include "poll/managed_poll_json.hpp"

namespace pollux::directory {

RedisPollDirectory::RedisPollDirectory(redis::Url url, Options options, Events events)
    : PeriodicPollDirectory(options.period, std::move(events.state_changed)),
      options_(options),
      unreadable_(std::move(events.unreadable)),
      images_failed_(std::move(events.images_failed)),
      client_(std::move(url), options.limits) {
  begin_again();
}

RedisPollDirectory::~RedisPollDirectory() {
  stop();
}

// A server that has started again, or another one at the same address, may give the numbers of changes that
// it has lost to other changes.
Result<void> RedisPollDirectory::refresh() {
  if (!client_.connected()) begin_again();
  bool more = true;
  while (more && !stopping()) {
    const auto read = read_some();
    if (!read) return read.error();
    more = *read;
  }
  read_images();
  return {};
}

void RedisPollDirectory::begin_again() {
  last_ = "0";
  complete_ = false;
  seen_.clear();
}

// Whether there may be more changes.
Result<bool> RedisPollDirectory::read_some() {
  const auto reply = client_.run(read_changes(last_, options_.changes_at_once));
  if (!reply) return reply.error();
  const std::vector<redis::Reply>& words = reply->elements;
  if (words.size() % words_per_change != 1) {
    return Error{ErrorCode::internal, "Redis answered a request for polls with something else."};
  }
  if (words[0].text != token_) {
    token_ = words[0].text;
    const bool from_the_start = last_ == "0";
    begin_again();
    if (!from_the_start) return true;
  }
  for (std::size_t n = 1; n < words.size(); n += words_per_change) {
    last_ = words[n].text;
    take_change(words[n + 1], words[n + 2]);
  }
  if (words.size() / words_per_change >= options_.changes_at_once) return true;
  if (!complete_ && !token_.empty()) withdraw_missing();
  complete_ = true;
  return false;
}

void RedisPollDirectory::take_change(const redis::Reply& id, const redis::Reply& field) {
  const auto poll_id = poll::PollId::parse(id.text);
  if (!poll_id) return;
  if (field.kind == redis::Reply::Kind::nil) {
    here_.erase(*poll_id);
    (void)polls().withdraw(*poll_id);
    return;
  }
  // Also if it can't be read: it is published.
  if (!complete_) seen_.insert(*poll_id);
  auto poll = poll::parse_managed_poll_json(json_in(field.text));
  if (poll && poll->id != *poll_id) poll = invalid("The poll has another id than its field.");
  if (!poll) {
    if (unreadable_) unreadable_(id.text, poll.error());
    return;
  }
  here_.insert(*poll_id);
  (void)polls().reinstate(*poll_id);  // Redis decides whether it is withdrawn
  (void)polls().publish(*poll);
  await_image(*poll);
}

// Unless another poll has the same logo, or this one had it before.
void RedisPollDirectory::await_image(const poll::ManagedPoll& poll) {
  const auto& logo = poll.content.theme.logo;
  if (!logo || polls().image(logo->hash)) return;
  awaiting_.insert(poll.id);
  to_ask_.insert(poll.id);
}

// An image was written before the poll, unless that failed or the server has lost it since: then it comes
// with the next reconciliation, and is asked for again now and then. A few at a time, so that changes of
// polls do not wait for the images of all.
void RedisPollDirectory::read_images() {
  constexpr std::size_t refreshes_between = 20;
  constexpr std::size_t most_rounds = 8;
  if (to_ask_.empty() && ++since_asked_ >= refreshes_between) to_ask_ = awaiting_;
  for (std::size_t round = 0; round < most_rounds && !to_ask_.empty() && !stopping(); ++round) {
    since_asked_ = 0;
    const auto next = next_images();
    if (next.empty()) continue;
    if (const auto asked = ask_for(next); !asked && images_failed_) images_failed_(asked.error());
    if (!client_.connected()) return;
  }
}

// The polls that need them, by hash.
std::map<std::string, std::vector<poll::PollDirectory::Poll>> RedisPollDirectory::next_images() {
  std::map<std::string, std::vector<Poll>> next;
  while (!to_ask_.empty() && next.size() < images_at_once) {
    const poll::PollId id = std::move(to_ask_.extract(to_ask_.begin()).value());
    const Poll poll = polls().find(id);
    if (!poll || !poll->content.theme.logo || poll->content.theme.logo->image) {
      awaiting_.erase(id);
    } else if (polls().image(poll->content.theme.logo->hash)) {
      (void)polls().publish(*poll);  // shares it
      awaiting_.erase(id);
    } else {
      next[poll->content.theme.logo->hash].push_back(poll);
    }
  }
  return next;
}

// In one round trip. A reply that is an error is that of one image.
Result<void> RedisPollDirectory::ask_for(const std::map<std::string, std::vector<Poll>>& wanted) {
  std::vector<redis::Command> commands;
  for (const auto& [hash, some] : wanted) commands.push_back(read_image(*some.front()->content.theme.logo));
  if (auto sent = client_.send(commands); !sent) return sent;
  const auto replies = client_.receive();
  if (!replies) return replies.error();
  Result<void> done;
  auto reply = replies->begin();
  for (const auto& [hash, some] : wanted) {
    const redis::Reply& image = *reply++;
    if (image.kind == redis::Reply::Kind::nil) continue;
    if (image.kind == redis::Reply::Kind::error) {
      done = Error{ErrorCode::internal, "Redis rejects the request for an image: " + image.text};
    } else if (!take_image(some, image.text)) {
      done = invalid("Redis has another image than that of the hash " + hash + ".");
    }
  }
  return done;
}

// False if it is not that of the polls' logo.
bool RedisPollDirectory::take_image(const std::vector<Poll>& some, const std::string& image) {
  const poll::Logo& awaited = *some.front()->content.theme.logo;
  const auto logo = poll::make_logo(image, awaited.alternative);
  if (!logo || *logo != awaited) return false;
  for (const Poll& poll : some) {
    poll::ManagedPoll complete = *poll;
    complete.content.theme.logo->image = logo->image;
    (void)polls().publish(complete);
    awaiting_.erase(poll->id);
  }
  return true;
}

// After all was read, and the token says that nothing is missing there.
void RedisPollDirectory::withdraw_missing() {
  for (auto poll = here_.begin(); poll != here_.end();) {
    if (seen_.contains(*poll)) {
      ++poll;
      continue;
    }
    (void)polls().withdraw(*poll);
    poll = here_.erase(poll);
  }
  seen_.clear();
}

}  // namespace pollux::directory
