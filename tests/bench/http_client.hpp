// The client side of HTTP/1.1 of the load generators, independent of the server's code. One thread; errors
// are exceptions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bench/system.hpp"

namespace pollux::bench {

struct Response {
  unsigned status = 0;    // 0: without a valid Content-Length
  std::size_t bytes = 0;  // header and body
  std::string cookie;     // name=value of the first Set-Cookie field; empty if there is none
};

// The response at the front of `received`; none while it is incomplete. Only responses with a Content-Length
// are understood: both servers of the bench send one.
std::optional<Response> first_response(std::string_view received);

enum class Method { get, post };

struct Target {
  std::uint16_t port = 0;  // on 127.0.0.1
  std::string path;
  Method method = Method::post;
};

// A browser's request: a vote for `option`, or the page. An empty `cookie` makes it a new voter's.
std::string request_to(const Target& target, std::string_view cookie, char option);

// A non-blocking keep-alive connection to 127.0.0.1 with at most one request in flight.
class HttpConnection {
 public:
  explicit HttpConnection(std::uint16_t port);

  int descriptor() const { return socket_.get(); }

  // The previous request must have been answered. Throws on a partial write, since requests are much smaller
  // than the socket's buffer.
  void send(std::string_view request);

  enum class Progress { waiting, answered };

  // Reads what has arrived.
  Progress receive();

  // The last response, valid after Progress::answered.
  const Response& response() const { return response_; }

 private:
  static constexpr std::size_t max_response_bytes = 256 * 1024;

  Descriptor socket_;
  std::string received_;
  Response response_;
};

}  // namespace pollux::bench
