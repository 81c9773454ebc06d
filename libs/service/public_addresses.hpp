// Where people reach the pages, which pages of others may use them, and what follows from both.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/public_url.hpp"
#include "http/server.hpp"
#include "service/log.hpp"
#include "service/settings.hpp"

namespace pollux {

struct PublicAddresses {
  std::optional<http::PublicUrl> vote;    // --public-url; none: whatever the visitor's Host field says
  std::optional<http::PublicUrl> result;  // --public-result-url
  std::vector<std::string> allowed_origins;

  // The origins, besides a request's own host, whose pages may post votes.
  std::vector<std::string> vote_origins() const;
  // The same for following the results; "*" for everybody's, which is so unless --allowed-origins narrows it.
  std::vector<std::string> result_origins() const;

  // Adds what follows for a page's server: Strict-Transport-Security if both pages are reached by TLS. It
  // covers all ports of a host, so with one of them alone it would break the way to the other.
  void apply_to(http::ServerOptions& server) const;
};

// Declares them in the group "Public addresses".
void declare(Settings& settings, PublicAddresses& addresses);

}  // namespace pollux
