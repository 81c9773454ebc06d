// From a URL to a connection that is ready for commands, without blocking: reads the TLS files, resolves the
// name, connects, shakes hands and logs in. One attempt.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "base/result.hpp"
#include "redis/protocol.hpp"
#include "redis/tls.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol,
                                                boost::asio::io_context::executor_type>;

// A socket to Redis, with or without TLS. One thread; one read and one write at a time. Must outlive its
// operations.
class Channel {
 public:
  explicit Channel(boost::asio::io_context& context) : socket_(context) {}

  Socket& socket() { return socket_; }

  // Once connected: everything from now on is TLS, beginning with async_handshake().
  Result<void> use_tls(const TlsContext& context, const Url& url);
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

  // Whether Redis has sent a reply on this connection, to the login or later.
  bool answered() const { return answered_; }
  void set_answered() { answered_ = true; }

  // Pending operations end with an error. Sends no close_notify: Redis does not need one.
  void close();

 private:
  Socket socket_;
  bool answered_ = false;
  std::optional<boost::asio::ssl::context> tls_context_;
  std::optional<boost::asio::ssl::stream<Socket&>> tls_;
};

// The thread of the io_context only. cancel() it before the io_context ends.
class Dialer : public std::enable_shared_from_this<Dialer> {
 public:
  using Done = std::function<void(Result<std::unique_ptr<Channel>>)>;

  // Tries the addresses of the host in turn, for as long as the caller does not cancel. TLS files and names
  // are read on other threads, because both can block. Only start() uses `files`.
  Dialer(boost::asio::io_context& context, Url url, TlsContextLoader& files, Done done);
  ~Dialer();
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;

  void start();   // calls `done` once, later
  void cancel();  // `done` is not called any more

  // The error for an attempt that took longer than `limit`: names the step that it is waiting for.
  Error timed_out(std::chrono::milliseconds limit) const;

 private:
  // Other threads post their results through it. The context is null once the dialer has stopped waiting.
  struct Mailbox {
    std::mutex mutex;
    boost::asio::io_context* context;
  };
  enum class Step { reading_files, resolving, connecting };

  // A callback for another thread: `take` runs on the io_context's thread, unless the dialer is cancelled.
  template <class Answer>
  std::function<void(Result<Answer>)> mail(void (Dialer::*take)(const Result<Answer>&));

  void find_addresses();
  void on_tls_context(const Result<TlsContext>& context);
  void on_addresses(const Result<std::vector<std::string>>& addresses);
  void try_next(Error last);
  void shake_hands();
  void log_in();
  void read_login_reply();
  Result<void> take_login_replies(std::size_t received);
  void finish(Result<std::unique_ptr<Channel>> result);

  boost::asio::io_context& context_;
  const Url url_;
  TlsContextLoader& files_;
  Done done_;
  Step step_ = Step::connecting;
  TlsContext tls_context_;
  std::unique_ptr<Channel> channel_;  // of the address that is being tried
  std::shared_ptr<Mailbox> mailbox_;
  std::vector<boost::asio::generic::stream_protocol::endpoint> endpoints_;
  std::size_t next_endpoint_ = 0;

  struct Login {
    std::string output;  // the commands; with the password, so never logged
    std::size_t replies_left = 0;
    std::array<char, 1024> input{};
    ReplyReader reader;
  };
  std::unique_ptr<Login> login_;
};

}  // namespace pollux::redis
