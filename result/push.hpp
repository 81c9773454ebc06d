// Sending updates to the viewers of a poll, and measuring until every connection has them.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/array.hpp>

#include "base/io_threads.hpp"
#include "poll/vote.hpp"
#include "poll/vote_times.hpp"
#include "result/paced.hpp"
#include "result/result_metrics.hpp"
#include "socketio/server.hpp"
#include "tracing/tracer.hpp"

namespace pollux::result {

// Whether the published results are as new as the recorded votes.
enum class FeedState { live, reconnecting };

inline constexpr std::string_view poll_namespace_prefix = "/polls/";

// "/polls/<id>", the namespace of those who follow the poll.
std::string namespace_of(const poll::PollId& poll);

// The argument of the event `feed`.
boost::json::array feed_arguments(FeedState state);

// Any thread. Its references must outlive it and the pending handlers of the threads.
class Push {
 public:
  using Clock = Paced::Clock;

  Push(IoThreads& threads, socketio::Server& sockets, ResultMetrics metrics, tracing::Tracer tracer)
      : threads_(threads), sockets_(sockets), metrics_(metrics), tracer_(std::move(tracer)) {}

  // Sends the event, whose arguments are the newest state of the poll, and calls `took` with the time until
  // every connection has it.
  void send(const poll::PollId& poll, std::string_view event, const boost::json::array& arguments,
            const PendingChange::Details& change, std::function<void(Clock::duration)> took) const;

  // Sends another event to the viewers in a room of the poll's namespace, before send().
  void send_to_room(const poll::PollId& poll, const std::string& room, std::string_view event,
                    const boost::json::array& arguments) const;

  // The votes were in what send() has sent before.
  void were_sent_before(const poll::PollId& poll, const poll::VoteTimes& votes,
                        const tracing::SpanContext& trace) const;

  void show_feed(const poll::PollId& poll, FeedState state) const;

 private:
  tracing::Span start_span(const poll::PollId& poll, const tracing::SpanContext& parent) const;

  IoThreads& threads_;
  socketio::Server& sockets_;
  mutable ResultMetrics metrics_;
  const tracing::Tracer tracer_;
};

// Calls `done` once, on one of the io threads, after each of them has run what was posted to it before this
// call. If the threads stop first, `done` is destroyed without a call. Any thread.
void after_io_threads(IoThreads& threads, std::function<void()> done);

}  // namespace pollux::result
