// For tests: a request of given header fields.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "http/ascii.hpp"
#include "http/request.hpp"

namespace pollux::http {

class TestRequest final : public Headers {
 public:
  explicit TestRequest(std::vector<std::pair<std::string, std::string>> fields, std::string body)
      : fields_(std::move(fields)), body_(std::move(body)) {
    request.method = Method::get;
    request.headers = this;
    request.body = body_;
  }
  TestRequest(const TestRequest&) = delete;
  TestRequest& operator=(const TestRequest&) = delete;

  std::optional<std::string_view> find(std::string_view name) const override {
    for (const auto& [field, value] : fields_) {
      if (equals_ignoring_case(field, name)) return value;
    }
    return std::nullopt;
  }
  std::size_t count(std::string_view name) const override {
    return static_cast<std::size_t>(std::ranges::count_if(
        fields_, [name](const auto& field) { return equals_ignoring_case(field.first, name); }));
  }

  Request request;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
  std::string body_;
};

}  // namespace pollux::http
