#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "bench/answer.hpp"

namespace pollux::bench {

enum class Method { get, post };

// What all clients of a run have in common.
struct Target {
  std::uint16_t port = 0;  // on 127.0.0.1
  std::string path;
  Method method = Method::post;
};

// One browser in a closed loop: a keep-alive connection that posts, waits for the answer, and posts the other
// option. Its first answer gives it a cookie, which it sends ever after, so that each later vote is a change
// of its vote. Descriptors are non-blocking; one thread.
class Client {
 public:
  // Throws std::system_error if the connection cannot be made.
  explicit Client(const Target& target);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  int descriptor() const { return descriptor_; }

  // Sends the next request. The last one must have been answered. Requests are far smaller than a socket's
  // buffer, so that a partial write means a broken server: throws std::runtime_error.
  void send();

  enum class Progress { waiting, answered };

  // Takes in what has arrived. Throws std::runtime_error if the server closed the connection.
  Progress receive();

  // The last answer, valid after Progress::answered.
  const Answer& answer() const { return answer_; }

  // The option of the last acknowledged vote, 'a' or 'b'; 0 before the first.
  char acknowledged() const { return acknowledged_; }

 private:
  static constexpr std::size_t largest_answer = 256 * 1024;

  void render(std::string_view cookie);

  Target target_;
  int descriptor_ = -1;
  std::array<std::string, 2> requests_;  // for a and for b
  std::size_t next_ = 0;
  std::string received_;
  Answer answer_;
  char acknowledged_ = 0;
};

}  // namespace pollux::bench
