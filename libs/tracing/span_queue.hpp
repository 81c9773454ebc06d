// The spans that wait for their export.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "tracing/span.hpp"

namespace pollux::tracing {

// Counters since the start. Any thread.
struct ExportStatistics {
  std::atomic<std::uint64_t> exported{0};            // the collector accepted them
  std::atomic<std::uint64_t> dropped_queue_full{0};  // they came faster than they could be exported
  std::atomic<std::uint64_t> dropped_export_failed{
      0};                                  // the collector did not take them, or the program ended
  std::atomic<std::uint64_t> failures{0};  // failed attempts to export a batch
};

// Bounded; never blocks those that add. add() is for any thread, the rest for the exporter and its owner.
class SpanQueue final : public SpanSink {
 public:
  // Holds up to `capacity` spans. A wait ends when there are `batch` of them.
  SpanQueue(std::size_t capacity, std::size_t batch) : capacity_(capacity), batch_(batch) {}

  // Drops the span if the queue is full or closed, and counts it.
  void add(SpanData span) override;

  // Waits until there is a batch, the queue is closed, or for `longest`; then removes up to a batch, the
  // oldest first.
  std::vector<SpanData> take(std::chrono::milliseconds longest);

  void close();  // a take() no longer waits
  std::size_t size() const;

  ExportStatistics& statistics() { return statistics_; }

 private:
  const std::size_t capacity_;
  const std::size_t batch_;
  ExportStatistics statistics_;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<SpanData> spans_;
  bool closed_ = false;
};

}  // namespace pollux::tracing
