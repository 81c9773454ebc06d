// Votes at a steady rate, each due at its time whatever became of those before it, and when each is on a
// screen.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "bench/exchange.hpp"
#include "bench/path/screen.hpp"
#include "bench/poller.hpp"

namespace pollux::bench {

// Vote n is due n / rate seconds after the start, is a new voter's, and is for option n modulo the number of
// options. So an option's votes are far enough apart in time for its k-th count to be its k-th vote: the
// tally that has the vote is known for every one. One thread. Errors are exceptions: also an answer other
// than 200.
class OpenLoop {
 public:
  using Clock = std::chrono::steady_clock;
  using Times = std::vector<std::chrono::nanoseconds>;

  struct Plan {
    std::uint16_t vote_port = 0;
    std::uint16_t result_port = 0;
    std::size_t rate = 0;  // votes a second
    std::size_t votes = 0;
    std::size_t unmeasured = 0;  // votes at the beginning
    std::size_t connections = 0;
  };

  explicit OpenLoop(const Plan& plan);

  // Returns when every vote is on the screen.
  void run();

  // Of each measured vote, counted from when it was due.
  const Times& to_answer() const { return to_answer_; }
  const Times& to_screen() const { return to_screen_; }
  const Times& to_sending() const { return to_sending_; }  // how late the bench itself was
  std::size_t tallies() const { return screen_.tallies(); }

 private:
  static constexpr std::chrono::seconds patience{10};
  static constexpr std::size_t screen_number = ~std::size_t{0};

  Clock::time_point due(std::size_t vote) const;
  void send_due(Clock::time_point now);
  void wait(Clock::time_point now);
  void take_answer(std::size_t connection, Clock::time_point now);
  void take_tally(Clock::time_point now);
  void note(Times& times, std::size_t vote, Clock::time_point now) const;

  const Plan plan_;
  Screen screen_;
  Poller poller_;
  std::vector<std::string> requests_;                 // by option
  std::vector<std::uint64_t> shown_;                  // by option: counts that were taken note of
  std::vector<std::deque<std::size_t>> not_shown_;    // by option: votes that were sent
  std::vector<std::unique_ptr<Exchange>> exchanges_;  // the connections
  std::vector<std::size_t> vote_of_;                  // by connection: the last one that it sent
  std::deque<std::size_t> idle_;                      // connections
  Clock::time_point start_;
  Clock::time_point last_progress_;
  std::size_t sent_ = 0;
  std::size_t on_screen_ = 0;
  Times to_answer_, to_screen_, to_sending_;
};

}  // namespace pollux::bench
