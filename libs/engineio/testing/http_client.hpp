// HTTP requests of tests, each on a connection of its own, and an Engine.IO client that polls.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "http/testing/wire_client.hpp"

namespace pollux::engineio::testing {

// A request that has been sent. Its answer can be waited for later, and its destruction aborts it.
class HttpRequest {
 public:
  // `fields` are more header fields, each with its end of line.
  HttpRequest(std::uint16_t port, const std::string& method, const std::string& target,
              const std::string& body = {}, const std::string& fields = {});

  http::WireAnswer answer(std::chrono::milliseconds wait = http::longest_wait) {
    return wire_.read_answer(true, wait);
  }

 private:
  http::WireClient wire_;
};

// Sends and waits.
http::WireAnswer request(std::uint16_t port, const std::string& method, const std::string& target,
                         const std::string& body = {}, const std::string& fields = {});

// A session that polls.
class PollingClient {
 public:
  // Opens a session at `path`.
  explicit PollingClient(std::uint16_t port, std::string path = "/engine.io/");

  const http::WireAnswer& opening() const { return opening_; }
  const std::string& sid() const { return sid_; }
  std::string target(const std::string& transport = "polling") const;

  http::WireAnswer get() const { return begin_get().answer(); }
  HttpRequest begin_get() const { return {port_, "GET", target()}; }
  http::WireAnswer post(const std::string& payload, const std::string& fields = {}) const {
    return request(port_, "POST", target(), payload, fields);
  }

 private:
  std::uint16_t port_;
  std::string path_;
  http::WireAnswer opening_;
  std::string sid_;
};

}  // namespace pollux::engineio::testing
