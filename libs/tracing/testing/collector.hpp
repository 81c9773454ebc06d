// For tests: an HTTP server in the place of an OpenTelemetry collector, whose responses the test decides.
#pragma once

#include <chrono>
#include <deque>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/io_threads.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"
#include "http/server.hpp"
#include "tracing/otlp_endpoint.hpp"

namespace pollux::tracing {

// Answers each request with the next of the given responses, and with 200 after the last one.
class Collector {
 public:
  struct Request {
    std::string method;
    std::string target;
    std::string content_type;
    std::string body;
  };

  Collector()
      : server_(threads_, options(), [this](const auto& request, auto reply) { take(request, reply); }) {
    endpoint_ = server_.listen({"127.0.0.1", 0}).value();
    threads_.start();
  }
  ~Collector() {
    const std::lock_guard lock(mutex_);
    held_.clear();
  }

  OtlpEndpoint endpoint() const { return {.host = endpoint_.host, .port = endpoint_.port}; }

  void answer_with(http::Response response) {
    const std::lock_guard lock(mutex_);
    responses_.push_back(std::move(response));
  }
  void answer_nothing(bool never) {
    const std::lock_guard lock(mutex_);
    silent_ = never;
  }

  std::vector<Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  // The names of the spans in all requests, including those that were not accepted.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Request& request : requests()) {
      const auto document = boost::json::parse(request.body);
      const auto& scope = document.at("resourceSpans").at(0).at("scopeSpans").at(0);
      for (const auto& span : scope.at("spans").as_array()) names.emplace_back(span.at("name").as_string());
    }
    return names;
  }

 private:
  static http::ServerOptions options() {
    http::ServerOptions options;
    options.limits.body_bytes = 16 * 1024 * 1024;
    return options;
  }

  void take(const http::Request& request, const http::Reply& reply) {
    std::unique_lock lock(mutex_);
    requests_.push_back({std::string(request.method_name), std::string(request.target),
                         std::string(request.header("Content-Type")), std::string(request.body)});
    if (silent_) return held_.push_back(reply);
    http::Response response = http::json(200, "{}");
    if (!responses_.empty()) {
      response = std::move(responses_.front());
      responses_.pop_front();
    }
    lock.unlock();
    reply(std::move(response));
  }

  mutable std::mutex mutex_;  // guards what follows
  std::deque<http::Response> responses_;
  std::vector<Request> requests_;
  bool silent_ = false;
  std::vector<http::Reply> held_;

  IoThreads threads_{1};
  http::Server server_;
  http::Endpoint endpoint_;
};

}  // namespace pollux::tracing
