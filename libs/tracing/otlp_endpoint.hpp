// The address of an OpenTelemetry collector.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pollux::tracing {

// OTLP over HTTP: https://opentelemetry.io/docs/specs/otlp/#otlphttp
struct OtlpEndpoint {
  static constexpr std::size_t max_bytes = 2048;

  std::string host;  // a name or an address, without brackets
  std::uint16_t port = 80;
  std::string target = "/v1/traces";  // of the request, percent-encoded

  // The base URL of all signals, such as http://collector:4318; the path of traces, /v1/traces, is appended.
  // An error is `invalid`, says what is wrong, and shows nothing of the text.
  static Result<OtlpEndpoint> parse(std::string_view text);

  std::string authority() const;  // "collector:4318", "[::1]:4318"
  std::string text() const;       // the URL to which spans are sent

  friend bool operator==(const OtlpEndpoint&, const OtlpEndpoint&) = default;
};

}  // namespace pollux::tracing
