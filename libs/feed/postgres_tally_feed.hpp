// The feed from PostgreSQL. A notification (tally_notification_format.hpp) says that the tally of a poll has
// changed; then the tally is read.
//
// Notifications are hints: one read serves all that arrived before it. The tallies of all polls that are due
// are read together. Each tally is read once per `reread_period` in any case, which makes up for lost
// notifications. The times of votes come with notifications only. For votes that were recorded while the feed
// was not connected, the followers get the time of the last read instead, by this machine's clock.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "base/wait_limit.hpp"
#include "feed/in_process_tally_feed.hpp"
#include "postgres/connection.hpp"
#include "tracing/tracer.hpp"

namespace pollux::feed {

// Works on a thread of its own, and reconnects until it succeeds. start() and stop() are for one owner
// thread, the rest for any.
class PostgresTallyFeed : public poll::TallyFeed {
 public:
  struct Options {
    std::chrono::milliseconds reread_period{1000};
    std::chrono::milliseconds min_reread_gap{5};  // between two reads of the same poll
    std::chrono::milliseconds call_limit{2000};   // for connecting, and for a statement
    std::chrono::milliseconds first_pause{50};    // between attempts to connect, see Backoff
    std::chrono::milliseconds longest_pause{1000};
    tracing::Tracer tracer{};
  };

  // A feed is live while its followers have what is in the database; at first it is not. Called on the feed's
  // thread with success when it becomes live, and with the reason when it stops being live. Must not block or
  // throw.
  using StateChanged = std::function<void(const Result<void>& live)>;
  // Called likewise when the tally of one poll can't be read although the database answers, with the reason,
  // and with success when it can be read again. Does not affect the other polls.
  using PollChanged = std::function<void(const poll::PollId& poll, const Result<void>& readable)>;

  // `tallies` is used on the feed's thread; its calls must have a limit. If its error is `unavailable` the
  // feed is not live; any other error concerns the one poll only.
  PostgresTallyFeed(postgres::Url url, poll::TallyReader& tallies, Options options,
                    StateChanged state_changed, PollChanged poll_changed = {});
  ~PostgresTallyFeed() override;  // stops
  PostgresTallyFeed(const PostgresTallyFeed&) = delete;
  PostgresTallyFeed& operator=(const PostgresTallyFeed&) = delete;

  // Passes on a tally that was read elsewhere, so that the followers it has need not wait for the first read.
  void make_known(const poll::Tally& tally) { followers_.update(tally); }

  void start();  // once
  // Waits for a read in progress, which the limit of `tallies` bounds, and for a running callback. After it
  // has returned no callback is called. May be called twice.
  void stop();

  std::unique_ptr<Subscription> subscribe(const poll::PollId& poll, Listener listener) override;

  // The reason why no follower has what is in the database: the feed is not live, or the tallies of all
  // followed polls can't be read. Else success, even if some of them can't be read.
  Result<void> state() const;

  // Whether it is connected for notifications. Any thread.
  std::optional<bool> connected() const { return listening_.connected(); }

 private:
  using Clock = std::chrono::steady_clock;

  static constexpr std::size_t max_traces = tracing::max_links;
  static constexpr std::size_t max_polls_per_read = 64;  // bounds the memory and the duration of a read

  class Following;

  // What followers were given by the last successful read.
  struct Delivered {
    std::uint64_t version = 0;
    std::uint64_t voters = 0;
    std::uint64_t at = 0;    // Unix time in milliseconds
    bool estimated = false;  // the times of its votes
  };
  struct Reading {
    std::size_t followers = 0;  // 0: the thread removes it
    Clock::time_point last{};   // when it began
    Clock::time_point due{};
    std::optional<Error> failure{};              // of the last one, if it concerns only this poll
    poll::VoteTimes times{};                     // not delivered yet
    std::vector<tracing::SpanContext> traces{};  // of notifications since the last read; at most max_traces
    std::optional<Delivered> delivered{};
    bool missed_notifications = false;  // since it was delivered
  };

  void leave(const poll::PollId& poll);
  void run();
  Result<postgres::Connection> listen();
  void follow(postgres::Connection& connection);
  Result<void> wait_for_hints(postgres::Connection& connection);
  Clock::time_point next_due() const;
  void mark_due(const poll::PollId& poll);
  void take_details(std::string_view payload);
  void mark_all_due();
  void remove_unfollowed();
  Result<void> read_due();
  Result<void> read(std::span<const poll::PollId> polls);
  Result<void> deliver(const poll::PollId& poll, const Result<poll::Tally>& tally);
  poll::VoteTimes take_times(const poll::Tally& tally);
  std::vector<tracing::SpanContext> take_traces(const poll::PollId& poll);
  void set_failure(const poll::PollId& poll, std::optional<Error> failure);
  void set_state(Result<void> live);

  const postgres::Url url_;
  poll::TallyReader& tallies_;
  const Options options_;
  const StateChanged state_changed_;
  const PollChanged poll_changed_;
  TallyFanOut followers_;
  Interrupt stop_;
  Interrupt wake_;  // another poll is followed, or stop_
  postgres::ConnectionStatus listening_;

  mutable std::mutex mutex_;                  // guards what follows
  std::map<poll::PollId, Reading> readings_;  // of each followed poll
  Result<void> live_;

  std::thread thread_;
};

}  // namespace pollux::feed
