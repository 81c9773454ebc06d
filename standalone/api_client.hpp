// A client of the HTTP API, for commands.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/secret.hpp"
#include "http/origin.hpp"

namespace pollux::standalone {

struct ApiCall {
  std::string method = "GET";
  std::string path;               // below /api/v1, with its query: "/polls?limit=100"
  std::string body{};             // JSON; empty: none
  std::string if_match{};         // an ETag; empty: none
  std::string idempotency_key{};  // empty: none
  // Takes the body of a 200 as it comes, in pieces of up to 64 KiB; an error ends the call.
  std::function<Result<void>(std::string_view bytes)> sink{};
};

struct ApiReply {
  unsigned status = 0;
  std::string etag{};
  std::string body{};  // empty if the sink took it
};

// Each call has a connection of its own, over TLS if the URL is https (the system's authorities;
// SSL_CERT_FILE overrides). One thread.
class ApiClient {
 public:
  struct Options {
    http::PublicUrl url;               // of the admin pages
    std::string key;                   // plx_…
    std::chrono::seconds timeout{40};  // for each step: connecting, sending, the next bytes
  };
  static constexpr std::size_t max_body_bytes = 16'000'000;  // without a sink

  explicit ApiClient(Options options) : options_(std::move(options)) {}

  // Any status. An error if there is no complete response.
  Result<ApiReply> send(const ApiCall& call) const;

 private:
  const Options options_;
};

}  // namespace pollux::standalone
