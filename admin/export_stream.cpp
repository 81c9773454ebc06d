#include "admin/export_stream.hpp"

#include <chrono>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

namespace pollux::admin {
namespace {

telemetry::Counter exports(telemetry::Metrics& metrics, const std::string& outcome) {
  return metrics.counter(
      "pollux_admin_exports_total",
      "Exports, by outcome: completed, abandoned (the client has disconnected, or read too "
      "slowly), failed.",
      {{"outcome", outcome}});
}

}  // namespace

http::Response attachment(std::string_view content_type, const std::string& file) {
  http::Response response;
  response.set("Content-Type", std::string(content_type));
  response.set("Content-Disposition", "attachment; filename=\"" + file + "\"");
  return response;
}

// An export from its begin to its end: until its stream and the job for its page are gone.
class Exports::Running {
 public:
  Running(Exports& exports, ExportSource source) : exports_(exports), source_(std::move(source)) {}
  ~Running() {
    --exports_.running_;
    if (outcome_ != nullptr) outcome_->add();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  // On the thread of the stores. Without a page, the last copy of `piece` ends the stream.
  void make_page(Services& services, const http::NextPiece& piece) {
    outcome_ = &exports_.abandoned_;  // until it is known better
    std::optional<ExportPage> page = next_page(services);
    if (!page) {
      outcome_ = &exports_.failed_;
      return;
    }
    if (page->last) outcome_ = &exports_.completed_;
    piece({.bytes = std::move(page->text), .last = page->last});
  }

 private:
  std::optional<ExportPage> next_page(Services& services) {
    try {
      auto page = source_(services);
      if (page) return *std::move(page);
      failed(page.error().detail);
    } catch (const std::exception& exception) {
      failed(exception.what());
    }
    return std::nullopt;
  }

  void failed(std::string_view reason) {
    exports_.log_.repeated_error("An export has failed; its client got a part of it.", {{"reason", reason}});
  }

  Exports& exports_;
  const ExportSource source_;
  telemetry::Counter* outcome_ = nullptr;  // none: no page was asked for, as with HEAD
};

class Exports::Stream final : public http::BodyStream {
 public:
  Stream(Exports& exports, std::shared_ptr<Running> running)
      : exports_(exports), running_(std::move(running)) {}

  void next(http::NextPiece piece) override {
    exports_.post_([running = running_, piece = std::move(piece)](Services& services) {
      running->make_page(services, piece);
    });
  }

 private:
  Exports& exports_;
  const std::shared_ptr<Running> running_;
};

Exports::Exports(telemetry::Metrics& metrics, telemetry::Log& log)
    : log_(log),
      completed_(exports(metrics, "completed")),
      abandoned_(exports(metrics, "abandoned")),
      failed_(exports(metrics, "failed")) {}

ApiResult<std::shared_ptr<http::BodyStream>> Exports::begin(ExportSource source) {
  if (running_.fetch_add(1) >= max_at_once) {
    --running_;
    return Problem{
        503, "unavailable",
        "There are " + std::to_string(max_at_once) + " exports already. Try again when one is done.",
        std::chrono::seconds(5)};
  }
  return std::shared_ptr<http::BodyStream>(
      std::make_shared<Stream>(*this, std::make_shared<Running>(*this, std::move(source))));
}

}  // namespace pollux::admin
