#include "tracing/exporter.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "tracing/otlp_json.hpp"

namespace pollux::tracing {

Exporter::Exporter(Options options)
    : options_(std::move(options)),
      queue_(std::make_shared<SpanQueue>(options_.queue_spans, options_.batch_spans)),
      client_(options_.endpoint),
      backoff_(options_.first_pause, options_.longest_pause, std::random_device()()),
      thread_([this] { run(); }) {}

Exporter::~Exporter() {
  stop(std::chrono::milliseconds(0));
}

void Exporter::stop(std::chrono::milliseconds limit) {
  if (!thread_.joinable()) return;
  const auto end = Clock::now() + limit;
  {
    const std::lock_guard lock(mutex_);
    end_ = end;
  }
  stopping_.notify_all();
  client_.end_by(end);
  queue_->close();
  thread_.join();
}

void Exporter::run() {
  for (;;) {
    // Before taking: what was added before stop() is still exported.
    const bool last = end() != Clock::time_point::max();
    const std::vector<SpanData> batch = queue_->take(options_.period);
    if (!batch.empty()) {
      export_batch(batch);
    } else if (last) {
      return;
    }
  }
}

void Exporter::export_batch(const std::vector<SpanData>& batch) {
  const OtlpOutcome outcome = send_with_retries(encode_otlp(options_.resource, batch));
  if (outcome.kind == OtlpOutcome::Kind::accepted) {
    accepted(outcome, batch.size());
  } else {
    queue_->statistics().dropped_export_failed += batch.size();
  }
}

// Gives up after batch_time, at the end of stop(), or if the collector rejects the batch.
OtlpOutcome Exporter::send_with_retries(const std::string& body) {
  const auto give_up = Clock::now() + options_.batch_time;
  for (;;) {
    if (!pause_until(not_before_)) return {};
    OtlpOutcome outcome = client_.post(body, Clock::now() + options_.request_time);
    if (outcome.kind == OtlpOutcome::Kind::accepted) backoff_.reset();
    if (outcome.kind != OtlpOutcome::Kind::accepted) failed(outcome.reason);
    if (outcome.kind != OtlpOutcome::Kind::retry) return outcome;

    const std::chrono::milliseconds pause = outcome.retry_after.value_or(std::chrono::seconds(0));
    not_before_ = Clock::now() + std::max(backoff_.next(), std::min(pause, options_.longest_retry_after));
    if (not_before_ >= give_up) return outcome;
  }
}

void Exporter::accepted(const OtlpOutcome& outcome, std::size_t spans) {
  const PartialSuccess partial = parse_partial_success(outcome.body);
  const auto rejected = std::min<std::uint64_t>(partial.rejected_spans, spans);
  queue_->statistics().exported += spans - rejected;
  if (rejected == 0) return;
  queue_->statistics().dropped_export_failed += rejected;
  failed("it rejected " + std::to_string(rejected) + " spans: " + partial.message);
}

void Exporter::failed(const std::string& reason) {
  ++queue_->statistics().failures;
  if (options_.on_failure) options_.on_failure(reason);
}

Exporter::Clock::time_point Exporter::end() {
  const std::lock_guard lock(mutex_);
  return end_;
}

// False if stop() does not leave the time.
bool Exporter::pause_until(Clock::time_point time) {
  std::unique_lock lock(mutex_);
  stopping_.wait_until(lock, time, [&] { return end_ <= time; });
  return Clock::now() >= time && Clock::now() < end_;
}

}  // namespace pollux::tracing
