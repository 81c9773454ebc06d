// Bodies of multipart/form-data (RFC 7578, RFC 2046 section 5.1.1).
#pragma once

#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "http/form.hpp"
#include "http/query.hpp"

namespace pollux::http {

// The value of a parameter in `text`, a list of `; name=value` or `; name="value"`, without its quotes.
std::optional<std::string_view> find_parameter(std::string_view text, std::string_view name);

Result<Fields> parse_multipart(std::string_view body, std::string_view boundary, const FormLimits& limits);

}  // namespace pollux::http
