#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bench/answer.hpp"

namespace pollux::bench {

// A keep-alive connection to 127.0.0.1 with one request out at a time. Its descriptor is non-blocking; one
// thread.
class Exchange {
 public:
  // Throws std::system_error if the connection cannot be made.
  explicit Exchange(std::uint16_t port);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  int descriptor() const { return descriptor_; }

  // The last request must have been answered. Requests are far smaller than a socket's buffer, so that a
  // partial write means a broken server: throws std::runtime_error.
  void send(std::string_view request);

  enum class Progress { waiting, answered };

  // Takes in what has arrived. Throws std::runtime_error if the server closed the connection.
  Progress receive();

  // The last answer, valid after Progress::answered.
  const Answer& answer() const { return answer_; }

 private:
  static constexpr std::size_t largest_answer = 256 * 1024;

  int descriptor_ = -1;
  std::string received_;
  Answer answer_;
};

}  // namespace pollux::bench
