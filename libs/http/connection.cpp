#include "http/connection.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "http/chunked_body.hpp"
#include "http/negotiation.hpp"
#include "http/reply.hpp"
#include "http/web_socket_protocol.hpp"
#include "http/web_socket_session.hpp"

namespace pollux::http {
namespace {

constexpr std::string_view end_of_head = "\r\n\r\n";
constexpr std::size_t min_body_read = 16 * 1024;
constexpr std::size_t max_body_read = 64 * 1024;  // then other connections get their turn
constexpr std::size_t max_chunk_header = 1024;    // with its extensions, or trailer fields
constexpr std::string_view body_took_too_long = "The request body took too long.\n";

// The head exceeds the bound; if it has no line break yet, the target is what is too long.
ErrorResponse too_long(std::string_view head, std::size_t bound) {
  if (head.substr(0, bound).find('\n') == std::string_view::npos) return target_too_long;
  return {431, "The request header is too large.\n"};
}

std::string address_text(const Socket& socket) {
  error_code failed;
  auto address = socket.remote_endpoint(failed).address();
  if (failed) return "";
  // A dual-stack socket shows an IPv4 peer as ::ffff:192.0.2.1.
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address.to_string();
}

}  // namespace

Connection::Connection(std::shared_ptr<IoWorker> worker, Socket accepted)
    : TimedStream(std::move(worker), std::move(accepted)), remote_address_(address_text(socket())) {}

void Connection::start(bool admitted) {
  asio::co_spawn(
      context(), [self = shared_from_this(), admitted] { return self->live(admitted); }, asio::detached);
}

Awaitable<void> Connection::live(bool admitted) {
  // end() also runs if the io_context is destroyed, and this coroutine with it.
  const std::shared_ptr<Connection> self = shared_from_this();
  const std::unique_ptr<Connection, void (*)(Connection*)> at_end(this, [](Connection* c) { c->end(); });
  if (admitted) {
    co_await serve();
  } else {
    co_await send_error({503, "The server has too many connections. Please try again in a minute.\n"});
  }
}

void Connection::end() {
  if (received_) count(client_closed_request);
  answered_ = true;
  answer_.reset();
  on_abandoned_ = nullptr;
  release();
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
    // Pipelined requests are answered one by one; other connections get their turn in between.
    if (!buffer_.empty()) co_await asio::post(context(), asio::use_awaitable_t<Executor>());
  }
}

Connection::Outcome Connection::reject(ErrorResponse error) {
  error_ = error;
  return Outcome::rejected;
}

// The client sent no more: it has disconnected or timed out.
Connection::Outcome Connection::stopped_short(std::string_view message) {
  return timed_out() ? reject({408, message}) : Outcome::gone;
}

Awaitable<Connection::Outcome> Connection::read_request() {
  request_ = Request{};
  route_ = no_route;
  const Outcome outcome = co_await read_head();
  if (outcome != Outcome::complete) co_return outcome;
  received_ = Clock::now();
  if (const auto error = take_head()) co_return reject(*error);
  co_return co_await read_body();
}

Awaitable<Connection::Outcome> Connection::read_head() {
  const auto bound = limits().header_bytes;
  restart_deadline(buffer_.empty() ? limits().idle_time : limits().header_time);
  std::size_t searched = 0;
  for (;;) {
    // Some old clients send an empty line after a body (RFC 9112, section 2.2).
    while (buffer_.view().starts_with("\r\n")) buffer_.consume(2);
    const auto end = buffer_.view().find(end_of_head, searched);
    if (end != std::string_view::npos) {
      head_size_ = end + end_of_head.size();
      if (head_size_ > bound) co_return reject(too_long(buffer_.view(), bound));
      co_return Outcome::complete;
    }
    if (buffer_.size() >= bound) co_return reject(too_long(buffer_.view(), bound));
    // From such a client the end of the head never comes.
    if (has_bare_line_feed(buffer_.view(), searched)) co_return reject(bare_line_feed);
    searched = buffer_.size() < end_of_head.size() ? 0 : buffer_.size() - end_of_head.size() + 1;

    idle_ = buffer_.empty();
    if (idle_ && worker().server().draining) co_return Outcome::gone;
    const auto received = co_await receive(buffer_.make_space(bound));
    const bool was_idle = std::exchange(idle_, false);
    // Closed as idle just when a request arrived: it must not be handled, because no response can be sent.
    if (!socket().is_open()) co_return Outcome::gone;
    if (received == 0) {
      co_return was_idle ? Outcome::gone : stopped_short("The request header took too long.\n");
    }
    buffer_.commit(received);
    if (was_idle) restart_deadline(limits().header_time);
  }
}

