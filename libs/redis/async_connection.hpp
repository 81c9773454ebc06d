// A connection to Redis for an io thread: never blocks, has a deadline for each command, comes back by
// itself.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>

#include "base/backoff.hpp"
#include "base/result.hpp"
#include "redis/dialer.hpp"
#include "redis/encoded_command.hpp"
#include "redis/reply.hpp"
#include "redis/session.hpp"
#include "redis/tls_context_loader.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

// For one io_context that a single thread runs: everything on that thread, or while no thread runs it;
// state(), eviction() and connections() on any. The io_context outlives it.
class AsyncConnection final : private Session::Owner {
 public:
  struct Options {
    Url url;
    std::size_t max_in_flight = 10'000;  // commands without a reply; past it they are refused as `full`
    std::chrono::milliseconds deadline{
        800};  // for connecting, and for each reply; kept to a tenth of a second
    std::chrono::milliseconds first_wait{100};  // before a new attempt, see Backoff
    std::chrono::milliseconds longest_wait{2000};
    // Sent after each login and then in each period, so that a connection that is silent or of no use is
    // found before somebody needs it. Where one is refused after the login there is no connection; later a
    // refusal shows in state(). Empty: PING.
    std::vector<EncodedCommand> upkeep;
    std::chrono::milliseconds upkeep_period{2000};
  };

  // The reply or a sentence: `full`, `unavailable`, or `internal` for what Redis refuses and always will.
  // Must not throw, nor destroy the connection.
  using Answer = Session::Answer;

  AsyncConnection(boost::asio::io_context& context, Options options);
  ~AsyncConnection();  // everything in flight is answered `unavailable`
  AsyncConnection(const AsyncConnection&) = delete;
  AsyncConnection& operator=(const AsyncConnection&) = delete;

  void start();  // begins to connect; once

  // Calls `done` exactly once: at once where there is no connection or no room, else with the reply, or when
  // the deadline is over. A command whose connection is lost may have been done or not. After a deadline the
  // connection is dropped, so that no late reply is taken for another's.
  void command(const EncodedCommand& command, Answer done);

  // Why commands fail or, while they do not, nothing.
  Result<void> state() const;
  // Whether Redis would keep what it accepts when its memory is full (redis::check_eviction), as of the last
  // period. Commands are sent all the same.
  Result<void> eviction() const;
  std::uint64_t connections() const { return connections_; }  // logins so far

  // Commands without a reply, upkeep not counted.
  std::size_t in_flight() const { return session_ ? session_->in_flight() - upkeep_in_flight_ : 0; }

 private:
  using Clock = std::chrono::steady_clock;
  using Timer = boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>,
                                                  boost::asio::io_context::executor_type>;

  void dial();
  void on_dialled(Result<std::unique_ptr<Channel>> channel);
  void log_in();
  void greet(const EncodedCommand& command);
  void send_upkeep(Clock::time_point now);
  void ask_about_eviction(Clock::time_point now);
  void send_upkeep_command(const EncodedCommand& command, Answer done, Clock::time_point now,
                           Session::ErrorScope scope = Session::ErrorScope::owner);
  void fail(const Error& reason);
  void tick();
  void look_at_the_clock(Clock::time_point now);
  void set_trouble(std::optional<Error> trouble);

  void on_answer() override;
  void on_error_reply(const Error& error) override;
  void on_end(const Error& reason) override;

  boost::asio::io_context& context_;
  const Options options_;
  TlsContextLoader tls_files_;
  std::shared_ptr<Dialer> dialer_;    // while connecting
  std::shared_ptr<Session> session_;  // from then on
  std::size_t greetings_left_ = 0;    // replies that the login still waits for
  std::size_t upkeep_in_flight_ = 0;
  bool ready_ = false;
  bool refused_ = false;  // the last reply was a refusal
  Clock::time_point dial_until_;
  Clock::time_point next_dial_;
  Clock::time_point next_upkeep_;
  Backoff backoff_;
  Timer timer_;                     // the only one: no command has its own
  std::shared_ptr<bool> is_alive_;  // for handlers of the timer that come after the end

  mutable std::mutex mutex_;  // guards what follows
  std::optional<Error> trouble_;
  std::optional<Error> eviction_;
  std::atomic<std::uint64_t> connections_ = 0;
};

}  // namespace pollux::redis
