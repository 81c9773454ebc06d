#include "telemetry/rejected_origins.hpp"

#include <chrono>

namespace pollux::telemetry {

RejectedOrigins::RejectedOrigins(Log& log, std::string public_url_flag)
    : log_(log),
      remedy_("If this is your own site, a proxy changes the Host header: set " + public_url_flag +
              " to the page's address as visitors see it. For a page of another site add its origin to "
              "--allowed-origins."),
      limit_(std::chrono::minutes(1)) {}

void RejectedOrigins::add(const http::Request& request) {
  const auto suppressed = limit_.admit("", RepeatLimit::Clock::now());
  if (!suppressed) return;
  log_.warning("A request was rejected because its Origin is not this site.",
               {{"origin", request.header("Origin")},
                {"host", request.header("Host")},
                {"sec_fetch_site", request.header("Sec-Fetch-Site")},
                {"remedy", remedy_},
                {"suppressed", *suppressed}});
}

}  // namespace pollux::telemetry
