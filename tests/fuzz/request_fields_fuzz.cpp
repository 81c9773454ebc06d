// What a client writes into a request's fields and query, as any bytes: cookies, languages, codings, entity
// tags, the addresses of proxies, URLs and query strings.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/client_address.hpp"
#include "http/form.hpp"
#include "http/negotiation.hpp"
#include "http/origin.hpp"
#include "http/request.hpp"

namespace http = pollux::http;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

// Every field of the request has this value, twice.
class SameFields final : public http::Headers {
 public:
  explicit SameFields(std::string_view value) : value_(value) {}
  std::optional<std::string_view> find(std::string_view name) const override { return nth(name, 0); }
  std::optional<std::string_view> nth(std::string_view, std::size_t n) const override {
    return n < 2 ? std::optional(value_) : std::nullopt;
  }
  std::size_t count(std::string_view) const override { return 2; }

 private:
  std::string_view value_;
};

bool is_within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_cookies(std::string_view field) {
  std::size_t seen = 0;
  http::for_each_cookie(field, [&](std::string_view name, std::string_view value) {
    require(is_within(name, field) && is_within(value, field));
    require(name.find(';') == std::string_view::npos && value.find(';') == std::string_view::npos);
    return ++seen > field.size();
  });
  require(seen <= field.size());
}

void check_client(const http::Headers& fields, std::string_view value) {
  static const auto proxies =
      http::TrustedProxies::parse(std::vector<std::string>{"10.0.0.0/8", "fd00::/7", "::1"}).value();
  const std::string_view peer = "10.0.0.1";
  const std::string_view client = proxies.client(peer, fields);
  require(client == peer || is_within(client, value));
  require(http::parse_address(client).has_value());
  require(proxies.client("192.0.2.1", fields) == "192.0.2.1");
  require(http::network_bytes_of(client) == http::network_bytes_of(http::network_of(client)) ||
          http::network_of(client).ends_with("/64"));
}

void check_url(std::string_view text) {
  const auto url = http::PublicUrl::parse(text);
  if (!url) return;
  require(url->text().size() <= http::PublicUrl::max_bytes + 2);
  require(http::PublicUrl::parse(url->text()).value() == *url);
  require(url->text().find_first_of("\r\n\"<> ") == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const SameFields fields(input);
  http::Request request;
  request.headers = &fields;

  check_cookies(input);
  check_client(fields, input);
  check_url(input);
  const auto query = http::parse_query(input);
  require(!query || query->size() <= 64);
  static constexpr std::string_view languages[] = {"en", "de", "fr"};
  require(http::preferred_language(input, languages) < std::size(languages));
  const int weight = http::accepted_weight(input, "gzip");
  require(weight >= 0 && weight <= 1000);
  http::is_not_modified(request, "\"1\"");
  http::is_same_origin(request, {});
  return 0;
}
