#include "tracing/otlp_endpoint.hpp"

#include <charconv>
#include <optional>
#include <system_error>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "base/bounded_text.hpp"

namespace pollux::tracing {
namespace {

Error rejected(std::string_view what) {
  return invalid("The address of the collector " + std::string(what) +
                 " Its form is http://host:port, such as http://collector:4318.");
}

// boost::urls::url_view::port_number() truncates.
std::optional<std::uint16_t> parse_port(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0) return std::nullopt;
  return port;
}

}  // namespace

Result<OtlpEndpoint> OtlpEndpoint::parse(std::string_view text) {
  if (text.size() > max_bytes) return rejected("has more than " + std::to_string(max_bytes) + " bytes.");
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed) return rejected("is not a well-formed URL.");
  const boost::urls::url_view& source = *parsed;
  const std::string_view scheme(source.scheme().data(), source.scheme().size());
  if (scheme == "https") {
    return rejected(
        "asks for https, which is not supported. Send the spans to a collector nearby, which forwards them "
        "with TLS.");
  }
  if (scheme != "http") return rejected("does not begin with http://.");
  if (source.has_userinfo()) return rejected("has a user or a password, which are not supported.");
  if (source.has_query() || source.has_fragment()) return rejected("has a part after ? or #.");

  OtlpEndpoint endpoint;
  endpoint.host = source.host_address();
  if (endpoint.host.empty()) return rejected("names no host.");
  if (!is_plain_text(endpoint.host)) return rejected("has a host that is not plain text.");
  if (source.has_port()) {
    const auto port = parse_port({source.port().data(), source.port().size()});
    if (!port) return rejected("has a port that is not a number from 1 to 65535.");
    endpoint.port = *port;
  }
  std::string base(source.encoded_path().data(), source.encoded_path().size());
  while (base.ends_with('/')) base.pop_back();
  endpoint.target = base + "/v1/traces";
  return endpoint;
}

std::string OtlpEndpoint::authority() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string OtlpEndpoint::text() const {
  return "http://" + authority() + target;
}

}  // namespace pollux::tracing
