#include "result/followed_polls.hpp"

#include <string>
#include <utility>

namespace pollux::result {
namespace {

// Under the lock, so that no one begins to use it meanwhile.
bool is_unused(const std::shared_ptr<LiveResults>& results) {
  return results.use_count() == 1;
}

}  // namespace

FollowedPolls::FollowedPolls(IoThreads& threads, poll::PollDirectory& directory, poll::TallyFeed& feed,
                             Options options, LiveResults::Events events)
    : threads_(threads),
      directory_(directory),
      feed_(feed),
      options_(options),
      events_(std::move(events)),
      timer_(threads.context(0)) {
  drop_unused_later();
}

FollowedPolls::~FollowedPolls() {
  // What waits for results refers to them.
  for (const auto& results : all()) results->drop_waiting();
}

Result<std::shared_ptr<LiveResults>> FollowedPolls::follow(const poll::PollId& id) {
  if (!directory_.find(id)) return invalid("This poll does not exist.");
  std::shared_ptr<LiveResults> dropped;  // destroyed after the lock
  const std::lock_guard lock(mutex_);
  if (const auto known = polls_.find(id); known != polls_.end()) {
    if (known->second.results->now().poll) {
      known->second.used_at = Clock::now();
      return known->second.results;
    }
    // The poll was removed, which ended its results, and is there again.
    dropped = std::move(known->second.results);
    polls_.erase(known);
  } else if (polls_.size() >= options_.max_polls) {
    dropped = take_oldest_unused_locked();
    if (!dropped) {
      return full("The results of " + std::to_string(options_.max_polls) +
                  " polls are followed already, and no more are.");
    }
  }
  IoThreads::Context& context = threads_.context(next_context_++ % threads_.size());
  auto results = LiveResults::follow(context, id, directory_, feed_, options_.publish_period, events_);
  polls_.emplace(id, Entry{results, Clock::now()});
  return results;
}

std::shared_ptr<LiveResults> FollowedPolls::find(const poll::PollId& id) const {
  const std::lock_guard lock(mutex_);
  const auto known = polls_.find(id);
  return known == polls_.end() ? nullptr : known->second.results;
}

std::vector<std::shared_ptr<LiveResults>> FollowedPolls::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<LiveResults>> all;
  all.reserve(polls_.size());
  for (const auto& [id, entry] : polls_) all.push_back(entry.results);
  return all;
}

std::size_t FollowedPolls::size() const {
  const std::lock_guard lock(mutex_);
  return polls_.size();
}

void FollowedPolls::drop_unused_later() {
  timer_.expires_after(options_.keep_unused / 2);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    drop_unused(Clock::now() - options_.keep_unused);
    drop_unused_later();
  });
}

void FollowedPolls::drop_unused(Clock::time_point used_before) {
  std::vector<std::shared_ptr<LiveResults>> dropped;  // destroyed without the lock
  const std::lock_guard lock(mutex_);
  for (auto each = polls_.begin(); each != polls_.end();) {
    Entry& entry = each->second;
    if (!is_unused(entry.results)) entry.used_at = Clock::now();
    if (entry.used_at > used_before) {
      ++each;
      continue;
    }
    dropped.push_back(std::move(entry.results));
    each = polls_.erase(each);
  }
}

std::shared_ptr<LiveResults> FollowedPolls::take_oldest_unused_locked() {
  auto oldest = polls_.end();
  for (auto each = polls_.begin(); each != polls_.end(); ++each) {
    if (!is_unused(each->second.results)) continue;
    if (oldest == polls_.end() || each->second.used_at < oldest->second.used_at) oldest = each;
  }
  if (oldest == polls_.end()) return nullptr;
  std::shared_ptr<LiveResults> taken = std::move(oldest->second.results);
  polls_.erase(oldest);
  return taken;
}

}  // namespace pollux::result
