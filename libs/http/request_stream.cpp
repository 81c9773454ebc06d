#include "http/request_stream.hpp"

#include <algorithm>
#include <utility>

#include "http/chunked_body.hpp"

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

}  // namespace

RequestStream::Outcome RequestStream::reject(ErrorResponse error) {
  error_ = error;
  return Outcome::rejected;
}

// The client sent no more: it has disconnected or timed out.
RequestStream::Outcome RequestStream::stopped_short(std::string_view message) {
  return timed_out() ? reject({408, message}) : Outcome::gone;
}

Awaitable<RequestStream::Outcome> RequestStream::read_request() {
  request_ = Request{};
  Outcome outcome = co_await read_head();
  if (outcome == Outcome::complete) {
    received_at_ = Clock::now();
    if (const auto error = take_head()) {
      outcome = reject(*error);
    } else {
      outcome = co_await read_body();
      // Closed as slow just when the rest arrived: as for idle ones below.
      if (!socket().is_open()) outcome = Outcome::gone;
    }
  }
  begun_at_ = not_begun;
  co_return outcome;
}

// Its first byte is here.
void RequestStream::begin_request() {
  restart_deadline(limits().header_time);
  begun_at_ = deadline() - limits().header_time;
}

Awaitable<RequestStream::Outcome> RequestStream::read_head() {
  const auto bound = limits().header_bytes;
  restart_deadline(limits().idle_time);
  std::size_t searched = 0;
  for (;;) {
    // Some old clients send an empty line after a body (RFC 9112, section 2.2). It begins no request.
    while (buffer_.view().starts_with("\r\n")) buffer_.consume(2);
    if (!buffer_.empty() && begun_at_ == not_begun) begin_request();
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
  }
}

std::optional<ErrorResponse> RequestStream::take_head() {
  buffer_.reserve(max_chunk_header);  // now, because the views into the buffer must stay valid
  const auto error = head_.parse(buffer_.view().substr(0, head_size_), limits());
  request_ = head_.request();
  request_.id = worker().request_ids().id_of(request_.headers, own_id_);
  return error;
}

Awaitable<RequestStream::Outcome> RequestStream::read_body() {
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
Awaitable<RequestStream::Outcome> RequestStream::read_sized_body() {
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

Awaitable<RequestStream::Outcome> RequestStream::read_chunked_body() {
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

void RequestStream::finish_request() {
  buffer_.consume(request_size_);
  request_size_ = 0;
  body_.clear();
  if (body_.capacity() > 4096) body_.shrink_to_fit();
}

Awaitable<bool> RequestStream::client_stays() {
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

bool RequestStream::close_if_begun_before(Clock::time_point time) {
  if (begun_at_ >= time) return false;
  begun_at_ = not_begun;
  force_close();
  return true;
}

bool RequestStream::close_if_idle() {
  if (!std::exchange(idle_, false)) return false;
  force_close();  // at once, to free the descriptor
  return true;
}

}  // namespace pollux::http