std::optional<ErrorResponse> Connection::take_head() {
  buffer_.reserve(max_chunk_header);  // now, because the views into the buffer must stay valid
  const auto error = head_.parse(buffer_.view().substr(0, head_size_), limits());
  request_ = head_.request();
  request_.id = worker().request_ids().id_of(request_.headers, own_id_);
  return error;
}

Awaitable<Connection::Outcome> Connection::read_body() {
  const bool is_here = !head_.chunked() && buffer_.size() - head_size_ >= head_.content_length();
  if (is_here) {
    request_.body = buffer_.view().substr(head_size_, head_.content_length());
    request_size_ = head_size_ + request_.body.size();
    co_return Outcome::complete;
  }
  if (head_.expects_continue() && buffer_.size() == head_size_) {
    const bool written = co_await write("HTTP/1.1 100 Continue\r\n\r\n", "");
    if (!written) co_return Outcome::gone;
  }
  restart_deadline(limits().body_time);
  const Outcome outcome = head_.chunked() ? co_await read_chunked_body() : co_await read_sized_body();
  request_.body = body_;
  co_return outcome;
}

// A body that did not arrive with its head. Memory is allocated as bytes arrive, not for a length that was
// only announced; once a quarter is here the rest is reserved, so that a large body is not moved repeatedly.
Awaitable<Connection::Outcome> Connection::read_sized_body() {
  body_ = buffer_.view().substr(head_size_);
  request_size_ = buffer_.size();
  while (body_.size() < head_.content_length()) {
    const auto had = body_.size();
    if (had >= head_.content_length() / 4) body_.reserve(head_.content_length());
    const auto piece = std::clamp(had, min_body_read, max_body_read);
    body_.resize(had + std::min<std::size_t>(head_.content_length() - had, piece));
    const auto received = co_await receive({body_.data() + had, body_.size() - had});
    body_.resize(had + received);
    if (received == 0) co_return stopped_short(body_took_too_long);
  }
  co_return Outcome::complete;
}

Awaitable<Connection::Outcome> Connection::read_chunked_body() {
  ChunkedBody chunks(limits().body_bytes);
  for (;;) {
    auto rest = buffer_.view().substr(head_size_);
    const auto progress = chunks.take(rest, body_);
    buffer_.erase(head_size_, buffer_.size() - head_size_ - rest.size());
    request_size_ = head_size_;
    if (progress == ChunkedBody::Progress::finished) co_return Outcome::complete;
    if (progress == ChunkedBody::Progress::too_large) co_return reject(body_too_large);
    const auto space = buffer_.spare();
    if (progress == ChunkedBody::Progress::malformed || space.empty()) {
      co_return reject({400, "The chunked request body is not valid.\n"});
    }
    const auto received = co_await receive(space);
    if (received == 0) co_return stopped_short(body_took_too_long);
    buffer_.commit(received);
  }
}

