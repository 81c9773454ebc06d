// Settings of any text: each line is an argument, or with "$" in front a variable of the environment. No
// message shows a secret.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "config/connection_settings.hpp"
#include "config/poll_options.hpp"
#include "config/public_addresses.hpp"
#include "config/service_options.hpp"
#include "config/settings.hpp"

namespace config = pollux::config;

namespace {

constexpr std::string_view secret = "kQ7-secret-Zx3";

void require(bool holds) {
  if (!holds) std::abort();
}

void check_messages(const std::vector<std::string>& messages) {
  for (const std::string& message : messages) {
    require(!message.empty() && message.find(secret) == std::string::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> arguments;
  config::Environment environment{
      {"REDIS_PASSWORD", std::string(secret)},
      {"DATABASE_URL", "postgresql://user:" + std::string(secret) + "@host:x/name"}};
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t equals = line.find('=');
    if (!line.starts_with('$') || equals == std::string_view::npos) {
      arguments.emplace_back(line);
      continue;
    }
    const std::string_view name = line.substr(1, equals - 1);
    if (!name.ends_with("_FILE")) environment.try_emplace(std::string(name), line.substr(equals + 1));
  }

  config::PollOptions poll;
  config::PublicAddresses addresses;
  config::NetworkOptions network;
  config::ServiceOptions service;
  pollux::redis::Url redis{.host = "127.0.0.1"};
  pollux::postgres::Url database = config::default_database();
  config::Settings settings({.name = "fuzz",
                             .summary = "Reads settings.",
                             .former_variables = config::former_vote_page_variables()});
  declare(settings, poll);
  declare(settings, addresses);
  config::declare_former(settings, addresses);
  config::declare_redis(settings, redis);
  config::declare_database(settings, database);
  declare(settings, network);
  declare(settings, service, {.has_visitors = true, .has_dependencies = true});
  const config::Invocation invocation = settings.read(arguments, environment);
  check_messages(invocation.faults);
  check_messages(invocation.warnings);
  if (invocation.page) require(invocation.page->find(secret) == std::string::npos);
  return 0;
}
