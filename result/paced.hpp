// What is published at a bounded rate.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>

#include <boost/asio/steady_timer.hpp>

#include "base/io_threads.hpp"
#include "poll/vote_times.hpp"
#include "tracing/span_context.hpp"

namespace pollux::result {

// A turn comes at once if there was none for `period`, else at its end. If publishing takes long, because
// there are many viewers, the period is twice that time, so that it never takes more than half of the
// threads' time. Held by a shared_ptr, because pending handlers may outlive its owner briefly.
class Paced : public std::enable_shared_from_this<Paced> {
 public:
  using Clock = std::chrono::steady_clock;

  virtual ~Paced() = default;
  Paced(const Paced&) = delete;
  Paced& operator=(const Paced&) = delete;

  // How long the last turn took until every connection had what it published. Any thread.
  void took(Clock::duration time) { cost_ = time; }

  // No turn begins any more. One on the context's thread may be running. Any thread.
  void stop() { stopped_ = true; }

 protected:
  Paced(IoThreads::Context& context, std::chrono::milliseconds period)
      : context_(context), timer_(context), period_(period) {}

  IoThreads::Context& context() { return context_; }

  // Not again before the turn that it leads to. Any thread.
  void request_turn();

  // On the context's thread.
  virtual void take_turn() = 0;

 private:
  void wait_for_turn();
  void begin_turn();

  IoThreads::Context& context_;
  boost::asio::steady_timer timer_;
  const std::chrono::milliseconds period_;
  std::optional<Clock::time_point> last_turn_;
  std::atomic<Clock::duration> cost_{Clock::duration::zero()};
  std::atomic<bool> stopped_ = false;
};

// What has changed since the last publication. One thread at a time.
class PendingChange {
 public:
  // What a publication includes.
  struct Details {
    Paced::Clock::time_point since;  // the first change
    poll::VoteTimes votes;           // which it is the first to include, as far as known
    tracing::SpanContext trace{};    // of the first sampled change
  };

  bool is_pending() const { return since_.has_value(); }
  void add(const poll::VoteTimes& votes, const tracing::SpanContext& trace);
  // False if a change was pending already, else a turn must be requested.
  bool begin();
  Details take();

 private:
  std::optional<Paced::Clock::time_point> since_;  // set while a publication is due
  poll::VoteTimes votes_;
  tracing::SpanContext trace_;
};

}  // namespace pollux::result
