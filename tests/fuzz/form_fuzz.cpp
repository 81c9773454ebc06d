// Forms of any bytes: the first line is the Content-Type, the rest the body.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/form.hpp"

namespace http = pollux::http;

namespace {

class ContentType final : public http::Headers {
 public:
  explicit ContentType(std::string_view value) : value_(value) {}
  std::optional<std::string_view> find(std::string_view name) const override {
    return name == "Content-Type" ? std::optional(value_) : std::nullopt;
  }
  std::optional<std::string_view> nth(std::string_view name, std::size_t n) const override {
    return n == 0 ? find(name) : std::nullopt;
  }
  std::size_t count(std::string_view name) const override { return find(name) ? 1 : 0; }

 private:
  std::string_view value_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto line = input.substr(0, input.find('\n'));
  const ContentType content_type(line);
  http::Request request;
  request.headers = &content_type;
  request.body = input.substr(std::min(line.size() + 1, size));
  const auto form = http::parse_form(request);
  if (form && (form->size() > http::FormLimits().fields || !http::is_form(request))) std::abort();
  return 0;
}
