// A connection to Redis for an io thread: never blocks, has a deadline for each command and reconnects.
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
#include "redis/protocol.hpp"
#include "redis/session.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

class Dialer;
class TlsContextLoader;

// For an io_context that a single thread runs: everything on that thread, or while no thread runs it;
// state(), keeps_data_when_full(), connections() and connected() on any thread. The io_context outlives it.
class AsyncConnection final : private Session::Owner {
 public:
  struct Options {
    Url url;
    std::size_t max_in_flight = 10'000;  // commands without a reply; beyond it they are rejected as `full`
    // For connecting, and for each reply; checked every tenth of a second. Required.
    std::chrono::milliseconds deadline;
    std::chrono::milliseconds first_wait{100};  // before a new attempt, see Backoff
    std::chrono::milliseconds longest_wait{2000};
    // Sent after each login and then periodically, so that a silent or useless connection is found before a
    // command needs it. If one fails after the login there is no connection; later a failure shows in
    // state(). Empty: PING.
    std::vector<EncodedCommand> keepalive;
    std::chrono::milliseconds keepalive_period{2000};
  };

  // The reply, or `full`, `unavailable`, or `internal` for a command that Redis will always reject. Must not
  // throw, nor destroy the connection.
  using Answer = Session::Answer;

  AsyncConnection(boost::asio::io_context& context, Options options);
  ~AsyncConnection();  // everything in flight is answered `unavailable`
  AsyncConnection(const AsyncConnection&) = delete;
  AsyncConnection& operator=(const AsyncConnection&) = delete;

  void start();  // begins to connect; once

  // Calls `done` exactly once: at once if there is no connection or too much is in flight, else with the
  // reply or at the deadline. A command whose connection is lost may have been executed or not. After a
  // deadline the connection is closed, so that no late reply is taken for another command's.
  void command(const EncodedCommand& command, Answer done);

  // The same for a command that serves others: it does not count as in flight, and an error reply to it does
  // not show in state().
  void send_aside(const EncodedCommand& command, Answer done);

  // Why commands fail, or success while they do not.
  Result<void> state() const;
  // Whether Redis keeps what it accepts when its memory is full (redis::keeps_data_when_full), as of the last
  // keepalive. Commands are sent in any case.
  Result<void> keeps_data_when_full() const;
  std::uint64_t connections() const { return connections_; }  // logins so far
  bool connected() const { return ready_; }                   // and commands are sent; any thread

  // Commands without a reply, keepalive not counted.
  std::size_t in_flight() const { return session_ ? session_->in_flight() - uncounted_ : 0; }

 private:
  using Clock = std::chrono::steady_clock;
  using Timer = boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>,
                                                  boost::asio::io_context::executor_type>;

  void dial();
  void on_dialed(Result<std::unique_ptr<Channel>> channel);
  void send_first(const EncodedCommand& command);
  void send_keepalive(Clock::time_point now);
  void query_memory_policy(Clock::time_point now);
  void send_uncounted(const EncodedCommand& command, Answer done, Clock::time_point now,
                      Session::Notify notify = Session::Notify::owner);
  void fail(const Error& reason);
  void tick();
  void check_deadlines(Clock::time_point now);
  void set_trouble(std::optional<Error> trouble);

  void on_reply() override;
  void on_error_reply(const Error& error) override;
  void on_end(const Error& reason) override;

  boost::asio::io_context& context_;
  const Options options_;
  std::unique_ptr<TlsContextLoader> tls_files_;
  std::shared_ptr<Dialer> dialer_;      // while connecting
  std::shared_ptr<Session> session_;    // from then on
  std::size_t first_replies_left_ = 0;  // of the keepalive commands; then the connection is ready
  std::size_t uncounted_ = 0;           // commands in flight that are not the caller's
  std::atomic<bool> ready_ = false;     // written on the connection's thread
  bool last_failed_ = false;            // the last reply was an error
  Clock::time_point dial_until_;
  Clock::time_point next_dial_;
  Clock::time_point next_keepalive_;
  Backoff backoff_;
  Timer timer_;                     // the only one: no command has its own
  std::shared_ptr<bool> is_alive_;  // for timer handlers that run after the destruction

  mutable std::mutex mutex_;  // guards what follows
  std::optional<Error> trouble_;
  std::optional<Error> may_evict_;
  std::atomic<std::uint64_t> connections_ = 0;
};

}  // namespace pollux::redis
