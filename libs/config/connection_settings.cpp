#include "config/connection_settings.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/bounded_text.hpp"

namespace pollux::config {
namespace {

constexpr std::size_t max_password_bytes = 4096;
constexpr std::size_t max_path_bytes = 4096;
constexpr std::size_t max_name_bytes = 253;
constexpr std::string_view default_database_url = "postgresql://127.0.0.1/pollux";

// A URL that may contain a password. `parse` returns a Result; `take` receives its value.
template <class Parse, class Take>
setting::Value url_value(std::string allowed, std::string default_text, Parse parse, Take take) {
  setting::Value value;
  value.placeholder = "URL";
  value.allowed = std::move(allowed);
  value.default_text = std::move(default_text);
  value.secret = true;
  value.well_known = true;
  value.assign = [parse, take = std::move(take)](std::string_view text) {
    auto url = parse(text);
    if (!url) return false;
    take(*std::move(url));
    return true;
  };
  value.explain = [parse](std::string_view text) {
    const auto url = parse(text);
    return url ? std::string() : url.error().message;
  };
  return value;
}

// A password outside the URL.
setting::Value password_value(std::function<void(std::string)> take) {
  setting::Value value;
  value.placeholder = "PASSWORD";
  value.allowed = "at most 4096 bytes without a zero byte";
  value.secret = true;
  value.well_known = true;
  value.assign = [take = std::move(take)](std::string_view text) {
    if (text.size() > max_password_bytes || text.find('\0') != std::string_view::npos) return false;
    take(std::string(text));
    return true;
  };
  return value;
}

// Settings are read in any order: their values are kept here and applied to the URL each time.
struct RedisValues {
  explicit RedisValues(redis::Url* target) : url(target), address(*target) {}

  void apply() const {
    *url = address;
    if (!password.empty()) url->password = password;
    url->tls_options = tls;
  }

  redis::Url* url;
  redis::Url address;
  std::string password;
  redis::TlsOptions tls;
};

struct DatabaseValues {
  explicit DatabaseValues(postgres::Url* target) : url(target) {}

  void apply() const {
    if (password) url->set_password(*password);
  }

  postgres::Url* url;
  std::optional<std::string> password;
};

setting::Value tls_value(const std::shared_ptr<RedisValues>& given, std::string redis::TlsOptions::*member,
                         const std::string& placeholder, std::size_t max_bytes) {
  setting::Value value;
  value.placeholder = placeholder;
  value.allowed = "plain text of at most " + std::to_string(max_bytes) + " bytes";
  value.assign = [given, member, max_bytes](std::string_view text) {
    if (text.size() > max_bytes || !is_plain_text(text)) return false;
    given->tls.*member = std::string(text);
    given->apply();
    return true;
  };
  return value;
}

}  // namespace

void declare_redis(Settings& settings, redis::Url& url) {
  const auto given = std::make_shared<RedisValues>(&url);
  settings.group("Redis");
  settings.add("redis-url",
               url_value(
                   "a URL such as rediss://user:password@host:6379/0, redis://… without TLS, or unix:///path",
                   url.text(), [](std::string_view text) { return redis::Url::parse(text, true); },
                   [given](redis::Url address) {
                     given->address = std::move(address);
                     given->apply();
                   }),
               "URL of the Redis server with the queue; rediss:// for TLS. Percent-encode special characters "
               "of a password (@ as %40).");
  settings.add("redis-password", password_value([given](std::string password) {
                 given->password = std::move(password);
                 given->apply();
               }),
               "Password of the Redis user, not encoded. Overrides the password of the URL.");
  settings.add("redis-ca-file", tls_value(given, &redis::TlsOptions::ca_file, "PATH", max_path_bytes),
               "File with the CA certificates (PEM) to verify the certificate of Redis. By default those of "
               "the system.");
  settings.add("redis-certificate-file",
               tls_value(given, &redis::TlsOptions::certificate_file, "PATH", max_path_bytes),
               "File with the client certificate (PEM, with its chain), if Redis requires one.");
  settings.add("redis-key-file", tls_value(given, &redis::TlsOptions::key_file, "PATH", max_path_bytes),
               "File with the private key (PEM, without a passphrase) of the client certificate.");
  settings.add("redis-server-name", tls_value(given, &redis::TlsOptions::server_name, "NAME", max_name_bytes),
               "Name to verify in the certificate of Redis, if it is not the host of the URL, such as behind "
               "a tunnel.");
}

postgres::Url default_database() {
  return postgres::Url::parse(default_database_url).value();
}

void declare_database(Settings& settings, postgres::Url& url) {
  const auto given = std::make_shared<DatabaseValues>(&url);
  settings.group("Database");
  settings.add(
      "database-url",
      url_value(
          "a URL such as postgresql://user:password@host:5432/name?sslmode=verify-full, as libpq reads it",
          std::string(default_database_url), postgres::Url::parse,
          [given](postgres::Url parsed) {
            *given->url = std::move(parsed);
            given->apply();
          }),
      "URL of the PostgreSQL database with the votes. Percent-encode special characters of user and password "
      "(@ as %40). Several comma-separated servers may be given: the one that accepts writes is used.");
  settings.add("database-password", password_value([given](std::string password) {
                 given->password = std::move(password);
                 given->apply();
               }),
               "Password of the database user, not encoded. Overrides the password of the URL.");
}

}  // namespace pollux::config
