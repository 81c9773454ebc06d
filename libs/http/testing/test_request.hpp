// For tests: a request with given header fields, and the response of a handler.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "http/ascii.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"

namespace pollux::http {

class TestRequest final : public Headers {
 public:
  explicit TestRequest(std::vector<std::pair<std::string, std::string>> fields, std::string body = "")
      : fields_(std::move(fields)), body_(std::move(body)) {
    request.method = Method::get;
    request.headers = this;
    request.body = body_;
  }
  TestRequest(const TestRequest&) = delete;
  TestRequest& operator=(const TestRequest&) = delete;

  std::optional<std::string_view> find(std::string_view name) const override { return nth(name, 0); }
  std::optional<std::string_view> nth(std::string_view name, std::size_t n) const override {
    for (const auto& [field, value] : fields_) {
      if (equals_ignoring_case(field, name) && n-- == 0) return value;
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

// The value of the first field of that name; empty if there is none.
inline std::string header_of(const Response& response, std::string_view name) {
  const auto field = std::ranges::find(response.headers, name, &Header::name);
  return field == response.headers.end() ? "" : field->value;
}

class TestAnswer final : public ReplySink {
 public:
  void send(Response response) override { answer = std::move(response); }
  void upgrade(WebSocketOptions, std::shared_ptr<WebSocketListener>) override {
    throw std::logic_error("This test does not expect an upgrade.");
  }

  std::string header(std::string_view name) const { return header_of(*answer, name); }
  std::string body() const { return std::string(answer->body.view()); }

  std::optional<Response> answer;  // none yet
};

}  // namespace pollux::http
