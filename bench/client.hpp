#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bench/exchange.hpp"

namespace pollux::bench {

enum class Method { get, post };

// What all clients of a run have in common.
struct Target {
  std::uint16_t port = 0;  // on 127.0.0.1
  std::string path;
  Method method = Method::post;
};

// The request of a browser that votes for the option, or asks for the page. Without a cookie it is a new
// voter's.
std::string request_to(const Target& target, std::string_view cookie, char option);

// One browser in a closed loop: a keep-alive connection that posts, waits for the answer, and posts the other
// option. Its first answer gives it a cookie, which it sends ever after, so that each later vote is a change
// of its vote. One thread.
class Client {
 public:
  explicit Client(const Target& target);  // throws as Exchange does, as do send() and receive()

  int descriptor() const { return exchange_.descriptor(); }

  // Sends the next request. The last one must have been answered.
  void send() { exchange_.send(requests_[next_]); }

  Exchange::Progress receive();

  // The last answer, valid after Progress::answered.
  const Answer& answer() const { return exchange_.answer(); }

  // The option of the last acknowledged vote, 'a' or 'b'; 0 before the first.
  char acknowledged() const { return acknowledged_; }

 private:
  void render(std::string_view cookie);

  Target target_;
  Exchange exchange_;
  std::array<std::string, 2> requests_;  // for a and for b
  std::size_t next_ = 0;
  char acknowledged_ = 0;
};

}  // namespace pollux::bench
