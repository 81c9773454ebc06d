#include "postgres/url.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <libpq-fe.h>

#include "postgres/url_check.hpp"

namespace pollux {
namespace {

struct Free {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, Free>;
using Parts = std::map<std::string, std::string>;

Parts parts_of(const PQconninfoOption* option) {
  Parts parts;
  for (; option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val != nullptr && *option->val != '\0') parts[option->keyword] = option->val;
  }
  return parts;
}

// What is not in any URL: from the environment, or built in.
Parts defaults() {
  return parts_of(Options(PQconndefaults()).get());
}

std::vector<std::string> items(const std::string& list) {
  std::vector<std::string> all;
  std::size_t begin = 0;
  for (std::size_t comma = list.find(','); comma != std::string::npos; comma = list.find(',', begin)) {
    all.push_back(list.substr(begin, comma - begin));
    begin = comma + 1;
  }
  all.push_back(list.substr(begin));
  return all;
}

std::vector<PostgresUrl::Server> servers_of(Parts& parts) {
  const auto hosts = items(parts["host"]);
  const auto addresses = items(parts["hostaddr"]);
  const auto ports = items(parts["port"]);
  const auto item = [](const auto& list, std::size_t index) {
    return index < list.size() ? list[index] : list.front();
  };
  std::vector<PostgresUrl::Server> servers;
  for (std::size_t i = 0; i < std::max(hosts.size(), addresses.size()); ++i) {
    servers.push_back({.host = item(hosts, i), .address = item(addresses, i), .port = item(ports, i)});
  }
  return servers;
}

// As it stands in a URL: host:port, or the directory of a socket.
std::string shown(const PostgresUrl::Server& server) {
  const std::string& host = server.host.empty() ? server.address : server.host;
  if (host.empty()) return "localhost" + (server.port.empty() ? "" : ":" + server.port);
  if (host.front() == '/' || host.front() == '@') return host;
  const bool brackets = host.find(':') != std::string::npos;
  return (brackets ? "[" + host + "]" : host) + (server.port.empty() ? "" : ":" + server.port);
}

}  // namespace

Result<PostgresUrl> PostgresUrl::parse(std::string_view text) {
  if (auto sound = check_url_form(text); !sound) return sound.error();
  char* reason = nullptr;
  const Options parsed(PQconninfoParse(std::string(text).c_str(), &reason));
  const std::unique_ptr<char, decltype(&PQfreemem)> owner(reason, &PQfreemem);
  if (!parsed) return url_error(reason == nullptr ? "" : reason);
  PostgresUrl url;
  url.parameters_ = parts_of(parsed.get());
  if (auto sound = check_url_parts(url.parameters_); !sound) return sound.error();

  Parts all = defaults();
  for (const auto& [name, value] : url.parameters_) all[name] = value;
  // A host of the URL is not overruled by an address of the environment.
  if (url.parameters_.contains("host") && !url.parameters_.contains("hostaddr")) all.erase("hostaddr");
  if (all.contains("service") && !all.contains("host")) {
    url.servers_ = {{}};
  } else {
    url.servers_ = servers_of(all);
    for (const char* name : {"host", "hostaddr", "port"}) url.parameters_.erase(name);
  }
  std::string hosts;
  for (const Server& server : url.servers_) hosts += (hosts.empty() ? "" : ",") + shown(server);
  const std::string user = all["user"];
  url.text_ = "postgresql://" + (user.empty() ? "" : user + "@") + hosts + "/" +
              (all["dbname"].empty() ? user : all["dbname"]);
  return url;
}

std::string PostgresUrl::parameter(const std::string& name) const {
  const auto given = parameters_.find(name);
  return given != parameters_.end() ? given->second : defaults()[name];
}

}  // namespace pollux
