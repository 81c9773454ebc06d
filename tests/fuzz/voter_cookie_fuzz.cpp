// A Cookie field of any bytes. A voter is recognized by a token of ours only, and each is who the token says.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "vote/voter_tokens.hpp"

namespace http = pollux::http;
namespace vote = pollux::vote;

namespace {

class CookieField final : public http::Headers {
 public:
  explicit CookieField(std::string_view value) : value_(value) {}
  std::optional<std::string_view> find(std::string_view name) const override { return nth(name, 0); }
  std::optional<std::string_view> nth(std::string_view name, std::size_t n) const override {
    return name == "Cookie" && n == 0 ? std::optional(value_) : std::nullopt;
  }
  std::size_t count(std::string_view name) const override { return find(name) ? 1 : 0; }

 private:
  std::string_view value_;
};

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The corpus has tokens of these keys, of zeros and of ones.
  static const vote::VoterTokens tokens({{}, vote::VoterTokens::Key{1}}, {});
  const std::string_view field(reinterpret_cast<const char*>(data), size);
  const CookieField fields(field);
  http::Request request;
  request.headers = &fields;
  const auto voter = tokens.recognize(request);
  if (!voter) return 0;
  require(field.find(voter->id.text()) != std::string_view::npos);
  const auto again = tokens.recognize(voter->token);
  require(again && again->id == voter->id && again->token == voter->token);
  require(tokens.has_cookie(request));
  return 0;
}