void Connection::dispatch() {
  ++request_number_;
  answered_ = false;
  answer_time_ = limits().handler_time;
  request_.remote_address = remote_address_;
  if (head_.is_about_server()) return answer(request_number_, Response{.status = 204});
  const Reply reply = make_reply(shared_from_this(), request_number_);
  try {
    worker().server().handler(request_, reply);
  } catch (...) {
    report_failure("", std::current_exception());
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
  if (waiting_for_answer_) wake();  // to watch the client from now on
}

void Connection::wait_at_most(std::uint64_t request_number, std::chrono::milliseconds time) {
  if (!is_waiting_for(request_number)) return;
  answer_time_ = time;
  if (waiting_for_answer_) restart_deadline(time);
}

void Connection::matched(std::uint64_t request_number, std::string_view route) {
  if (is_waiting_for(request_number)) route_ = route;
}

// No response can reach the client any more.
void Connection::abandon() {
  if (answered_) return;
  answered_ = true;
  abandoned_request_ = request_number_;
  if (const auto callback = std::exchange(on_abandoned_, nullptr)) callback();
}

// False if the client has disconnected, or got a 503 after the timeout. The client is watched meanwhile only
// if on_abandoned() was called: watching costs a system call, and most responses come before a client
// disconnects.
Awaitable<bool> Connection::wait_for_answer() {
  restart_deadline(answer_time_);
  while (!answer_) {
    if (timed_out()) {
      abandon();
      report_failure("The handler did not reply in time.", nullptr);
      co_await send_error({503, "The request took too long. Please try again.\n"});
      co_return false;
    }
    waiting_for_answer_ = true;
    bool stays = socket().is_open();
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

// Reads as far as there is room, until wake(). False if the client has disconnected or shut down sending.
Awaitable<bool> Connection::client_stays() {
  error_code failed;
  const auto space = buffer_.spare();  // not more: the request's views point into the buffer
  if (space.empty()) {
    co_await socket().async_wait(Socket::wait_error, into(failed));
    if (!failed) failed = asio::error::connection_reset;
  } else {
    const auto received =
        co_await socket().async_read_some(asio::buffer(space.data(), space.size()), into(failed));
    buffer_.commit(received);
  }
  co_return socket().is_open() && (!failed || failed == asio::error::operation_aborted);
}

// False if no further request is to be read.
Awaitable<bool> Connection::send_answer() {
  Answer answer = std::move(*answer_);
  answer_.reset();
  if (auto* upgrade = std::get_if<Upgrade>(&answer)) {
    if (!try_upgrade(std::move(*upgrade))) co_await send_error(error_);
    co_return false;
  }
  if (const auto* builder = std::get_if<ResponseBuilder>(&answer)) answer = build(*builder);
  if (const auto* failure = std::get_if<Failure>(&answer)) {
    if (!failure->reported) report_failure("The handler dropped its reply.", nullptr);
    answer = text(500, "Internal server error. Please try again.\n");
  }
  auto& response = std::get<Response>(answer);
  prefer_page(worker().server().options.error_page, request_, response);
  const bool keep_alive = head_.keep_alive() && !response.close && !worker().server().draining;
  const bool sent = co_await send(response, keep_alive);
  count(sent ? response.status : client_closed_request);
  if (!sent) co_return false;
  if (!keep_alive && buffer_.size() > request_size_) co_await linger();
  co_return keep_alive;
}

Answer Connection::build(const ResponseBuilder& builder) {
  try {
    return builder();
  } catch (...) {
    report_failure("", std::current_exception());
    return Failure{.reported = true};
  }
}

bool Connection::try_upgrade(Upgrade upgrade) {
  auto error = check_web_socket_handshake(request_);
  if (buffer_.size() > request_size_)
    error = {400, "A WebSocket client must not send before the handshake is answered.\n"};
  if (worker().server().draining) error = {503, "The server is shutting down. Please try again.\n"};
  if (error) {
    upgrade.listener->on_close();
    error_ = *error;
    return false;
  }
  start_web_socket(shared_worker(), std::move(socket()), request_, upgrade.options,
                   std::move(upgrade.listener));
  count(101);
  return true;
}

Awaitable<bool> Connection::send(const Response& response, bool keep_alive) {
  out_.clear();
  append_head(out_, response, worker().server().security, worker().date(), request_.id, keep_alive);
  const bool without_body =
      request_.method == Method::head || response.status == 204 || response.status == 304;
  return write(out_, without_body ? std::string_view() : response.body.view());
}

// It is unknown where the next request would begin, so the connection ends.
Awaitable<void> Connection::send_error(ErrorResponse error) {
  answered_ = true;
  ++worker().server().statistics.rejected;
  if (request_.id.empty()) request_.id = worker().request_ids().id_of(nullptr, own_id_);
  Response response = text(error.status, std::string(error.message));
  const auto& omits_body = worker().server().options.omits_413_body;
  if (error.status == 413 && omits_body && omits_body(request_.path))
    response = {.status = 413, .close = true};
  if (error.status == 503) response.set("Retry-After", "5");
  for (const auto& [name, value] : error.fields) response.set(std::string(name), std::string(value));
  prefer_page(worker().server().options.error_page, request_, response);
  const bool sent = co_await send(response, false);
  count(sent ? response.status : client_closed_request);
  if (sent) co_await linger();
}

// A request that was rejected before its head was complete took no time.
void Connection::count(unsigned status) {
  const auto now = Clock::now();
  worker().statistics().count({route_, request_.method, status}, now - received_.value_or(now));
  received_.reset();
}

void Connection::report_failure(std::string_view what, const std::exception_ptr& thrown) {
  worker().report_failure({.method = request_.method_name,
                           .path = request_.path,
                           .request_id = request_.id,
                           .what = what,
                           .exception = thrown});
}

bool Connection::close_if_idle() {
  if (!std::exchange(idle_, false)) return false;
  force_close();  // at once, to free the descriptor
  return true;
}

}  // namespace pollux::http
