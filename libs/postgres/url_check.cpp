#include "postgres/url_check.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

namespace pollux {
namespace {

using Parts = std::map<std::string, std::string>;

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

// Whether each item of a list with commas passes.
template <class Check>
bool all_items(std::string_view list, Check check) {
  for (;;) {
    const auto comma = list.find(',');
    if (!check(list.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    list.remove_prefix(comma + 1);
  }
}

std::size_t items(std::string_view list) {
  return static_cast<std::size_t>(std::ranges::count(list, ',')) + 1;
}

struct Choice {
  const char* name;
  std::array<const char*, 6> words;  // the rest null
};

constexpr std::array choices{
    Choice{"sslmode", {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}},
    Choice{"target_session_attrs",
           {"any", "read-write", "read-only", "primary", "standby", "prefer-standby"}},
    Choice{"channel_binding", {"disable", "prefer", "require"}},
    Choice{"gssencmode", {"disable", "prefer", "require"}},
    Choice{"load_balance_hosts", {"disable", "random"}},
    Choice{"sslnegotiation", {"postgres", "direct"}},
    Choice{"ssl_min_protocol_version", {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}},
    Choice{"ssl_max_protocol_version", {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}},
    Choice{"keepalives", {"0", "1"}},
    Choice{"sslsni", {"0", "1"}},
    Choice{"sslcompression", {"0", "1"}},
    Choice{"replication", {"false", "off", "no", "0"}},
};

constexpr std::array numbers{"connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count",
                             "tcp_user_timeout"};

std::string one_of(const Choice& choice) {
  std::string list;
  for (const char* word : choice.words) {
    if (word != nullptr) list += (list.empty() ? "" : ", ") + std::string(word);
  }
  return list;
}

Result<void> check_options(const Parts& parts) {
  for (const Choice& choice : choices) {
    const auto given = parts.find(choice.name);
    if (given == parts.end()) continue;
    const bool known = std::ranges::any_of(
        choice.words, [&](const char* word) { return word != nullptr && given->second == word; });
    if (!known) return wrong("Its " + std::string(choice.name) + " is none of: " + one_of(choice) + ".");
  }
  for (const char* name : numbers) {
    const auto given = parts.find(name);
    if (given != parts.end() && !is_number(given->second, 0, std::numeric_limits<std::int32_t>::max()))
      return wrong("Its " + std::string(name) + " is not a whole number.");
  }
  return {};
}

}  // namespace

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

Error url_error(std::string_view reason) {
  const auto says = [&](std::string_view begin) { return reason.starts_with(begin); };
  if (says("invalid percent-encoded token") || says("forbidden value %00"))
    return wrong("It has a % that no two hexadecimal digits follow: write %25 for %.");
  if (says("invalid URI query parameter")) return wrong("It has a parameter after the ? that libpq lacks.");
  if (says("missing key/value separator")) return wrong("It has a parameter after the ? without a value.");
  if (says("extra key/value separator"))
    return wrong("It has a parameter after the ? with a second =: write %3D.");
  if (says("invalid connection option")) return wrong("It has a keyword that libpq lacks.");
  if (says("missing \"=\" after"))
    return wrong("It has a word without = after it: put values with spaces in quotes, as in password='a b'.");
  if (says("unterminated quoted string")) return wrong("It has a quote that does not end.");
  if (says("end of string reached") || says("IPv6 host address") || says("unexpected character"))
    return wrong("Its host is not well-formed: write the address of IPv6 as [::1].");
  return wrong("libpq can't read it.");
}

Result<void> check_url_parts(const Parts& parts) {
  const auto part = [&](const char* name) {
    const auto given = parts.find(name);
    return given == parts.end() ? std::string_view() : std::string_view(given->second);
  };
  if (part("user").find_first_of(":/?") != std::string_view::npos || has_control(part("user")))
    return wrong("Its user has a colon, a slash, a question mark or a control character.");
  if (!all_items(part("host"), is_host))
    return wrong("Its host is no name or address. Within the user and the password write %40 for @.");
  if (!all_items(part("hostaddr"), is_host)) return wrong("Its hostaddr is no address.");
  if (!all_items(part("port"), [](auto port) { return port.empty() || is_number(port, 1, 65535); }))
    return wrong("Its port is not a number from 1 to 65535.");
  const std::size_t hosts = items(part(part("hostaddr").empty() ? "host" : "hostaddr"));
  if (!part("host").empty() && items(part("host")) != hosts)
    return wrong("It has another number of hosts than of hostaddr.");
  if (const auto ports = items(part("port")); ports != 1 && ports != hosts)
    return wrong("It has another number of ports than of hosts.");
  if (part("dbname").find_first_of("@:/?#&=%\\\"'") != std::string_view::npos || has_control(part("dbname")))
    return wrong("The name of its database has a character of @ : / ? # & = % \\ \" ' in it.");
  return check_options(parts);
}

}  // namespace pollux
