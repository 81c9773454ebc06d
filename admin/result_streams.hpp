// Results as a stream of Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html),
// for programs that follow a poll:
//
//   id: 7.42
//   event: results
//   data: {"poll":…}                 the schema RunResults of openapi.json
//
// The first event has the current results, unless the client has them (Last-Event-ID); further ones follow
// when results or poll have changed, at most one per second. A slow client gets the latest, without those in
// between. A comment every 15 seconds keeps proxies from closing the connection. After `event: end` the poll
// is deleted.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "accounts/account.hpp"
#include "admin/problem.hpp"
#include "http/body_stream.hpp"
#include "poll/vote.hpp"
#include "telemetry/metrics.hpp"

namespace pollux::admin {

struct Services;  // services.hpp

inline constexpr std::string_view event_stream_type = "text/event-stream";

// Any thread, unless noted. `metrics` outlives it; it outlives its streams.
class ResultStreams {
 public:
  static constexpr std::size_t max_at_once = 50;
  static constexpr std::chrono::seconds heartbeat{15};
  // Then a stream ends, and its client, which connects again, must still have the right to.
  static constexpr std::chrono::minutes longest{15};

  explicit ResultStreams(telemetry::Metrics& metrics);
  ResultStreams(const ResultStreams&) = delete;
  ResultStreams& operator=(const ResultStreams&) = delete;

  // Causes a call of advance() on the thread of the stores. Before the first stream.
  void set_wake(std::function<void()> wake) { wake_ = std::move(wake); }

  // `unavailable` if there are max_at_once, or after end(). `known`: the id of the last event that the client
  // has; empty: none.
  ApiResult<std::shared_ptr<http::BodyStream>> begin(const poll::PollId& poll, std::string known,
                                                     accounts::AccountTime now);

  // Sends what is due. On the thread of the stores, about once a second.
  void advance(Services& services, accounts::AccountTime now);

  // Ends all streams, so that the server can be drained.
  void end();

 private:
  class Stream;
  struct Follower;
  struct Waiting {
    std::shared_ptr<Follower> follower;
    http::NextPiece piece;
  };

  void wait(Waiting waiting);
  std::vector<Waiting> take_waiting();

  std::function<void()> wake_;
  std::mutex mutex_;  // guards what follows
  std::vector<Waiting> waiting_;
  std::size_t open_ = 0;
  bool ended_ = false;
};

}  // namespace pollux::admin
