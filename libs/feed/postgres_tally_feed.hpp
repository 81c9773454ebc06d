// The feed from PostgreSQL: a notification says that a poll's tally changed, and then the tally is read.
//
// Notifications (LISTEN, NOTIFY) are hints: they carry no counts, several are answered by one reading, and
// one that was lost is made up for by the reading that takes place anyway, once in each `reread_period`.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "base/result.hpp"
#include "feed/in_process_tally_feed.hpp"
#include "postgres/connection.hpp"

namespace pollux::feed {

// Follows on a thread of its own, and connects again for as long as it takes. start() and stop() are for one
// owner thread, all else for any.
class PostgresTallyFeed : public poll::TallyFeed {
 public:
  static constexpr const char* channel = "pollux_tally";  // the payload is the poll's id

  struct Options {
    std::chrono::milliseconds reread_period{1000};
    std::chrono::milliseconds least_period{5};   // between two readings of the same poll
    std::chrono::milliseconds call_limit{2000};  // for connecting, and for a statement
    std::chrono::milliseconds first_pause{50};   // between attempts to connect; then twice as long each
    std::chrono::milliseconds longest_pause{1000};
  };

  // Reads a tally as it is now; called on the feed's thread, and returns within a limit of its own. Where the
  // error is `unavailable` the feed is not live; any other one is about this poll alone.
  using ReadTally = std::function<Result<poll::Tally>(const poll::PollId&)>;
  // Told on the feed's thread when the feed stops being live, with the reason, and when it is live again:
  // what was passed to followers is then as new as the database. It begins not live. Must not block and not
  // throw.
  using StateChanged = std::function<void(const Result<void>& live)>;
  // Told, likewise, when the tally of one poll can't be read any more although the database answers, with the
  // reason, and when it can be read again. The other polls go on meanwhile.
  using PollChanged = std::function<void(const poll::PollId& poll, const Result<void>& readable)>;

  PostgresTallyFeed(postgres::Url url, ReadTally read, Options options, StateChanged state_changed,
                    PollChanged poll_changed = {});
  ~PostgresTallyFeed() override;  // stops
  PostgresTallyFeed(const PostgresTallyFeed&) = delete;
  PostgresTallyFeed& operator=(const PostgresTallyFeed&) = delete;

  // Tells followers a tally that was read elsewhere, so that they need not wait for the first reading.
  void make_known(const poll::Tally& tally) { followers_.publish(tally); }

  void start();  // once
  // Nobody is called any more when it returns: within the limit of a reading. Also twice.
  void stop();

  std::unique_ptr<Subscription> subscribe(const poll::PollId& poll, Listener listener) override;

  // Whether it is live for any of the followed polls, and why not.
  Result<void> state() const;

 private:
  using Clock = std::chrono::steady_clock;

  struct Reading {
    Clock::time_point last{};  // when it began
    Clock::time_point due{};
    std::optional<Error> failure{};  // of the last one, where the poll is to blame
  };

  void run();
  Result<postgres::Connection> listen() const;
  void follow(postgres::Connection& connection);
  Result<void> wait_for_hints(postgres::Connection& connection);
  Clock::time_point next_due() const;
  void hasten(const poll::PollId& poll);
  void hasten_all();
  Result<void> read_due();
  Result<void> read(const poll::PollId& poll);
  void set_failure(const poll::PollId& poll, std::optional<Error> failure);
  void set_state(Result<void> live);

  const postgres::Url url_;
  const ReadTally read_;
  const Options options_;
  const StateChanged state_changed_;
  const PollChanged poll_changed_;
  InProcessTallyFeed followers_;
  Interrupt stop_;
  Interrupt wake_;  // somebody follows another poll, or stop_

  mutable std::mutex mutex_;                  // guards what follows
  std::map<poll::PollId, Reading> readings_;  // of each followed poll
  Result<void> live_;

  std::thread thread_;
};

}  // namespace pollux::feed
