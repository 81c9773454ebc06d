#include "http/connection.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "http/io_worker.hpp"
#include "http/reply_slot.hpp"
#include "http/web_socket_session.hpp"

namespace pollux::http {
namespace {

std::string address_text(const Socket& socket) {
  ErrorOfSystem failed;
  auto address = socket.remote_endpoint(failed).address();
  if (failed) return "";
  // A socket for both families shows an IPv4 peer as ::ffff:192.0.2.1.
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address.to_string();
}

}  // namespace

Connection::Connection(std::shared_ptr<IoWorker> worker, Socket socket)
    : OpenConnection(std::move(worker)),
      context_(this->worker().context()),
      socket_(std::move(socket)),
      woken_(std::in_place, context_, Timer::time_point::max()) {
  remote_address_ = address_text(*socket_);
  ErrorOfSystem failed;  // a client that has gone already is noticed at the first read
  socket_->set_option(Tcp::no_delay(true), failed);
  socket_->non_blocking(true, failed);
}

void Connection::start(bool admitted) {
  asio::co_spawn(
      context_, [self = shared_from_this(), admitted] { return self->live(admitted); }, asio::detached);
}

Awaitable<void> Connection::live(bool admitted) {
  // Ends it also where the io_context goes away and takes the coroutine with it.
  const std::shared_ptr<Connection> self = shared_from_this();
  const std::unique_ptr<Connection, void (*)(Connection*)> at_end(this, [](Connection* c) { c->end(); });
  if (admitted) {
    co_await serve();
  } else {
    co_await send_error({503, "Too many people are here at the moment. Please try again in a minute.\n"});
  }
}

void Connection::end() {
  answered_ = true;
  answer_.reset();
  on_abandoned_ = nullptr;
  socket_.reset();
  woken_.reset();
  leave();
}

Awaitable<void> Connection::serve() {
  for (;;) {
    const Outcome outcome = co_await read_request();
    if (outcome == Outcome::gone) co_return;
    if (outcome == Outcome::rejected) {
      co_await send_error(error_);
      co_return;
    }
    dispatch();
    if (!answer_ && !co_await wait_for_answer()) co_return;
    if (!co_await send_answer()) co_return;
    buffer_.consume(request_size_);
    request_size_ = 0;
    body_.clear();
    if (body_.capacity() > 4096) body_.shrink_to_fit();
    // Requests that came together are answered one by one, with the others' turn in between.
    if (!buffer_.empty()) co_await asio::post(context_, asio::use_awaitable_t<Executor>());
  }
}

void Connection::dispatch() {
  ++request_number_;
  answered_ = false;
  answer_time_ = limits().handler_time;
  ++worker().server().statistics.requests;
  request_.remote_address = remote_address_;
  if (head_.is_about_server()) return answer(request_number_, Response{.status = 204});
  const auto slot = std::make_shared<ReplySlot>(shared_from_this(), request_number_);
  try {
    worker().server().handler(request_, Reply(slot));
  } catch (...) {
    worker().report_failure(request_.method_name, request_.path, std::current_exception());
    answer(request_number_, Failure{.reported = true});
  }
}

void Connection::answer(std::uint64_t request_number, Answer answer) {
  if (!is_waiting_for(request_number)) {
    if (const auto* late = std::get_if<Upgrade>(&answer)) late->listener->on_close();
    return;
  }
  answered_ = true;
  answer_ = std::move(answer);
  if (waiting_for_answer_) wake();
  on_abandoned_ = nullptr;
}

bool Connection::is_waiting_for(std::uint64_t request_number) const {
  return !answered_ && request_number == request_number_;
}

void Connection::on_abandoned(std::uint64_t request_number, std::function<void()> callback) {
  if (abandoned_request_ == request_number) return callback();
  if (!is_waiting_for(request_number)) return;
  on_abandoned_ = std::move(callback);
  if (waiting_for_answer_) wake();  // somebody listens now
}

void Connection::wait_at_most(std::uint64_t request_number, std::chrono::milliseconds time) {
  if (!is_waiting_for(request_number)) return;
  answer_time_ = time;
  if (waiting_for_answer_) set_deadline(time);
}

// No answer can reach the client any more.
void Connection::abandon() {
  if (answered_) return;
  answered_ = true;
  abandoned_request_ = request_number_;
  if (const auto callback = std::exchange(on_abandoned_, nullptr)) callback();
}

// False where the client has gone, or got a 503 because its time was over. Only where somebody listens is the
// client watched meanwhile: that costs a system call, for an answer that is nearly always there before it
// could go.
Awaitable<bool> Connection::wait_for_answer() {
  set_deadline(answer_time_);
  while (!answer_) {
    if (timed_out_) {
      abandon();
      co_await send_error({503, "This takes too long at the moment. Please try again.\n"});
      co_return false;
    }
    waiting_for_answer_ = true;
    bool stays = socket_->is_open();
    if (stays && on_abandoned_) {
      stays = co_await client_stays();
    } else if (stays) {
      co_await until_woken();
    }
    waiting_for_answer_ = false;
    if (!stays && !answer_) {
      abandon();
      co_return false;
    }
  }
  co_return true;
}

Awaitable<void> Connection::until_woken() {
  ErrorOfSystem cancelled;
  co_await woken_->async_wait(into(cancelled));
}

// Until wake(). Reads on, as far as there is room, so that a client that goes away, or has nothing more to
// send, is noticed: false.
Awaitable<bool> Connection::client_stays() {
  ErrorOfSystem failed;
  const auto space = buffer_.spare();  // not more: the request's views lead into the buffer
  if (space.empty()) {
    co_await socket_->async_wait(Socket::wait_error, into(failed));
    if (!failed) failed = asio::error::connection_reset;
  } else {
    const auto received =
        co_await socket_->async_read_some(asio::buffer(space.data(), space.size()), into(failed));
    buffer_.commit(received);
  }
  co_return socket_->is_open() && (!failed || failed == asio::error::operation_aborted);
}

void Connection::wake() {
  ErrorOfSystem failed;  // of a socket that is closed already
  woken_->cancel();
  socket_->cancel(failed);
}

// False where the connection is not to be read any further.
Awaitable<bool> Connection::send_answer() {
  Answer answer = std::move(*answer_);
  answer_.reset();
  if (auto* upgrade = std::get_if<Upgrade>(&answer)) {
    if (!try_upgrade(std::move(*upgrade))) co_await send_error(error_);
    co_return false;
  }
  if (const auto* failure = std::get_if<Failure>(&answer)) {
    if (!failure->reported) worker().report_failure(request_.method_name, request_.path, nullptr);
    answer = text(500, "Something went wrong here. Please try again.\n");
  }
  auto& response = std::get<Response>(answer);
  prefer_page(worker().server().options.error_page, request_, response);
  const bool keep_alive = head_.keep_alive() && !response.close && !worker().server().draining;
  const bool sent = co_await send(response, keep_alive);
  if (!sent) co_return false;
  if (!keep_alive && buffer_.size() > request_size_) co_await linger();
  co_return keep_alive;
}

bool Connection::try_upgrade(Upgrade upgrade) {
  auto error = check_web_socket_handshake(request_);
  if (buffer_.size() > request_size_)
    error = {400, "A WebSocket client has to wait for the handshake's answer.\n"};
  if (worker().server().draining) error = {503, "This server is about to stop. Please try again.\n"};
  if (error) {
    upgrade.listener->on_close();
    error_ = *error;
    return false;
  }
  start_web_socket(shared_worker(), std::move(*socket_), request_, upgrade.options,
                   std::move(upgrade.listener));
  return true;
}

Awaitable<bool> Connection::send(const Response& response, bool keep_alive) {
  out_.clear();
  append_head(out_, response, worker().server().security, worker().date(), keep_alive);
  const bool without_body =
      request_.method == Method::head || response.status == 204 || response.status == 304;
  return write(out_, without_body ? std::string_view() : response.body.view());
}

// After a refusal nothing can be known of where the next request would begin, so the connection ends.
Awaitable<void> Connection::send_error(ErrorResponse error) {
  answered_ = true;
  ++worker().server().statistics.rejected;
  Response response = text(error.status, std::string(error.message));
  const auto& omits_body = worker().server().options.omits_413_body;
  if (error.status == 413 && omits_body && omits_body(request_.path))
    response = {.status = 413, .close = true};
  if (error.status == 503) response.set("Retry-After", "5");
  for (const auto& [name, value] : error.fields) response.set(std::string(name), std::string(value));
  prefer_page(worker().server().options.error_page, request_, response);
  if (co_await send(response, false)) co_await linger();
}

// Head and body in one system call, which nearly always takes both; what is left waits for the client.
Awaitable<bool> Connection::write(std::string_view head, std::string_view body) {
  ErrorOfSystem failed;
  const std::array both{asio::const_buffer(head.data(), head.size()),
                        asio::const_buffer(body.data(), body.size())};
  auto written = socket_->write_some(both, failed);
  const auto size = head.size() + body.size();
  const auto latest = written < size ? Clock::now() + time_to_send(size - written) : Clock::time_point();
  while (written < size) {
    if (failed && failed != asio::error::would_block) co_return false;
    set_deadline(std::min<Clock::duration>(limits().write_time, latest - Clock::now()));
    const auto of_head = std::min(written, head.size());
    const std::array rest{both[0] + of_head, both[1] + (written - of_head)};
    written += co_await socket_->async_write_some(rest, into(failed));
    if (timed_out_) co_return false;
  }
  co_return !failed;
}

// The most that a client may take to read so much.
std::chrono::milliseconds Connection::time_to_send(std::size_t bytes) {
  return limits().write_time + std::chrono::milliseconds(bytes * 1000 / limits().write_bytes_per_second);
}

Awaitable<std::size_t> Connection::receive(std::span<char> space) {
  if (timed_out_) co_return 0;
  ErrorOfSystem failed;
  const auto received =
      co_await socket_->async_read_some(asio::buffer(space.data(), space.size()), into(failed));
  co_return failed ? 0 : received;
}

// Closing while the client still sends would reset the connection, and the client might never see the answer.
Awaitable<void> Connection::linger() {
  ErrorOfSystem failed;
  socket_->shutdown(Socket::shutdown_send, failed);
  set_deadline(limits().linger_time);
  std::size_t total = 0;
  while (!failed && total < limits().linger_bytes) {
    const auto received = co_await receive(worker().scratch());
    if (received == 0) break;
    total += received;
  }
}

const ServerLimits& Connection::limits() {
  return worker().server().options.limits;
}

void Connection::set_deadline(Clock::duration from_now) {
  timed_out_ = false;
  OpenConnection::set_deadline(from_now);
}

void Connection::deadline_passed() {
  timed_out_ = true;
  clear_deadline();
  wake();
}

bool Connection::close_if_idle() {
  if (!std::exchange(idle_, false)) return false;
  force_close();  // at once, so that its descriptor is free
  return true;
}

void Connection::force_close() {
  ErrorOfSystem failed;
  socket_->close(failed);
  woken_->cancel();
}

}  // namespace pollux::http
