// A keep-alive connection to the vote page.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/result.hpp"
#include "seed-data/vote_page.hpp"
#include "seed-data/vote_plan.hpp"

namespace pollux::seed {

struct Response {
  unsigned status = 0;
  std::optional<std::chrono::seconds> retry_after;
  std::string voter;  // the voter's cookie, "voter_id=…"; empty if the response sets none
};

enum class Method { get, head, post };

// HTTP/1.1 (RFC 9112), one request at a time. The limits for a response are 8 KiB of header and 1 MiB of
// body. Any error closes the connection. Runs on the thread of its context.
class Connection {
 public:
  // `response_timeout` applies to open() and exchange() each, and is enforced by sweep(); resolving a host
  // name may take longer. The URL outlives it.
  Connection(boost::asio::io_context& context, const ServiceUrl& url,
             std::chrono::milliseconds response_timeout);

  // Connects unless connected. After an error nothing was sent.
  boost::asio::awaitable<Result<void>> open();

  // Sends a request on an open connection and reads the response. After an error the service may or may not
  // have processed the request.
  boost::asio::awaitable<Result<Response>> exchange(std::string_view request, Method method);

  // Aborts operations past their deadline. Call it several times per second.
  void sweep(Clock::time_point now);

 private:
  boost::asio::awaitable<boost::system::error_code> connect();
  boost::asio::awaitable<boost::system::error_code> receive(auto& parser);
  Error failure(const boost::system::error_code& error);
  void close();

  const ServiceUrl& url_;
  const std::chrono::milliseconds response_timeout_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::ip::tcp::socket socket_;
  bool open_ = false;
  bool late_ = false;
  Clock::time_point deadline_ = Clock::time_point::max();
  std::string received_;
};

}  // namespace pollux::seed
