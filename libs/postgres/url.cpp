#include "postgres/url.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include <libpq-fe.h>

namespace pollux::postgres {
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

// What no URL gives: from the environment, or built in.
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

std::vector<Url::Server> servers_of(Parts& parts) {
  const auto hosts = items(parts["host"]);
  const auto addresses = items(parts["hostaddr"]);
  const auto ports = items(parts["port"]);
  const auto item = [](const auto& list, std::size_t index) {
    return index < list.size() ? list[index] : list.front();
  };
  std::vector<Url::Server> servers;
  for (std::size_t i = 0; i < std::max(hosts.size(), addresses.size()); ++i) {
    servers.push_back({.host = item(hosts, i), .address = item(addresses, i), .port = item(ports, i)});
  }
  return servers;
}

// host:port, or the directory of a socket.
std::string shown(const Url::Server& server) {
  const std::string& host = server.host.empty() ? server.address : server.host;
  if (host.empty()) return "localhost" + (server.port.empty() ? "" : ":" + server.port);
  if (host.front() == '/' || host.front() == '@') return host;
  const bool brackets = host.find(':') != std::string::npos;
  return (brackets ? "[" + host + "]" : host) + (server.port.empty() ? "" : ":" + server.port);
}

// No message quotes the URL: the wrong part may be a piece of the password.
Error wrong(std::string_view what) {
  return invalid(std::string(what));
}

bool is_number(std::string_view text, std::int64_t least, std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= least && number <= most;
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; });
}

bool is_host(std::string_view text) {
  if (text.empty()) return true;
  // The directory of a socket, or the name of an abstract one.
  if (text.front() == '/' || text.front() == '@') {
    return !has_control(text) && text.find_first_of("@:?#&=%\\", 1) == std::string_view::npos;
  }
  // A name, or an address, of IPv6 perhaps with a zone after %.
  const bool is_address = std::ranges::count(text, ':') > 1;
  return std::ranges::all_of(text, [is_address](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || (is_address && (c == ':' || c == '%'));
  });
}

