// The feed from PostgreSQL: a notification says that the tally of a poll has changed, and then the tally is
// read.
//
// Notifications (LISTEN, NOTIFY) are hints: they carry no counts, one read serves several of them, and each
// tally is read once per `reread_period` in any case, which makes up for lost ones.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "base/result.hpp"
#include "base/wait_limit.hpp"
#include "feed/in_process_tally_feed.hpp"
#include "postgres/connection.hpp"

namespace pollux::feed {

// Works on a thread of its own, and reconnects until it succeeds. start() and stop() are for one owner
// thread, the rest for any.
class PostgresTallyFeed : public poll::TallyFeed {
 public:
  struct Options {
    std::chrono::milliseconds reread_period{1000};
    std::chrono::milliseconds least_period{5};   // between two reads of the same poll
    std::chrono::milliseconds call_limit{2000};  // for connecting, and for a statement
    std::chrono::milliseconds first_pause{50};   // between attempts to connect; doubles each time
    std::chrono::milliseconds longest_pause{1000};
  };

  // Called on the feed's thread when the feed stops being live, with the reason, and when it is live again:
  // then followers have what is in the database. Not live at first. Must not block or throw.
  using StateChanged = std::function<void(const Result<void>& live)>;
  // Called, likewise, when the tally of one poll can't be read although the database answers, with the
  // reason, and when it can be read again. The other polls are not affected.
  using PollChanged = std::function<void(const poll::PollId& poll, const Result<void>& readable)>;

  // `tallies` is used on the feed's thread; its calls must have a limit. If its error is `unavailable` the
  // feed is not live; any other error concerns the one poll only.
  PostgresTallyFeed(postgres::Url url, poll::TallyReader& tallies, Options options,
                    StateChanged state_changed, PollChanged poll_changed = {});
  ~PostgresTallyFeed() override;  // stops
  PostgresTallyFeed(const PostgresTallyFeed&) = delete;
  PostgresTallyFeed& operator=(const PostgresTallyFeed&) = delete;

  // Passes on a tally that was read elsewhere, so that followers need not wait for the first read.
  void make_known(const poll::Tally& tally) { followers_.update(tally); }

  void start();  // once
  // No callback runs after it returns, within the limit of a read. May be called twice.
  void stop();

  std::unique_ptr<Subscription> subscribe(const poll::PollId& poll, Listener listener) override;

  // Success if it is live for at least one of the followed polls, else the reason.
  Result<void> state() const;

 private:
  using Clock = std::chrono::steady_clock;

  struct Reading {
    Clock::time_point last{};  // when it began
    Clock::time_point due{};
    std::optional<Error> failure{};  // of the last one, if it concerns only this poll
  };

  void run();
  Result<postgres::Connection> listen() const;
  void follow(postgres::Connection& connection);
  Result<void> wait_for_hints(postgres::Connection& connection);
  Clock::time_point next_due() const;
  void mark_due(const poll::PollId& poll);
  void mark_all_due();
  Result<void> read_due();
  Result<void> read(const poll::PollId& poll);
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

  mutable std::mutex mutex_;                  // guards what follows
  std::map<poll::PollId, Reading> readings_;  // of each followed poll
  Result<void> live_;

  std::thread thread_;
};

}  // namespace pollux::feed
