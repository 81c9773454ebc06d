#include "vote/vote_trace.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tracing/span_context.hpp"

namespace pollux::vote {
namespace {

constexpr std::string_view traceparent = "traceparent";
constexpr unsigned first_server_error = 500;

void end(tracing::Span span, unsigned status) {
  span.set("http.response.status_code", status);
  if (status >= first_server_error) {
    span.set("error.type", std::to_string(status));
    span.fail("The vote was not accepted.");
  }
  span.end();
}

class SpanReply final : public http::ReplySink {
 public:
  SpanReply(http::Reply reply, tracing::Span span) : reply_(std::move(reply)), span_(std::move(span)) {}
  ~SpanReply() override {
    if (!answered_) span_.fail("The handler did not respond.");
  }

  void send(http::Response response) override {
    if (!answered_.exchange(true)) end(span_, response.status);
    reply_(std::move(response));
  }
  void build(http::ResponseBuilder builder) override {
    answered_ = true;
    reply_.build([builder = std::move(builder), span = span_] {
      http::Response response = builder();
      end(span, response.status);
      return response;
    });
  }
  void upgrade(http::WebSocketOptions options, std::shared_ptr<http::WebSocketListener> listener) override {
    answered_ = true;
    reply_.upgrade(options, std::move(listener));
  }
  void on_abandoned(std::function<void()> callback) override { reply_.on_abandoned(std::move(callback)); }
  void wait_at_most(std::chrono::milliseconds time) override { reply_.wait_at_most(time); }
  void matched(std::string_view route) override { reply_.matched(route); }

 private:
  const http::Reply reply_;
  tracing::Span span_;
  std::atomic<bool> answered_{false};
};

}  // namespace

tracing::Span start_vote_span(const tracing::Tracer& tracer, const http::Request& request,
                              std::string_view route) {
  if (!tracer) return {};
  std::optional<tracing::SpanContext> parent;
  if (request.headers->count(traceparent) == 1)
    parent = tracing::parse_traceparent(request.header(traceparent));
  tracing::Span span = tracer.start_request("POST " + std::string(route), tracing::SpanKind::server, parent);
  if (!span) return span;
  span.set("http.request.method", "POST");
  span.set("http.route", route);
  span.set("url.path", request.path);
  span.set("url.scheme", "http");
  span.set("pollux.request_id", request.id);
  return span;
}

http::Reply with_span(const http::Reply& reply, const tracing::Span& span) {
  if (!span) return reply;
  return http::Reply(std::make_shared<SpanReply>(reply, span));
}

}  // namespace pollux::vote
