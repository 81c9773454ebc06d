// Posts votes at a fixed rate in an open loop and records when each is answered and on a screen of its poll.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "bench/http_client.hpp"
#include "bench/path/screen.hpp"
#include "bench/system.hpp"

namespace pollux::bench {

// Vote n is due n / rate seconds after the start and has a new voter. Votes rotate over the polls, and the
// votes of a poll over its options: votes for one option are far enough apart that its k-th count is its k-th
// vote, so the tally that includes a vote is known. Each poll has one viewer. One thread; errors, and
// responses other than 200, are exceptions.
class OpenLoop {
 public:
  using Clock = std::chrono::steady_clock;
  using Times = std::vector<std::chrono::nanoseconds>;

  struct Poll {
    std::string page;  // path of its form
    std::string id;
  };

  struct Plan {
    std::vector<Poll> polls{{.page = "/", .id = std::string(default_poll)}};
    std::uint16_t vote_port = 0;
    std::uint16_t result_port = 0;
    std::size_t rate = 0;  // votes a second
    std::size_t votes = 0;
    std::size_t unmeasured = 0;  // votes of the warm-up
    std::size_t connections = 0;
  };

  explicit OpenLoop(const Plan& plan);

  // Returns when all votes are on the screen.
  void run();

  // For each measured vote, from its due time.
  const Times& to_answer() const { return to_answer_; }
  const Times& to_screen() const { return to_screen_; }
  const Times& to_sending() const { return to_sending_; }  // delay of the bench itself
  std::size_t tallies() const;                             // on all screens

 private:
  static constexpr std::chrono::seconds timeout{10};

  // A choice that people have, and what its screen has shown of it.
  struct Option {
    std::string request;
    std::uint64_t shown = 0;            // its count so far
    std::deque<std::size_t> not_shown;  // votes that were sent
  };

  struct Followed {
    explicit Followed(std::uint16_t result_port, const Poll& poll) : screen(result_port, poll.id) {}

    Screen screen;
    std::vector<Option> options;
  };

  Clock::time_point due(std::size_t vote) const;
  void send_due(Clock::time_point now);
  void wait(Clock::time_point now);
  void take_response(std::size_t connection, Clock::time_point now);
  void take_tally(Followed& poll, Clock::time_point now);
  void note(Times& times, std::size_t vote, Clock::time_point now) const;

  const Plan plan_;
  Poller poller_;  // numbers: the polls, then the connections
  std::vector<Followed> polls_;
  std::vector<std::unique_ptr<HttpConnection>> connections_;
  std::vector<std::size_t> vote_of_;  // by connection: its last vote
  std::deque<std::size_t> idle_;      // connections
  Clock::time_point start_;
  Clock::time_point last_progress_;
  std::size_t sent_ = 0;
  std::size_t on_screen_ = 0;
  Times to_answer_, to_screen_, to_sending_;
};

}  // namespace pollux::bench
