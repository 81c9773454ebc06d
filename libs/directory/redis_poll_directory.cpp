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
  return read_images();
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
  if (poll->content.theme.logo) await_image(*poll);
  (void)polls().reinstate(*poll_id);  // Redis decides whether it is withdrawn
  (void)polls().publish(*poll);
}

// Unless the poll has the same logo as before.
void RedisPollDirectory::await_image(poll::ManagedPoll& poll) {
  poll::Logo& logo = *poll.content.theme.logo;
  const Poll known = polls().find(poll.id);
  const bool has_one = known && known->content.theme.logo;
  if (has_one && known->content.theme.logo->hash == logo.hash) logo.image = known->content.theme.logo->image;
  if (logo.image) return;
  awaiting_.insert(poll.id);
  to_ask_.insert(poll.id);
}

// The image was written before the poll, unless the server has lost it since: then it comes with the next
// reconciliation, and is asked for again now and then. A few at a time, so that changes of polls do not wait
// for the images of all.
Result<void> RedisPollDirectory::read_images() {
  constexpr std::size_t refreshes_between = 20;
  constexpr std::size_t most_at_once = 100;
  if (to_ask_.empty() && ++since_asked_ >= refreshes_between) to_ask_ = awaiting_;
  for (std::size_t asked = 0; asked < most_at_once && !to_ask_.empty() && !stopping(); ++asked) {
    since_asked_ = 0;
    const poll::PollId id = std::move(to_ask_.extract(to_ask_.begin()).value());
    const Poll poll = polls().find(id);
    if (!poll || !poll->content.theme.logo || poll->content.theme.logo->image) {
      awaiting_.erase(id);
      continue;
    }
    const auto image = client_.run(read_image(*poll->content.theme.logo));
    if (!image) return image.error();
    if (take_image(*poll, image->text)) awaiting_.erase(id);
  }
  return {};
}

// False if it is not that of the poll's logo.
bool RedisPollDirectory::take_image(const poll::ManagedPoll& known, const std::string& image) {
  const poll::Logo& awaited = *known.content.theme.logo;
  auto logo = poll::make_logo(image, awaited.alternative);
  if (!logo || *logo != awaited) return false;
  poll::ManagedPoll complete = known;
  complete.content.theme.logo = *std::move(logo);
  (void)polls().publish(complete);
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
