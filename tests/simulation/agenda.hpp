// The simulated clock, and what is to happen at which time. Nothing happens by itself: time passes when the
// next event is run.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace pollux::simulation {

using Time = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

class Agenda {
 public:
  // Messages arrive also while a process is in a call; steps begin one after the other.
  enum class Kind { message, step };
  using Event = std::function<void()>;

  Time now() const { return now_; }
  milliseconds since_start() const { return std::chrono::duration_cast<milliseconds>(now_ - Time()); }

  void at(Time when, Kind kind, Event event) {
    (kind == Kind::message ? messages_ : steps_).emplace(std::pair(when, ++count_), std::move(event));
  }
  void after(milliseconds delay, Kind kind, Event event) { at(now_ + delay, kind, std::move(event)); }

  // Runs the next event, unless it comes after `until`.
  bool run_next(Time until) {
    Events& next = steps_.empty() || (!messages_.empty() && messages_.begin()->first < steps_.begin()->first)
                       ? messages_
                       : steps_;
    return run_first_of(next, until);
  }

  // Delivers the messages until then, within a call of a process.
  void deliver_until(Time until) {
    while (run_first_of(messages_, until)) {
    }
  }

 private:
  using Events = std::map<std::pair<Time, std::uint64_t>, Event>;

  bool run_first_of(Events& events, Time until) {
    if (events.empty() || events.begin()->first.first > until) return false;
    auto first = events.extract(events.begin());
    now_ = std::max(now_, first.key().first);
    first.mapped()();
    return true;
  }

  Time now_;
  std::uint64_t count_ = 0;
  Events messages_;
  Events steps_;
};

}  // namespace pollux::simulation