// Whether `check` holds for each item of a list with commas.
template <class Check>
bool all_items(std::string_view list, Check check) {
  for (;;) {
    const auto comma = list.find(',');
    if (!check(list.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    list.remove_prefix(comma + 1);
  }
}

std::size_t item_count(std::string_view list) {
  return static_cast<std::size_t>(std::ranges::count(list, ',')) + 1;
}

struct Keyword {
  const char* name;
  std::array<const char*, 6> values;  // the rest null
};

constexpr std::array keywords{
    Keyword{"sslmode", {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}},
    Keyword{"target_session_attrs",
            {"any", "read-write", "read-only", "primary", "standby", "prefer-standby"}},
    Keyword{"channel_binding", {"disable", "prefer", "require"}},
    Keyword{"gssencmode", {"disable", "prefer", "require"}},
    Keyword{"load_balance_hosts", {"disable", "random"}},
    Keyword{"sslnegotiation", {"postgres", "direct"}},
    Keyword{"ssl_min_protocol_version", {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}},
    Keyword{"ssl_max_protocol_version", {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}},
    Keyword{"keepalives", {"0", "1"}},
    Keyword{"sslsni", {"0", "1"}},
    Keyword{"sslcompression", {"0", "1"}},
    Keyword{"replication", {"false", "off", "no", "0"}},
};

constexpr std::array numbers{"connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count",
                             "tcp_user_timeout"};

std::string one_of(const Keyword& keyword) {
  std::string list;
  for (const char* value : keyword.values) {
    if (value != nullptr) list += (list.empty() ? "" : ", ") + std::string(value);
  }
  return list;
}

Result<void> check_options(const Parts& parts) {
  for (const Keyword& keyword : keywords) {
    const auto given = parts.find(keyword.name);
    if (given == parts.end()) continue;
    const bool known = std::ranges::any_of(
        keyword.values, [&](const char* value) { return value != nullptr && given->second == value; });
    if (!known) return wrong("Its " + std::string(keyword.name) + " is none of: " + one_of(keyword) + ".");
  }
  for (const char* name : numbers) {
    const auto given = parts.find(name);
    if (given != parts.end() && !is_number(given->second, 0, std::numeric_limits<std::int32_t>::max()))
      return wrong("Its " + std::string(name) + " is not an integer.");
  }
  return {};
}

// Rejects what libpq would parse differently than its author meant, such as a password with an @ or a / in
// it.
Result<void> check_url_form(std::string_view text) {
  const auto scheme = text.find("://");
  const bool is_url = text.starts_with("postgresql://") || text.starts_with("postgres://");
  if (!is_url) {
    const auto equals = text.find('=');
    if (scheme != std::string_view::npos && (equals == std::string_view::npos || scheme < equals))
      return wrong("It begins with neither postgresql:// nor postgres://.");
    if (equals == std::string_view::npos && !text.empty())
      return wrong("It begins with neither postgresql:// nor postgres://, and has no keyword=value either.");
    return {};
  }
  const std::string_view rest = text.substr(scheme + 3);
  const auto at = rest.find('@');
  if (at == std::string_view::npos) return {};
  if (rest.find('@', at + 1) != std::string_view::npos)
    return wrong("It has more than one @: within the user, the password or a parameter write %40.");
  if (rest.substr(0, at).find('/') != std::string_view::npos)
    return wrong("It has a / before the @: within the user and the password write %2F.");
  return {};
}

// Why libpq could not parse the URL; `reason` is its own message, which quotes the text.
Error url_error(std::string_view reason) {
  const auto says = [&](std::string_view begin) { return reason.starts_with(begin); };
  if (says("invalid percent-encoded token") || says("forbidden value %00"))
    return wrong("It has a % without two hexadecimal digits after it: write %25 for %.");
  if (says("invalid URI query parameter"))
    return wrong("It has a parameter after the ? that libpq does not know.");
  if (says("missing key/value separator")) return wrong("It has a parameter after the ? without a value.");
  if (says("extra key/value separator"))
    return wrong("It has a parameter after the ? with a second =: write %3D.");
  if (says("invalid connection option")) return wrong("It has a keyword that libpq does not know.");
  if (says("missing \"=\" after"))
    return wrong("It has a word without = after it: quote values that contain spaces, as in password='a b'.");
  if (says("unterminated quoted string")) return wrong("It has an unterminated quote.");
  if (says("end of string reached") || says("IPv6 host address") || says("unexpected character"))
    return wrong("Its host is malformed: write an IPv6 address as [::1].");
  return wrong("libpq can't parse it.");
}

// By libpq's names; "host" and "port" may be lists with commas.
Result<void> check_url_parts(const Parts& parts) {
  const auto part = [&](const char* name) {
    const auto given = parts.find(name);
    return given == parts.end() ? std::string_view() : std::string_view(given->second);
  };
  if (part("user").find_first_of(":/?") != std::string_view::npos || has_control(part("user")))
    return wrong("Its user has a colon, a slash, a question mark or a control character.");
  if (!all_items(part("host"), is_host))
    return wrong("Its host is not a name or an address. Within the user and the password write %40 for @.");
  if (!all_items(part("hostaddr"), is_host)) return wrong("Its hostaddr is not an address.");
  if (!all_items(part("port"), [](auto port) { return port.empty() || is_number(port, 1, 65535); }))
    return wrong("Its port is not a number from 1 to 65535.");
  const std::size_t hosts = item_count(part(part("hostaddr").empty() ? "host" : "hostaddr"));
  if (!part("host").empty() && item_count(part("host")) != hosts)
    return wrong("The numbers of its hosts and of its hostaddr differ.");
  if (const auto ports = item_count(part("port")); ports != 1 && ports != hosts)
    return wrong("The numbers of its ports and of its hosts differ.");
  if (part("dbname").find_first_of("@:/?#&=%\\\"'") != std::string_view::npos || has_control(part("dbname")))
    return wrong("The name of its database has one of the characters @ : / ? # & = % \\ \" '.");
  return check_options(parts);
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  if (auto valid = check_url_form(text); !valid) return valid.error();
  char* reason = nullptr;
  const Options parsed(PQconninfoParse(std::string(text).c_str(), &reason));
  const std::unique_ptr<char, decltype(&PQfreemem)> owner(reason, &PQfreemem);
  if (!parsed) return url_error(reason == nullptr ? "" : reason);
  Url url;
  url.parameters_ = parts_of(parsed.get());
  if (auto valid = check_url_parts(url.parameters_); !valid) return valid.error();

  Parts all = defaults();
  for (const auto& [name, value] : url.parameters_) all[name] = value;
  // An address of the environment does not override a host of the URL.
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

std::string Url::parameter(const std::string& name) const {
  const auto given = parameters_.find(name);
  return given != parameters_.end() ? given->second : defaults()[name];
}

}  // namespace pollux::postgres
