// What produces the spans: the service and its attributes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "tracing/span.hpp"

namespace pollux::tracing {

struct Resource {
  std::string version;  // of this program
  std::vector<Attribute> attributes{};

  // Adds the attribute, or replaces the one with this key.
  void set(std::string_view key, std::variant<std::string, std::int64_t> value);
};

inline constexpr std::size_t max_resource_attributes = 64;

// Parses OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=production,k8s.pod.name=vote-1". Values may
// be percent-encoded, as in a W3C Baggage. Of a repeated key the last value counts. `invalid`, with what is
// wrong, if the text is not of this form or has more than max_resource_attributes.
// https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable
Result<std::vector<Attribute>> parse_resource_attributes(std::string_view text);

}  // namespace pollux::tracing
