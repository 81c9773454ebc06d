#include "directory/redis_poll_directory.hpp"

#include <utility>
#include <vector>

#include "directory/redis_poll_commands.hpp"
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
