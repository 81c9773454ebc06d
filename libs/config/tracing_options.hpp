// The settings of distributed traces, under the names that OpenTelemetry gives their variables:
// https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "tracing/otlp_endpoint.hpp"
#include "tracing/resource.hpp"

namespace pollux::config {

struct TracingOptions {
  std::string program = "pollux";                   // the name of the service unless another is given
  std::optional<tracing::OtlpEndpoint> endpoint{};  // none: no traces
  double ratio = 0.01;                              // of the votes that come without a decision
  std::optional<std::string> service_name{};
  std::vector<tracing::Attribute> resource_attributes{};

  // This process: its service, version, host and process id, and what is configured, which has precedence.
  tracing::Resource resource() const;
};

// Declares them in the group "Traces".
void declare(Settings& settings, TracingOptions& options);

}  // namespace pollux::config
