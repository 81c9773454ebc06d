// A plain connection of a test to a server on this machine: it can send what no proper client would, and
// every wait has a deadline.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace pollux::engineio::testing {

// How long a test waits for what has to come.
inline constexpr std::chrono::seconds longest_wait{30};

// An answer to an HTTP request. Status 0: none came.
struct Answer {
  int status = 0;
  std::string head;  // with its final empty line
  std::string body;
};

class Wire {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  explicit Wire(std::uint16_t port);
  ~Wire();
  Wire(Wire&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)),
        has_ended_(other.has_ended_),
        received_(std::move(other.received_)) {}
  Wire& operator=(Wire&&) = delete;

  // Ignores failures: tests check what comes back.
  void send(std::string_view bytes);
  void reset();  // closes so that the peer sees an error

  // Waits for more; false at the end of the connection or the deadline.
  bool receive_more(Deadline deadline);
  std::string& received() { return received_; }
  bool has_ended() const { return has_ended_; }
  // The next HTTP answer; what follows it stays in received().
  Answer receive_answer(std::chrono::milliseconds wait = longest_wait);

 private:
  int socket_ = -1;
  bool has_ended_ = false;
  std::string received_;
};

}  // namespace pollux::engineio::testing
