// Exports: responses that are made page by page on the thread of the stores, as fast as the client reads, so
// that one takes the memory of one page, however long it is.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "admin/problem.hpp"
#include "http/body_stream.hpp"
#include "http/response.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace pollux::admin {

struct Services;  // services.hpp

enum class ExportFormat { csv, json_lines };

inline constexpr std::string_view json_lines_type = "application/jsonl";

// The response with a file to save, but for its body.
http::Response attachment(std::string_view content_type, const std::string& file);

struct ExportPage {
  std::string text;
  bool last = false;
};

// Makes the next page. Called on the thread of the stores; the calls do not overlap. An error ends the
// export, and its client sees that it is incomplete.
using ExportSource = std::function<ApiResult<ExportPage>(Services&)>;

// Begins exports, and bounds how many there are at once: each page lets other requests wait, for about ten
// milliseconds. Any thread. What the arguments refer to outlives it; it outlives its streams.
class Exports {
 public:
  static constexpr std::size_t max_at_once = 4;

  // Runs a job on the thread of the stores, also if many requests wait for it.
  using Post = std::function<void(std::function<void(Services&)> job)>;

  Exports(telemetry::Metrics& metrics, telemetry::Log& log);
  Exports(const Exports&) = delete;
  Exports& operator=(const Exports&) = delete;

  void set_post(Post post) { post_ = std::move(post); }  // before the first stream

  // `unavailable` if there are max_at_once.
  ApiResult<std::shared_ptr<http::BodyStream>> begin(ExportSource source);

 private:
  class Stream;
  class Running;

  Post post_;
  telemetry::Log& log_;
  telemetry::Counter completed_;
  telemetry::Counter abandoned_;
  telemetry::Counter failed_;
  std::atomic<std::size_t> running_{0};
};

}  // namespace pollux::admin
