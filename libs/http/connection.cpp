#include "http/connection.hpp"

#include <array>
#include <charconv>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "http/negotiation.hpp"
#include "http/reply.hpp"
#include "http/web_socket_protocol.hpp"
#include "http/web_socket_session.hpp"

namespace pollux::http {
namespace {

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

// RFC 9112, section 7.1
void append_chunk_size(std::string& out, std::size_t size) {
  std::array<char, 16> digits;
  const auto [end, failed] = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16);
  out.append(digits.data(), end).append("\r\n");
}

}  // namespace

Connection::Connection(std::shared_ptr<IoWorker> worker, Socket accepted)
    : RequestStream(std::move(worker), std::move(accepted)), remote_address_(address_text(socket())) {}

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
  if (received_at_) count(client_closed_request);
  answered_ = true;
  answer_.reset();
  on_abandoned_ = nullptr;
  has_piece_ = true;
  release();
  leave();
}

Awaitable<void> Connection::serve() {
  for (;;) {
    route_ = no_route;
    const Outcome outcome = co_await read_request();
    if (outcome == Outcome::gone) co_return;
    if (outcome == Outcome::rejected) {
      co_await send_error(error_);
      co_return;
    }
    dispatch();
    if (!answer_ && !co_await wait_for_answer()) co_return;
    if (!co_await send_answer()) co_return;
    finish_request();
    // Pipelined requests are answered one by one; other connections get their turn in between.
    if (has_begun()) co_await asio::post(context(), asio::use_awaitable_t<Executor>());
  }
}

void Connection::dispatch() {
  ++request_number_;
  answered_ = false;
  answer_time_ = limits().handler_time;
  request_.remote_address = worker().server().options.trusted_proxies.client(remote_address_, head());
  if (head().is_about_server()) return answer(request_number_, Response{.status = 204});
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
  const bool keep_alive = head().keep_alive() && !response.close && !worker().server().draining;
  if (response.stream) co_return co_await send_stream(std::move(response), keep_alive);
  const bool sent = co_await send(response, keep_alive);
  count(sent ? response.status : client_closed_request);
  if (!sent) co_return false;
  if (!keep_alive && has_more()) co_await linger();
  co_return keep_alive;
}

// Counted once its head is sent: how long a stream lasts depends on its client.
Awaitable<bool> Connection::send_stream(Response response, bool keep_alive) {
  const bool chunked = !head().is_http_1_0();
  if (chunked) {
    response.set("Transfer-Encoding", "chunked");
  } else {
    keep_alive = false;  // its end is the end of the body
  }
  const bool sent = co_await send(response, keep_alive);
  count(sent ? response.status : client_closed_request);
  if (!sent) co_return false;
  if (request_.method != Method::head && !co_await send_pieces(*response.stream, chunked)) co_return false;
  if (!keep_alive && has_more()) co_await linger();
  co_return keep_alive;
}

// False if the connection is to be closed without the last chunk.
Awaitable<bool> Connection::send_pieces(BodyStream& stream, bool chunked) {
  for (;;) {
    std::optional<Piece> piece = co_await next_piece(stream);
    if (!piece) co_return false;
    out_.clear();
    if (chunked && !piece->bytes.empty()) append_chunk_size(out_, piece->bytes.size());
    if (chunked && !piece->bytes.empty()) piece->bytes += "\r\n";
    if (chunked && piece->last) piece->bytes += "0\r\n\r\n";
    if (!piece->bytes.empty() && !co_await write(out_, piece->bytes)) co_return false;
    if (piece->last) co_return true;
  }
}

// None if the client has disconnected, or the stream has failed.
Awaitable<std::optional<Piece>> Connection::next_piece(BodyStream& stream) {
  has_piece_ = false;
  restart_deadline(limits().handler_time);
  stream.next(make_next_piece(shared_from_this(), ++piece_number_));
  while (!has_piece_) {
    if (timed_out()) {
      report_failure("The stream did not go on in time.", nullptr);
      co_return std::nullopt;
    }
    waiting_for_answer_ = true;
    const bool stays = socket().is_open() && co_await client_stays();
    waiting_for_answer_ = false;
    if (!stays && !has_piece_) co_return std::nullopt;
  }
  co_return std::exchange(piece_, std::nullopt);
}

void Connection::take_piece(std::uint64_t piece_number, std::optional<Piece> piece) {
  if (has_piece_ || piece_number != piece_number_) return;
  has_piece_ = true;
  piece_ = std::move(piece);
  if (waiting_for_answer_) wake();
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
  if (has_more()) error = {400, "A WebSocket client must not send before the handshake is answered.\n"};
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
  worker().statistics().count({route_, request_.method, status}, now - received_at_.value_or(now));
  received_at_.reset();
}

void Connection::report_failure(std::string_view what, const std::exception_ptr& thrown) {
  worker().report_failure({.method = request_.method_name,
                           .path = request_.path,
                           .request_id = request_.id,
                           .what = what,
                           .exception = thrown});
}

}  // namespace pollux::http
