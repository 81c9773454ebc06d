// Sends spans to an OpenTelemetry collector by OTLP over HTTP, in batches, on a thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/backoff.hpp"
#include "tracing/otlp_client.hpp"
#include "tracing/resource.hpp"
#include "tracing/span_queue.hpp"

namespace pollux::tracing {

// A collector that is slow or down costs spans, which are counted, and nothing else: adding a span never
// blocks. Retries as OTLP specifies: after a failure without a response and after 429, 502, 503 and 504, with
// exponential backoff and jitter, and not before Retry-After.
//
// stop() and the destructor are for one owner thread, the rest for any.
class Exporter {
 public:
  struct Options {
    OtlpEndpoint endpoint;
    Resource resource;
    std::size_t queue_spans = 4096;
    std::size_t batch_spans = 512;
    std::chrono::milliseconds period{1000};        // between batches, if no batch is full earlier
    std::chrono::milliseconds request_time{5000};  // for connecting, sending and the response
    std::chrono::milliseconds batch_time{30'000};  // from the first attempt until a batch is dropped
    std::chrono::milliseconds first_pause{500};    // after a failure; doubles each time, up to the longest
    std::chrono::milliseconds longest_pause{5000};
    std::chrono::milliseconds longest_retry_after{60'000};  // a larger Retry-After counts as this
    // A batch, or spans of it, could not be exported, for this reason. Called on the exporter's thread; must
    // not throw. May be empty.
    std::function<void(const std::string& reason)> on_failure{};
  };

  explicit Exporter(Options options);
  ~Exporter();  // stops without a flush
  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;

  // Where the spans of a Tracer go. May be used after the exporter has stopped: the spans are dropped then.
  std::shared_ptr<SpanSink> sink() const { return queue_; }

  // Exports what is in the queue, within `limit`, drops the rest, and ends the thread. May be called twice.
  void stop(std::chrono::milliseconds limit);

  const ExportStatistics& statistics() const { return queue_->statistics(); }

 private:
  using Clock = std::chrono::steady_clock;

  void run();
  void export_batch(const std::vector<SpanData>& batch);
  OtlpOutcome send_with_retries(const std::string& body);
  void accepted(const OtlpOutcome& outcome, std::size_t spans);
  void failed(const std::string& reason);
  Clock::time_point end();
  bool pause_until(Clock::time_point time);

  const Options options_;
  const std::shared_ptr<SpanQueue> queue_;
  OtlpClient client_;

  std::mutex mutex_;  // guards end_
  std::condition_variable stopping_;
  Clock::time_point end_ = Clock::time_point::max();

  // The thread's own.
  Backoff backoff_;
  Clock::time_point not_before_{};  // a collector asked for a pause

  std::thread thread_;  // last: it uses what is above
};

}  // namespace pollux::tracing
