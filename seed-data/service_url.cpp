#include "seed-data/service_url.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "config/units.hpp"

namespace pollux::seed {
namespace {

constexpr std::size_t longest_url = 2000;

std::string text_of(const auto& part) {
  return {part.data(), part.size()};
}

}  // namespace

Result<ServiceUrl> ServiceUrl::parse(std::string_view text) {
  if (text.size() > longest_url) return invalid("The URL has more than 2000 bytes.");
  const auto url = boost::urls::parse_uri({text.data(), text.size()});
  if (!url) return invalid("This is not a URL.");
  if (url->scheme_id() != boost::urls::scheme::http) return invalid("The URL is not one of plain HTTP.");
  if (url->host_address().empty()) return invalid("The URL names no host.");
  if (url->has_userinfo()) return invalid("The URL has a user name, which is not supported.");
  const std::string port = url->has_port() && !url->port().empty() ? text_of(url->port()) : "80";
  if (const auto number = config::parse_integer(port); !number || *number < 1 || *number > 65535)
    return invalid("The URL's port is not from 1 to 65535.");

  // Boost.URL 1.81 takes the "x" of "http://host:x" for a path, which would have to start with a slash.
  const auto path = url->encoded_path();
  if (!path.empty() && path.front() != '/') return invalid("The URL's port is not a number.");

  ServiceUrl parsed;
  const auto address = url->host_address();
  parsed.host = text_of(address);
  parsed.port = port;
  parsed.authority = text_of(url->encoded_host_and_port());
  parsed.target = text_of(url->encoded_target());
  if (!parsed.target.starts_with('/')) parsed.target.insert(0, "/");
  return parsed;
}

}  // namespace pollux::seed
