// One keep-alive connection to the vote page.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/result.hpp"
#include "seed-data/schedule.hpp"
#include "seed-data/service_url.hpp"

namespace pollux::seed {

struct Answer {
  unsigned status = 0;
  std::optional<std::chrono::seconds> retry_after;
  std::string voter;  // the voter's cookie, "voter_id=…"; empty where the answer sets none
};

enum class Method { get, head, post };

// HTTP/1.1 (RFC 9112), one request at a time. An answer's header has at most 8 KiB and its body 1 MiB.
// Whatever goes wrong closes the connection, and the error is a sentence. Everything on the thread of its
// context.
class Connection {
 public:
  // `answer_time` bounds open() and ask(), each, as long as somebody calls sweep(); resolving a host name may
  // take longer where the system does. The url outlives it.
  Connection(boost::asio::io_context& context, const ServiceUrl& url, std::chrono::milliseconds answer_time);

  // Connects, where it is not connected. After an error nothing was sent.
  boost::asio::awaitable<Result<void>> open();

  // Sends the bytes of a request on an open connection and takes in its answer. After an error nobody knows
  // whether the service has acted on it.
  boost::asio::awaitable<Result<Answer>> ask(std::string_view request, Method method);

  // Ends what is late. To be called a few times a second.
  void sweep(Clock::time_point now);

 private:
  boost::asio::awaitable<boost::system::error_code> connect();
  boost::asio::awaitable<boost::system::error_code> receive(auto& parser);
  Error failure(const boost::system::error_code& error);
  void close();

  const ServiceUrl& url_;
  const std::chrono::milliseconds answer_time_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::ip::tcp::socket socket_;
  bool open_ = false;
  bool late_ = false;
  Clock::time_point deadline_ = Clock::time_point::max();
  std::string received_;
};

}  // namespace pollux::seed
