// The public URLs of the pages, the allowed origins, and what is derived from them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "http/origin.hpp"
#include "http/server.hpp"
#include "telemetry/log.hpp"

namespace pollux::config {

struct PublicAddresses {
  std::optional<http::PublicUrl> vote;    // --public-url; none: the Host header of the request
  std::optional<http::PublicUrl> result;  // --public-result-url
  std::vector<std::string> allowed_origins;

  // Set by former settings, which are read for one more version.
  bool secure_cookies = false;                 // the vote page is served over https
  std::vector<std::string> former_settings{};  // names of the ones that were set
  std::string unusable_results_url{};          // why the value was invalid; empty: it was valid

  // Origins, other than the request's own host, whose pages may post votes.
  std::vector<std::string> vote_origins() const;
  // The same for following the results; "*" for all, unless --allowed-origins is set.
  std::vector<std::string> result_origins() const;

  // Adds Strict-Transport-Security to the options of a page's server if both pages use TLS. The header
  // applies to all ports of a host, so with only one of them it would make the other unreachable.
  http::ServerOptions applied_to(http::ServerOptions server) const;

  // Logs warnings at startup: former settings, and links that will not work.
  void warn(telemetry::Log& log) const;
};

// The URL of a page; without a default.
setting::Value public_url(std::optional<http::PublicUrl>* target);

// Declares them in the group "Public addresses".
void declare(Settings& settings, PublicAddresses& addresses);

// Declares the settings they replaced, --results-url and --secure-cookies, in the same group. Call it after
// the above.
void declare_former(Settings& settings, PublicAddresses& addresses);

}  // namespace pollux::config
