#include "standalone/api_client.hpp"

#include <array>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <openssl/ssl.h>
#include <openssl/tls1.h>

namespace pollux::standalone {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace message = boost::beast::http;
using boost::system::error_code;

auto into(error_code& error) {
  return asio::redirect_error(asio::use_awaitable, error);
}

// One call on its connection. Lives until its coroutine has ended.
class Exchange {
 public:
  Exchange(const ApiClient::Options& options, const ApiCall& call) : options_(options), call_(call) {}

  Result<ApiReply> run() {
    asio::io_context context;
    std::exception_ptr thrown;
    asio::co_spawn(context, exchange(), [&thrown](std::exception_ptr failed) { thrown = std::move(failed); });
    context.run();
    if (thrown) std::rethrow_exception(thrown);
    if (error_) return *error_;
    return std::move(reply_);
  }

 private:
  std::string port() const {
    const std::string_view origin = options_.url.origin();
    const std::size_t end = origin.rfind(':');
    const bool has_port = origin.find("://") < end && origin.find(']', end) == std::string_view::npos;
    if (has_port) return std::string(origin.substr(end + 1));
    return options_.url.is_https() ? "443" : "80";
  }

  asio::awaitable<void> exchange() {
    const auto executor = co_await asio::this_coro::executor;
    error_code failed;
    asio::ip::tcp::resolver resolver(executor);
    const auto endpoints = co_await resolver.async_resolve(options_.url.host(), port(), into(failed));
    if (failed) co_return fail("the name can't be resolved: " + failed.message() + ".");
    beast::tcp_stream stream(executor);
    stream.expires_after(options_.timeout);
    co_await stream.async_connect(endpoints, into(failed));
    if (failed) co_return fail(failed.message() + ". Does the program run there?");
    if (!options_.url.is_https()) co_return co_await talk(stream, stream);
    asio::ssl::context tls(asio::ssl::context::tls_client);
    tls.set_default_verify_paths(failed);
    asio::ssl::stream<beast::tcp_stream&> secure(stream, tls);
    secure.set_verify_mode(asio::ssl::verify_peer, failed);
    secure.set_verify_callback(asio::ssl::host_name_verification(options_.url.host()), failed);
    // What the macro SSL_set_tlsext_host_name does, without its cast.
    std::string name = options_.url.host();
    SSL_ctrl(secure.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
    co_await secure.async_handshake(asio::ssl::stream_base::client, into(failed));
    if (failed) co_return fail("TLS failed: " + failed.message() + ".");
    co_await talk(secure, stream);
  }

  message::request<message::string_body> request() const {
    const std::string target = std::string(options_.url.path()) + "api/v1" + call_.path;
    message::request<message::string_body> made;
    made.version(11);
    made.method_string(call_.method);
    made.target(target);
    const std::string& origin = options_.url.origin();
    made.set(message::field::host, origin.substr(origin.find("://") + 3));
    made.set(message::field::user_agent, "pollux");
    made.set(message::field::authorization, "Bearer " + options_.key);
    made.set(message::field::connection, "close");
    if (!call_.body.empty()) made.set(message::field::content_type, "application/json");
    if (!call_.if_match.empty()) made.set(message::field::if_match, call_.if_match);
    if (!call_.idempotency_key.empty()) made.set("Idempotency-Key", call_.idempotency_key);
    made.body() = call_.body;
    made.prepare_payload();
    if (call_.body.empty() && call_.method != "GET") made.content_length(0);
    return made;
  }

  template <class Stream>
  asio::awaitable<void> talk(Stream& stream, beast::tcp_stream& lowest) {
    error_code failed;
    auto sent = request();
    lowest.expires_after(options_.timeout);
    co_await message::async_write(stream, sent, into(failed));
    if (failed) co_return fail("sending failed: " + failed.message() + ".");
    beast::flat_buffer buffer;
    message::response_parser<message::buffer_body> parser;
    parser.body_limit(boost::none);
    lowest.expires_after(options_.timeout);
    co_await message::async_read_header(stream, buffer, parser, into(failed));
    if (failed) co_return fail("there is no response: " + failed.message() + ".");
    reply_.status = parser.get().result_int();
    reply_.etag = std::string(parser.get()[message::field::etag]);
    co_await read_body(stream, lowest, buffer, parser);
  }

  template <class Stream>
  asio::awaitable<void> read_body(Stream& stream, beast::tcp_stream& lowest, beast::flat_buffer& buffer,
                                  message::response_parser<message::buffer_body>& parser) {
    std::array<char, std::size_t{64} * 1024> space;
    while (!parser.is_done()) {
      error_code failed;
      parser.get().body().data = space.data();
      parser.get().body().size = space.size();
      lowest.expires_after(options_.timeout);
      co_await message::async_read(stream, buffer, parser, into(failed));
      if (failed == message::error::need_buffer) failed = {};
      if (failed) co_return fail("the response is incomplete: " + failed.message() + ".");
      if (auto taken = take({space.data(), space.size() - parser.get().body().size}); !taken) {
        error_ = taken.error();
        co_return;
      }
    }
  }

  Result<void> take(std::string_view bytes) {
    constexpr unsigned ok = 200;
    if (call_.sink && reply_.status == ok) return call_.sink(bytes);
    if (reply_.body.size() + bytes.size() > ApiClient::max_body_bytes) {
      return invalid("The response of " + options_.url.text() + " is too large.");
    }
    reply_.body += bytes;
    return {};
  }

  void fail(const std::string& reason) {
    error_ = unavailable("The HTTP API at " + options_.url.text() + " can't be used: " + reason);
  }

  const ApiClient::Options& options_;
  const ApiCall& call_;
  ApiReply reply_;
  std::optional<Error> error_;
};

}  // namespace

Result<ApiReply> ApiClient::send(const ApiCall& call) const {
  return Exchange(options_, call).run();
}

}  // namespace pollux::standalone
