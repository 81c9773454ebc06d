// How a connection reads one request.
#include <algorithm>

#include "http/chunked_body.hpp"
#include "http/connection.hpp"
#include "http/io_worker.hpp"
#include "http/request_syntax.hpp"

namespace pollux::http {
namespace {

constexpr std::string_view end_of_head = "\r\n\r\n";
constexpr std::size_t least_piece_of_body = 16 * 1024;
constexpr std::size_t largest_piece_of_body = 64 * 1024;  // then it is the others' turn
constexpr std::size_t longest_chunk_header = 1024;        // with its extensions, or trailer fields

// Beyond the bound: without a line's end it is the address that is too long.
ErrorResponse too_long(std::string_view head, std::size_t bound) {
  if (head.substr(0, bound).find('\n') == std::string_view::npos) {
    return {414, "The address of the request is too long.\n"};
  }
  return {431, "The header of the request is too large.\n"};
}

}  // namespace

Connection::Outcome Connection::reject(ErrorResponse error) {
  error_ = error;
  return Outcome::rejected;
}

// The client sent no more: because it has gone, or because its time is over.
Connection::Outcome Connection::stopped_short(std::string_view sentence) {
  return timed_out_ ? reject({408, sentence}) : Outcome::gone;
}

Awaitable<Connection::Outcome> Connection::read_request() {
  request_ = Request{};
  const Outcome outcome = co_await read_head();
  if (outcome != Outcome::complete) co_return outcome;
  if (const auto error = take_head()) co_return reject(*error);
  co_return co_await read_body();
}

Awaitable<Connection::Outcome> Connection::read_head() {
  const auto bound = limits().header_bytes;
  set_deadline(buffer_.empty() ? limits().idle_time : limits().header_time);
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
    // Of a client that ends its lines like this the end of the head never comes.
    if (has_bare_line_feed(buffer_.view(), searched)) co_return reject(bare_line_feed);
    searched = buffer_.size() < end_of_head.size() ? 0 : buffer_.size() - end_of_head.size() + 1;

    idle_ = buffer_.empty();
    if (idle_ && worker().server().draining) co_return Outcome::gone;
    const auto received = co_await receive(buffer_.make_space(bound));
    const bool was_idle = std::exchange(idle_, false);
    // Closed as idle although a request had just come: it must not be handled, since no answer would reach
    // the client.
    if (!socket_->is_open()) co_return Outcome::gone;
    if (received == 0) {
      co_return was_idle ? Outcome::gone : stopped_short("The header of the request took too long.\n");
    }
    buffer_.commit(received);
    if (was_idle) set_deadline(limits().header_time);
  }
}

std::optional<ErrorResponse> Connection::take_head() {
  buffer_.reserve(longest_chunk_header);  // now, because from here on nothing may move
  const auto error = head_.parse(buffer_.view().substr(0, head_size_), limits());
  request_ = head_.request();
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
  set_deadline(limits().body_time);
  const Outcome outcome = head_.chunked() ? co_await read_chunked_body() : co_await read_sized_body();
  request_.body = body_;
  co_return outcome;
}

// A body that did not come with its head. It gets memory as it comes: a promised length alone is worth none,
// but once a quarter is here the rest gets its place, so that a large body is not moved again and again.
Awaitable<Connection::Outcome> Connection::read_sized_body() {
  body_ = buffer_.view().substr(head_size_);
  request_size_ = buffer_.size();
  while (body_.size() < head_.content_length()) {
    const auto had = body_.size();
    if (had >= head_.content_length() / 4) body_.reserve(head_.content_length());
    const auto piece = std::clamp(had, least_piece_of_body, largest_piece_of_body);
    body_.resize(had + std::min<std::size_t>(head_.content_length() - had, piece));
    const auto received = co_await receive({body_.data() + had, body_.size() - had});
    body_.resize(had + received);
    if (received == 0) co_return stopped_short("The body of the request took too long.\n");
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
    if (progress == ChunkedBody::Progress::too_large) {
      co_return reject({413, "The body of the request is too large.\n"});
    }
    const auto space = buffer_.spare();
    if (progress == ChunkedBody::Progress::malformed || space.empty()) {
      co_return reject({400, "The body of the request is not in valid chunks.\n"});
    }
    const auto received = co_await receive(space);
    if (received == 0) co_return stopped_short("The body of the request took too long.\n");
    buffer_.commit(received);
  }
}

}  // namespace pollux::http
