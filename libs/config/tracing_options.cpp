#include "config/tracing_options.hpp"

#include <charconv>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <utility>

#include <unistd.h>

#include "base/bounded_text.hpp"
#include "telemetry/process.hpp"

namespace pollux::config {
namespace {

Result<double> parse_ratio(std::string_view text) {
  double ratio = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ratio);
  if (error != std::errc() || end != text.data() + text.size() || !(ratio >= 0 && ratio <= 1)) {
    return invalid("not a ratio");
  }
  return ratio;
}

Result<std::optional<std::string>> parse_service_name(std::string_view text) {
  if (text.empty() || text.size() > tracing::max_span_text_bytes || !is_plain_text(text)) {
    return invalid("not a name");
  }
  return std::optional<std::string>(text);
}

Result<std::optional<tracing::OtlpEndpoint>> parse_endpoint(std::string_view text) {
  auto endpoint = tracing::OtlpEndpoint::parse(text);
  if (!endpoint) return endpoint.error();
  return std::optional(*std::move(endpoint));
}

// Under OpenTelemetry's own variable; a rejected text is explained by its parser.
template <class T>
setting::Value standard(T* target, Result<T> (*parse)(std::string_view), std::string placeholder,
                        std::string allowed, std::string default_text) {
  setting::Value value =
      setting::parsed<T>(target, parse, std::move(placeholder), std::move(allowed), std::move(default_text));
  value.well_known = true;
  return value;
}

template <class T>
std::string reason_of(Result<T> (*parse)(std::string_view), std::string_view text) {
  const auto parsed = parse(text);
  return parsed ? std::string() : parsed.error().message;
}

}  // namespace

tracing::Resource TracingOptions::resource() const {
  tracing::Resource resource{.version = std::string(telemetry::version())};
  const std::string host = telemetry::host_name();
  const auto process = static_cast<std::int64_t>(::getpid());
  resource.set("service.name", program);
  resource.set("service.version", resource.version);
  resource.set("service.instance.id", host + "-" + std::to_string(process));
  resource.set("host.name", host);
  resource.set("process.pid", process);
  for (const tracing::Attribute& attribute : resource_attributes) {
    resource.set(attribute.key, attribute.value);
  }
  if (service_name) resource.set("service.name", *service_name);
  return resource;
}

void declare(Settings& settings, TracingOptions& options) {
  settings.group("Traces");
  setting::Value endpoint = standard(&options.endpoint, parse_endpoint, "URL",
                                     "the base URL of a collector, such as http://collector:4318", "");
  endpoint.explain = [](std::string_view text) { return reason_of(parse_endpoint, text); };
  settings.add(
      "otel-exporter-otlp-endpoint", std::move(endpoint),
      "The OpenTelemetry collector that receives traces of votes, by OTLP over HTTP with JSON, below "
      "the path /v1/traces. Not set: no traces.");
  settings.add("otel-traces-sampler-arg",
               standard(&options.ratio, parse_ratio, "NUMBER", "a number from 0 to 1", "0.01"),
               "The part of the votes that are traced. For a vote with a traceparent field the sender has "
               "decided.");
  settings.add("otel-service-name",
               standard(&options.service_name, parse_service_name, "STRING",
                        "plain text of 1 to " + std::to_string(tracing::max_span_text_bytes) + " bytes",
                        options.program),
               "The name of this service in traces.");
  setting::Value attributes =
      standard(&options.resource_attributes, tracing::parse_resource_attributes, "KEY=VALUE,…",
               "comma-separated keys and values, such as deployment.environment.name=production", "");
  attributes.explain = [](std::string_view text) {
    return reason_of(tracing::parse_resource_attributes, text);
  };
  settings.add("otel-resource-attributes", std::move(attributes),
               "Attributes of this service in traces. Values may be percent-encoded.");
}

}  // namespace pollux::config
