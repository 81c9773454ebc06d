// A connection's byte stream: reads and writes that end at a deadline.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "http/io_worker.hpp"

namespace pollux::http {

// All members are for the io thread.
class TimedStream : public OpenConnection {
 public:
  TimedStream(std::shared_ptr<IoWorker> worker, Socket socket);

  IoThreads::Context& context() const { return context_; }
  void deadline_passed() override;
  void force_close() override;

 protected:
  // Receives what has arrived; 0 if the client has disconnected or the deadline has passed.
  Awaitable<std::size_t> receive(std::span<char> space);
  // Sends head and body within ServerLimits::write_time and write_bytes_per_second; false if that failed.
  Awaitable<bool> write(std::string_view head, std::string_view body);
  // Shuts down sending, and discards what the client still sends, within ServerLimits::linger_time and
  // linger_bytes.
  Awaitable<void> linger();

  // Waits for wake(), which also interrupts a receive().
  Awaitable<void> until_woken();
  void wake();

  void restart_deadline(Clock::duration from_now);  // sets it and forgets that an earlier one has passed
  bool timed_out() const { return timed_out_; }
  const ServerLimits& limits() { return worker().server().options.limits; }

  Socket& socket() { return *socket_; }
  void release();  // socket and timer, at the end

 private:
  std::chrono::milliseconds time_to_send(std::size_t bytes);

  IoThreads::Context& context_;
  std::optional<Socket> socket_;
  std::optional<Timer> woken_;  // never expires; cancelling it wakes the coroutine that waits for it
  bool timed_out_ = false;
};

}  // namespace pollux::http
