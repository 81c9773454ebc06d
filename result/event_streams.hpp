// The results of polls that people made as Server-Sent Events
// (https://html.spec.whatwg.org/multipage/server-sent-events.html), for programs and pages without Socket.IO:
//
//   retry: 3000
//
//   id: 11168362041903811204
//   event: results
//   data: {"poll":…}                 public_results_json(), for those who have not voted
//
// The first event has the current state, unless the client has it (Last-Event-ID); further ones follow when
// the poll or its results have changed: also when results are hidden, voting is closed, or another run
// begins. A slow client gets the newest, without those in between. A comment now and then keeps proxies from
// closing the connection. After `event: end` the poll is deleted. The id is that of the content, the same in
// all services of one version.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/io_threads.hpp"
#include "base/result.hpp"
#include "http/body_stream.hpp"
#include "poll/vote.hpp"
#include "result/live_results.hpp"
#include "telemetry/metrics.hpp"

namespace pollux::result {

// Any thread. The streams may outlive it, but not the threads; it outlives the last Metrics::text().
class EventStreams {
 public:
  struct Options {
    std::size_t max_at_once = 1'000;
    std::size_t max_of_network = 100;             // http::network_of() the client
    std::chrono::milliseconds period{250};        // between two events of a stream
    std::chrono::milliseconds heartbeat{15'000};  // shorter than http::ServerLimits::handler_time
    // A client that has not taken an event for so long when its connection ends was too slow. It is closed by
    // the HTTP server: http::ServerLimits::write_time.
    std::chrono::milliseconds slow{5'000};
    // Called for each such client. Any io thread; must not throw.
    std::function<void(const poll::PollId& poll, std::string_view network)> on_slow{};
  };

  EventStreams(IoThreads& threads, Options options, telemetry::Metrics& metrics);

  // The poll is followed while the stream is open. `known`: the id of the last event that the client has, or
  // any other text. `full`: max_at_once or max_of_network are open. `unavailable`: after end().
  Result<std::shared_ptr<http::BodyStream>> begin(std::shared_ptr<const LiveResults> results,
                                                  const std::string& network, std::string known);

  // Ends all streams, so that the server can be drained; their clients connect again, elsewhere.
  void end();

 private:
  class State;
  class Stream;

  const std::shared_ptr<State> state_;
};

}  // namespace pollux::result
