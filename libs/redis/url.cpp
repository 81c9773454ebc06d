#include "redis/url.hpp"

#include <charconv>
#include <optional>
#include <utility>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "base/bounded_text.hpp"

namespace pollux::redis {
namespace {

constexpr std::string_view form = "redis://[[user]:password@]host[:port][/database]";
constexpr std::size_t max_socket_path_bytes = 107;  // what sockaddr_un holds

Error rejected(std::string_view what) {
  return invalid("The Redis URL " + std::string(what) + " Its form is " + std::string(form) + ".");
}

std::optional<std::uint32_t> parse_number(std::string_view digits, std::uint32_t max) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || number > max) return std::nullopt;
  return number;
}

constexpr std::uint32_t max_database = 1'000'000;

void read_login(const boost::urls::url_view& source, Url& url) {
  if (!source.has_userinfo()) return;
  url.user = source.user();
  url.password = source.password();
}

Result<Url> read_tcp(const boost::urls::url_view& source) {
  Url url;
  read_login(source, url);
  url.host = source.host_address();
  if (url.host.empty()) return rejected("names no host. In a password write %40 for @.");
  if (!is_plain_text(url.host)) return rejected("has a host that is not plain text.");
  if (source.has_port()) {
    const auto port = parse_number(source.port(), 65535);
    if (!port || *port == 0) return rejected("has a port that is not a number from 1 to 65535.");
    url.port = static_cast<std::uint16_t>(*port);
  }
  const std::string path = source.path();
  if (path.size() > 1) {
    const auto database = parse_number(std::string_view(path).substr(1), max_database);
    if (!database) return rejected("has a database that is not a number.");
    url.database = *database;
  }
  if (source.has_query()) return rejected("has a part after a question mark, which means nothing here.");
  return url;
}

Result<Url> read_unix(const boost::urls::url_view& source) {
  Url url;
  read_login(source, url);
  if (!source.host_address().empty() || source.has_port()) {
    return invalid("The Redis URL of a unix socket names a host. Its form is unix:///path (three slashes).");
  }
  url.socket_path = source.path();
  if (url.socket_path.size() < 2 || url.socket_path.size() > max_socket_path_bytes ||
      !is_plain_text(url.socket_path)) {
    return invalid("The Redis URL of a unix socket needs a path of at most " +
                   std::to_string(max_socket_path_bytes) + " bytes of plain text, as in unix:///path.");
  }
  if (!source.has_query()) return url;
  const std::string query = source.query();
  const auto database =
      query.starts_with("db=") ? parse_number(std::string_view(query).substr(3), max_database) : std::nullopt;
  if (!database) return invalid("After the path of a unix socket only ?db=<number> may follow.");
  url.database = *database;
  return url;
}

Result<Url> parse_parts(std::string_view text) {
  if (text.empty()) return rejected("is empty.");
  if (text.size() > Url::max_bytes)
    return rejected("has more than " + std::to_string(Url::max_bytes) + " bytes.");
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed) {
    return rejected(
        "is not a well-formed URL. In a password write %40 for @, %3A for :, %2F for /, %23 for # and %25 "
        "for %.");
  }
  const auto& source = *parsed;
  if (source.has_fragment()) return rejected("has a part after #; within a password write %23.");
  const std::string_view scheme(source.scheme().data(), source.scheme().size());
  if (scheme == "redis") return read_tcp(source);
  if (scheme == "unix") return read_unix(source);
  if (scheme == "rediss") {
    auto url = read_tcp(source);
    if (url) url->tls = true;
    return url;
  }
  return rejected("begins with none of redis://, rediss:// (TLS) and unix://.");
}

}  // namespace

Result<Url> Url::parse(std::string_view text, bool password_follows) {
  auto url = parse_parts(text);
  if (!url || password_follows) return url;
  if (auto checked = url->check(); !checked) return checked.error();
  return url;
}

Result<void> Url::check() const {
  if (!user.empty() && password.empty()) {
    return rejected("names a user and no password; a password alone is written with a colon before it.");
  }
  if (!tls && tls_options != TlsOptions{}) {
    return invalid(
        "Settings for TLS to Redis are given (--redis-ca-file, --redis-certificate-file, --redis-key-file or "
        "--redis-server-name), but the Redis URL does not ask for TLS: it begins with rediss:// then.");
  }
  if (tls_options.certificate_file.empty() != tls_options.key_file.empty()) {
    return invalid(
        "For TLS to Redis a client certificate and its key are needed together: set both "
        "--redis-certificate-file and --redis-key-file, or neither.");
  }
  return {};
}

std::string Url::text() const {
  std::string text = !socket_path.empty() ? "unix://" : tls ? "rediss://" : "redis://";
  if (!user.empty()) text += user + "@";
  if (!socket_path.empty()) {
    text += socket_path;
    if (database != 0) text += "?db=" + std::to_string(database);
    return text;
  }
  text += host.find(':') == std::string::npos ? host : "[" + host + "]";
  text += ":" + std::to_string(port);
  if (database != 0) text += "/" + std::to_string(database);
  return text;
}

}  // namespace pollux::redis
