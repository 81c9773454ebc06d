// Query strings and HTML forms (WHATWG URL, application/x-www-form-urlencoded; RFC 7578,
// multipart/form-data).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "http/request.hpp"

namespace pollux::http {

// Decodes percent escapes, and '+' as a space if `plus_is_space`; nullopt if an escape is invalid.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

// Names and values in the order sent; names may repeat.
class Fields {
 public:
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  std::optional<std::string_view> find(std::string_view name) const;  // the first of that name
  std::vector<std::string_view> all(std::string_view name) const;     // the values of that name
  std::size_t count(std::string_view name) const;
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// Parses "a=1&b=2"; fails on an invalid escape and on more than `max_fields` fields.
Result<Fields> parse_query(std::string_view text, std::size_t max_fields = 64);

struct FormLimits {
  std::size_t fields = 64;
  std::size_t part_header_bytes = 1024;  // of each part of a multipart form
};

// True if the Content-Type is application/x-www-form-urlencoded or multipart/form-data.
bool is_form(const Request& request);
// Parses the body by its Content-Type. Files are fields like any other. The error's message is for a 400, or
// for a 415 if is_form() is false.
Result<Fields> parse_form(const Request& request, const FormLimits& limits = {});

}  // namespace pollux::http
