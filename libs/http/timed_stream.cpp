#include "http/timed_stream.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace pollux::http {

TimedStream::TimedStream(std::shared_ptr<IoWorker> worker, Socket socket)
    : OpenConnection(std::move(worker)),
      context_(this->worker().context()),
      socket_(std::move(socket)),
      woken_(std::in_place, context_, Timer::time_point::max()) {
  error_code failed;  // if the client has disconnected, the first read fails
  socket_->set_option(Tcp::no_delay(true), failed);
  socket_->non_blocking(true, failed);
}

Awaitable<std::size_t> TimedStream::receive(std::span<char> space) {
  if (timed_out_) co_return 0;
  error_code failed;
  const auto received =
      co_await socket_->async_read_some(asio::buffer(space.data(), space.size()), into(failed));
  co_return failed ? 0 : received;
}

// Writes head and body with one system call, which nearly always takes both; the rest waits for the client.
Awaitable<bool> TimedStream::write(std::string_view head, std::string_view body) {
  error_code failed;
  const std::array both{asio::const_buffer(head.data(), head.size()),
                        asio::const_buffer(body.data(), body.size())};
  auto written = socket_->write_some(both, failed);
  const auto size = head.size() + body.size();
  const auto latest = written < size ? Clock::now() + time_to_send(size - written) : Clock::time_point();
  while (written < size) {
    if (failed && failed != asio::error::would_block) co_return false;
    restart_deadline(std::min<Clock::duration>(limits().write_time, latest - Clock::now()));
    const auto of_head = std::min(written, head.size());
    const std::array rest{both[0] + of_head, both[1] + (written - of_head)};
    written += co_await socket_->async_write_some(rest, into(failed));
    if (timed_out_) co_return false;
  }
  co_return !failed;
}

// The time in which a client must read that many bytes.
std::chrono::milliseconds TimedStream::time_to_send(std::size_t bytes) {
  return limits().write_time + std::chrono::milliseconds(bytes * 1000 / limits().write_bytes_per_second);
}

// Closing while the client still sends would reset the connection, and the client might not get the response.
Awaitable<void> TimedStream::linger() {
  error_code failed;
  socket_->shutdown(Socket::shutdown_send, failed);
  restart_deadline(limits().linger_time);
  std::size_t total = 0;
  while (!failed && total < limits().linger_bytes) {
    const auto received = co_await receive(worker().scratch());
    if (received == 0) break;
    total += received;
  }
}

Awaitable<void> TimedStream::until_woken() {
  error_code cancelled;
  co_await woken_->async_wait(into(cancelled));
}

void TimedStream::wake() {
  error_code failed;  // ignored: the socket may be closed
  woken_->cancel();
  socket_->cancel(failed);
}

void TimedStream::restart_deadline(Clock::duration from_now) {
  timed_out_ = false;
  set_deadline(from_now);
}

void TimedStream::deadline_passed() {
  timed_out_ = true;
  clear_deadline();
  wake();
}

void TimedStream::force_close() {
  error_code failed;
  socket_->close(failed);
  woken_->cancel();
}

void TimedStream::release() {
  socket_.reset();
  woken_.reset();
}

}  // namespace pollux::http
