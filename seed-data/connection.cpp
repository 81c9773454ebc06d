#include "seed-data/connection.hpp"

#include <cstring>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "config/units.hpp"
#include "seed-data/vote_page.hpp"

namespace pollux::seed {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
using Parser = beast::http::response_parser<beast::http::string_body>;

constexpr std::size_t max_header_bytes = 8 * 1024;
constexpr std::size_t max_body_bytes = 1024 * 1024;
constexpr std::size_t buffer_bytes = 32 * 1024;  // larger than a header and than most pages

auto into(error_code& error) {
  return asio::redirect_error(asio::use_awaitable, error);
}

std::string_view view_of(beast::string_view text) {
  return {text.data(), text.size()};
}

std::string voter_of(const Parser& parser) {
  const auto [first, last] = parser.get().equal_range(beast::http::field::set_cookie);
  for (auto field = first; field != last; ++field) {
    const std::string_view cookie = view_of(field->value());
    const std::string_view pair = cookie.substr(0, cookie.find(';'));
    constexpr std::string_view name = "voter_id=";
    if (pair.starts_with(name) && pair.size() > name.size()) return std::string(pair);
  }
  return {};
}

Response response_of(const Parser& parser) {
  const auto& head = parser.get();
  return {.status = head.result_int(),
          .retry_after = parse_retry_after(view_of(head[beast::http::field::retry_after])),
          .voter = voter_of(parser)};
}

}  // namespace

Connection::Connection(asio::io_context& context, const ServiceUrl& url,
                       std::chrono::milliseconds response_timeout)
    : url_(url),
      response_timeout_(response_timeout),
      resolver_(context),
      socket_(context),
      received_(buffer_bytes, '\0') {}

asio::awaitable<Result<void>> Connection::open() {
  if (open_) co_return Result<void>();
  late_ = false;
  deadline_ = Clock::now() + response_timeout_;
  const error_code error = co_await connect();
  deadline_ = Clock::time_point::max();
  if (error || late_) co_return failure(error);
  open_ = true;
  co_return Result<void>();
}

asio::awaitable<error_code> Connection::connect() {
  error_code error;
  const auto address = asio::ip::make_address(url_.host, error);
  if (!error) {
    const auto port = config::parse_integer(url_.port).value_or(0);
    co_await socket_.async_connect({address, static_cast<std::uint16_t>(port)}, into(error));
  } else {
    const auto found = co_await resolver_.async_resolve(url_.host, url_.port, into(error));
    if (error || late_) co_return error;
    co_await asio::async_connect(socket_, found, into(error));
  }
  if (!error) socket_.set_option(tcp::no_delay(true), error);
  // While a local service is down, the system may pick its port as our source port, and the socket connects
  // to itself (simultaneous open, RFC 9293, section 3.5).
  if (!error && socket_.local_endpoint(error) == socket_.remote_endpoint(error))
    error = asio::error::connection_refused;
  co_return error;
}

asio::awaitable<Result<Response>> Connection::exchange(std::string_view request, Method method) {
  late_ = false;
  deadline_ = Clock::now() + response_timeout_;
  error_code error;
  co_await asio::async_write(socket_, asio::buffer(request), into(error));
  if (error) co_return failure(error);

  Parser parser;
  parser.header_limit(max_header_bytes);
  parser.body_limit(max_body_bytes);
  parser.skip(method == Method::head);
  parser.eager(true);
  error = co_await receive(parser);
  deadline_ = Clock::time_point::max();
  if (error || late_) co_return failure(error);
  if (!parser.keep_alive()) close();
  co_return response_of(parser);
}

asio::awaitable<error_code> Connection::receive(auto& parser) {
  std::size_t held = 0;
  while (!parser.is_done()) {
    error_code error;
    const auto space = asio::buffer(received_.data() + held, received_.size() - held);
    const std::size_t got = co_await socket_.async_read_some(space, into(error));
    if (error == asio::error::eof && parser.got_some()) {
      error = {};
      parser.put_eof(error);  // the end of a body without a length, or a truncated response
      if (!error && !parser.is_done()) error = beast::http::error::partial_message;
    }
    if (error) co_return error;
    held += got;

    const std::size_t used = parser.put(asio::buffer(std::as_const(received_).data(), held), error);
    if (error && error != beast::http::error::need_more) co_return error;
    if (used == 0 && held == received_.size()) co_return beast::http::error::header_limit;
    std::memmove(received_.data(), received_.data() + used, held - used);
    held -= used;
  }
  if (held > 0) co_return beast::http::error::unexpected_body;  // bytes after the response
  co_return error_code();
}

void Connection::sweep(Clock::time_point now) {
  if (now < deadline_) return;
  late_ = true;
  resolver_.cancel();
  close();
}

Error Connection::failure(const error_code& error) {
  close();
  if (late_) return unavailable("No response within " + config::duration_text(response_timeout_) + ".");
  if (error == asio::error::eof) return unavailable("The service closed the connection.");
  return unavailable(error.message() + ".");
}

void Connection::close() {
  error_code ignored;
  socket_.close(ignored);
  open_ = false;
  deadline_ = Clock::time_point::max();
}

}  // namespace pollux::seed
