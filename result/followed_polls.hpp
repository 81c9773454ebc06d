// The polls that someone made whose results are followed now: a bounded number of them.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "base/io_threads.hpp"
#include "base/result.hpp"
#include "poll/poll_directory.hpp"
#include "poll/ports.hpp"
#include "result/live_results.hpp"

namespace pollux::result {

// Begins to follow a poll when someone asks for it, and ends some time after its results are used no
// more, so that a reload, or the connection that a page opens, finds them. Any thread, unless noted.
class FollowedPolls {
 public:
  using Clock = std::chrono::steady_clock;

  struct Options {
    std::chrono::milliseconds publish_period{16};
    std::size_t max_polls = 1'000;  // used ones, and unused ones that are kept
    std::chrono::milliseconds keep_unused{10'000};
  };

  // What it refers to, and what the events do, outlives it. Destroy it after the io threads have ended.
  FollowedPolls(IoThreads& threads, poll::PollDirectory& directory, poll::TallyFeed& feed, Options options,
                LiveResults::Events events);
  ~FollowedPolls();
  FollowedPolls(const FollowedPolls&) = delete;
  FollowedPolls& operator=(const FollowedPolls&) = delete;

  // The results of the poll, followed as long as someone has what this returns. `invalid`: the directory has
  // no such poll. `full`: max_polls are used.
  Result<std::shared_ptr<LiveResults>> follow(const poll::PollId& id);

  // Those that are followed; null if the poll is not.
  std::shared_ptr<LiveResults> find(const poll::PollId& id) const;
  std::vector<std::shared_ptr<LiveResults>> all() const;
  std::size_t size() const;

 private:
  struct Entry {
    std::shared_ptr<LiveResults> results;
    Clock::time_point used_at;
  };
  using Entries = std::map<poll::PollId, Entry>;

  void drop_unused_later();
  void drop_unused(Clock::time_point used_before);
  std::shared_ptr<LiveResults> take_oldest_unused_locked();

  IoThreads& threads_;
  poll::PollDirectory& directory_;
  poll::TallyFeed& feed_;
  const Options options_;
  const LiveResults::Events events_;
  boost::asio::steady_timer timer_;  // of the first context

  mutable std::mutex mutex_;  // guards what follows
  Entries polls_;
  std::size_t next_context_ = 0;
};

}  // namespace pollux::result
