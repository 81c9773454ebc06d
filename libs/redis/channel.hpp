// A socket to Redis, with or without TLS, for Asio. Both clients read and write through it.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "base/result.hpp"
#include "redis/tls.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol,
                                                boost::asio::io_context::executor_type>;

// One thread. Outlives its operations. One read and one write at a time.
class Channel {
 public:
  explicit Channel(boost::asio::io_context& context) : socket_(context) {}

  Socket& socket() { return socket_; }

  // Once connected: what is read and written from now on is TLS, after async_handshake().
  Result<void> use_tls(const TlsContext& context, const Url& url) {
    SSL_CTX_up_ref(context.get());
    tls_context_.emplace(context.get());  // which owns that reference
    tls_.emplace(socket_, *tls_context_);
    return expect_server_name(tls_->native_handle(), url);
  }
  SSL* tls() { return tls_ ? tls_->native_handle() : nullptr; }

  template <class Handler>
  void async_handshake(Handler handler) {
    tls_->async_handshake(boost::asio::ssl::stream_base::client, std::move(handler));
  }
  template <class Buffer, class Handler>
  void async_read_some(const Buffer& buffer, Handler handler) {
    if (tls_) return tls_->async_read_some(buffer, std::move(handler));
    socket_.async_read_some(buffer, std::move(handler));
  }
  template <class Buffer, class Handler>
  void async_write(const Buffer& buffer, Handler handler) {
    if (tls_) return boost::asio::async_write(*tls_, buffer, std::move(handler));
    boost::asio::async_write(socket_, buffer, std::move(handler));
  }

  // What is under way ends with an error. Redis takes a closed connection for the end, TLS or not.
  void close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

 private:
  Socket socket_;
  std::optional<boost::asio::ssl::context> tls_context_;
  std::optional<boost::asio::ssl::stream<Socket&>> tls_;
};

}  // namespace pollux::redis
