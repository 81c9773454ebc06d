#include "config/former_variables.hpp"

#include <string_view>

#include "config/setting_names.hpp"

namespace pollux::config {

std::vector<FormerVariable> former_variables() {
  constexpr std::string_view settings[] = {
      "allowed-origins", "database",       "drain-list", "drain-time",        "io-threads",
      "listen",          "log-level",      "max-batch",  "management-listen", "max-connections",
      "max-in-flight",   "publish-period", "queue",      "queue-capacity",    "reclaim-after",
      "repair",          "result-listen",  "start-wait", "stream-shards",     "vote-listen",
      "voter-key"};
  std::vector<FormerVariable> formers;
  for (const std::string_view setting : settings) {
    formers.push_back({variable_of(setting, ""), std::string(setting)});
  }
  return formers;
}

std::vector<FormerVariable> former_vote_page_variables() {
  std::vector<FormerVariable> formers = former_variables();
  formers.push_back(
      {.name = "RESULTS_URL", .setting = "results-url", .instead = "Use POLLUX_PUBLIC_RESULT_URL."});
  formers.push_back({.name = "SECURE_COOKIES",
                     .setting = "secure-cookies",
                     .instead = "Use POLLUX_PUBLIC_URL; https makes cookies Secure."});
  formers.push_back({.name = "RESULT_PORT",
                     .setting = "",
                     .instead = "Set POLLUX_PUBLIC_RESULT_URL to the address of the result page."});
  return formers;
}

}  // namespace pollux::config
