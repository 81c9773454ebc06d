// Where people reach the pages, which pages of others may use them, and what follows from both.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "http/public_url.hpp"
#include "http/server.hpp"
#include "telemetry/log.hpp"

namespace pollux::config {

struct PublicAddresses {
  std::optional<http::PublicUrl> vote;    // --public-url; none: whatever the visitor's Host field says
  std::optional<http::PublicUrl> result;  // --public-result-url
  std::vector<std::string> allowed_origins;

  // By settings of former versions, which are read for one more version.
  bool secure_cookies = false;                 // the vote page is reached by https
  std::vector<std::string> former_settings{};  // the names of those that were given
  std::string unusable_results_url{};          // why the one that was given is no address; empty: it is one

  // The origins, besides a request's own host, whose pages may post votes.
  std::vector<std::string> vote_origins() const;
  // The same for following the results; "*" for everybody's, which is so unless --allowed-origins narrows it.
  std::vector<std::string> result_origins() const;

  // The options of a page's server with what follows for it: Strict-Transport-Security if both pages are
  // reached by TLS. It covers all ports of a host, so with one of them alone it would break the way to the
  // other.
  http::ServerOptions applied_to(http::ServerOptions server) const;

  // Says at the start what is not as it should be: former settings, and a link that will not work.
  void warn(telemetry::Log& log) const;
};

// Declares them in the group "Public addresses".
void declare(Settings& settings, PublicAddresses& addresses);

// Declares what they replace, --results-url and --secure-cookies, in the same group; after the above.
void declare_former(Settings& settings, PublicAddresses& addresses);

}  // namespace pollux::config
