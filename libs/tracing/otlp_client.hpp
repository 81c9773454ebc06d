// One request to an OpenTelemetry collector: POST of a batch, and what its response means.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "tracing/otlp_endpoint.hpp"

namespace pollux::tracing {

// https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
struct OtlpOutcome {
  enum class Kind {
    accepted,  // success, perhaps a partial one
    retry,     // no response, or 429, 502, 503, 504: the same batch may succeed later
    rejected,  // any other response: it never will
  };

  Kind kind = Kind::retry;
  std::string reason{};                               // for people, if it was not accepted
  std::optional<std::chrono::seconds> retry_after{};  // of a 429 or 503
  std::string body{};                                 // of a response with success, at most 64 KiB
};

// A connection for each request, since there is one a second at most. post() is for one thread.
class OtlpClient {
 public:
  using Clock = std::chrono::steady_clock;

  explicit OtlpClient(OtlpEndpoint endpoint);
  ~OtlpClient();

  // Blocks until there is an outcome, until `deadline`, or until the time of end_by().
  OtlpOutcome post(const std::string& body, Clock::time_point deadline);

  // Ends a post() that is running, and any later one, at that time. Any thread.
  void end_by(Clock::time_point time);

 private:
  class Exchange;

  const OtlpEndpoint endpoint_;
  std::mutex mutex_;  // guards what follows
  Clock::time_point end_ = Clock::time_point::max();
  std::shared_ptr<Exchange> running_;
};

}  // namespace pollux::tracing
