// The body of an HTML form.
#pragma once

#include "base/result.hpp"
#include "http/query.hpp"
#include "http/request.hpp"

namespace pollux::http {

struct FormLimits {
  std::size_t fields = 64;
  std::size_t part_header_bytes = 1024;  // of each part of a multipart form
};

// application/x-www-form-urlencoded or multipart/form-data (RFC 7578), by the request's Content-Type. Files
// are fields like others. An error is a sentence for a 400 (for a 415 where the type is another: ask is_form
// first).
bool is_form(const Request& request);
Result<Fields> parse_form(const Request& request, const FormLimits& limits = {});

}  // namespace pollux::http
