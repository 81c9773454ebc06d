// The little of HTTP, Engine.IO and Socket.IO that good and bad clients need. Blocking, 20 s at most; errors
// are exceptions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bench/viewers/system.hpp"

namespace pollux::bench {

struct HttpAnswer {
  int status = 0;
  std::string body;
};

// A keep-alive connection.
class HttpConnection {
 public:
  explicit HttpConnection(std::uint16_t port) : socket_(connect_from(1, port)) {}

  void send(const std::string& request) const { send_all(socket_.get(), request); }
  HttpAnswer receive();

 private:
  Descriptor socket_;
  std::string incoming_;
};

// Opens a polling session of Socket.IO; its id stands in the answer's body.
extern const std::string opening_request;
std::string session_id(const HttpAnswer& opening);
std::string post_request(const std::string& session, std::string_view body);

// A WebSocket that has connected to the main namespace of Socket.IO and has read what the server said to
// that.
Descriptor join(std::uint16_t port, int segment_bytes = 0);

}  // namespace pollux::bench
