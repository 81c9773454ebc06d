#include "config/public_addresses.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace pollux::config {
namespace {

constexpr std::size_t max_origins = 64;
constexpr std::string_view former_results_url = "results-url";
constexpr std::string_view former_secure_cookies = "secure-cookies";

// The error of an origin; empty: none.
std::string problem_of_origin(std::string_view text) {
  if (text.find('@') != text.npos) return "An origin must not have a user name or password.";
  const auto url = http::PublicUrl::parse(text);
  if (url && url->origin() == text) return "";
  std::string problem = "\"" + std::string(text) + "\" is not an origin as browsers write it.";
  if (url) problem += " Write " + url->origin() + ".";
  return problem;
}

setting::Value origins(std::vector<std::string>* target) {
  setting::Value value = setting::list(target, max_origins);
  value.placeholder = "ORIGIN,…";
  value.allowed = "at most " + std::to_string(max_origins) + " comma-separated origins";
  const auto read = [](std::string_view text, std::vector<std::string>& list) {
    return setting::list(&list, max_origins).assign(text);
  };
  value.explain = [read](std::string_view text) -> std::string {
    std::vector<std::string> given;
    if (!read(text, given)) return "";
    for (const std::string& origin : given) {
      if (std::string problem = problem_of_origin(origin); !problem.empty()) return problem;
    }
    return "";
  };
  value.assign = [read, target](std::string_view text) {
    std::vector<std::string> given;
    if (!read(text, given)) return false;
    const bool valid = std::ranges::all_of(
        given, [](const std::string& origin) { return problem_of_origin(origin).empty(); });
    if (valid) *target = std::move(given);
    return valid;
  };
  return value;
}

void add_origin(std::vector<std::string>& origins, const std::optional<http::PublicUrl>& url) {
  if (url) origins.push_back(url->origin());
}

}  // namespace

std::vector<std::string> PublicAddresses::vote_origins() const {
  std::vector<std::string> origins = allowed_origins;
  add_origin(origins, vote);
  return origins;
}

std::vector<std::string> PublicAddresses::result_origins() const {
  if (allowed_origins.empty()) return {"*"};
  std::vector<std::string> origins = allowed_origins;
  add_origin(origins, result);
  return origins;
}

http::ServerOptions PublicAddresses::applied_to(http::ServerOptions server) const {
  const bool both_by_tls = vote && vote->is_https() && result && result->is_https();
  if (both_by_tls) server.security.strict_transport_security = "max-age=31536000";  // a year
  return server;
}

void PublicAddresses::warn(telemetry::Log& log) const {
  for (const std::string& name : former_settings) {
    const bool is_link = name == former_results_url;
    log.warning("A setting has been replaced; the next version will not read it.",
                {{"setting", name}, {"use", is_link ? "public-result-url" : "public-url, with https"}});
  }
  if (!unusable_results_url.empty()) {
    log.warning(
        "The former setting results-url is ignored: links to the results use the port of the result page. "
        "Set public-result-url.",
        {{"reason", unusable_results_url}});
  }
  if (vote && vote->is_https() && !result) {
    log.warning("Links to the results use http and the port of the result page. Set --public-result-url.",
                {{"public_url", vote->text()}});
  }
}

setting::Value public_url(std::optional<http::PublicUrl>* target) {
  const auto parse = [](std::string_view text) -> Result<std::optional<http::PublicUrl>> {
    auto url = http::PublicUrl::parse(text);
    if (!url) return url.error();
    return std::optional(*std::move(url));
  };
  setting::Value value = setting::parsed<std::optional<http::PublicUrl>>(
      target, parse, "URL", "a URL such as https://vote.example/ or https://example.org/vote/", "");
  value.explain = [](std::string_view text) {
    const auto url = http::PublicUrl::parse(text);
    return url ? "" : url.error().message;
  };
  return value;
}

void declare(Settings& settings, PublicAddresses& addresses) {
  settings.group("Public addresses");
  settings.add("public-url", public_url(&addresses.vote),
               "URL of the vote page as voters see it, if that differs from the Host header, such as behind "
               "a proxy. May have a path. Links, the QR code, cookies and the origin check use it; https "
               "makes cookies Secure.");
  settings.add("public-result-url", public_url(&addresses.result),
               "URL of the result page as viewers see it. May have a path. Without it, links to the results "
               "use http, the host of the request and the port of the result page.");
  settings.add("allowed-origins", origins(&addresses.allowed_origins),
               "Origins of other sites whose pages may post votes and follow the results, such as "
               "https://intranet.example. Without it, none may post votes and all may follow the results.");
}

void declare_former(Settings& settings, PublicAddresses& addresses) {
  const auto add = [&](std::string_view name, setting::Value value, std::string doc) {
    value.assign = [&addresses, name, assign = std::move(value.assign)](std::string_view text) {
      if (!assign(text)) return false;
      addresses.former_settings.emplace_back(name);
      return true;
    };
    settings.add(std::string(name), std::move(value), std::move(doc));
  };
  // Earlier versions accepted any text, so an invalid URL must not prevent a start.
  setting::Value results_url = public_url(&addresses.result);
  results_url.assign = [&addresses](std::string_view text) {
    const auto url = http::PublicUrl::parse(text);
    if (!url) addresses.unusable_results_url = url.error().message;
    if (url && !addresses.result) addresses.result = *url;
    return true;
  };
  add(former_results_url, std::move(results_url),
      "Former name of public-result-url, which takes precedence.");
  add(former_secure_cookies, setting::boolean(&addresses.secure_cookies),
      "Replaced by a public-url with https, which takes precedence.");
}

}  // namespace pollux::config
