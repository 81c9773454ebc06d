// Names and values as URLs and HTML forms carry them (WHATWG URL, application/x-www-form-urlencoded).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace pollux::http {

// Percent-decoding; `plus_is_blank` as in forms. Nothing where an escape is broken.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank = false);

// Fields in the order they were sent; names may repeat.
class Fields {
 public:
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  std::optional<std::string_view> find(std::string_view name) const;  // the first of that name
  std::size_t count(std::string_view name) const;
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// "a=1&b=2" into fields; an error where an escape is broken or there are more than `max_fields`.
Result<Fields> parse_query(std::string_view text, std::size_t max_fields = 64);

}  // namespace pollux::http
