#include "program/redis_setting.hpp"

#include <cstddef>
#include <memory>
#include <string>

#include "base/bounded_text.hpp"

namespace pollux {
namespace {

constexpr std::size_t longest_password = 4096;
constexpr std::size_t longest_path = 4096;
constexpr std::size_t longest_name = 253;

// The settings may be read in any order: what they said is kept here, and all of it goes into the URL again.
struct Given {
  explicit Given(redis::Url* target) : url(target), address(*target) {}

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

using SharedGiven = std::shared_ptr<Given>;

Result<redis::Url> parse(std::string_view text) {
  return redis::Url::parse(text, true);
}

setting::Value url_value(const SharedGiven& given) {
  setting::Value value;
  value.placeholder = "URL";
  value.allowed = "a URL such as rediss://user:password@host:6379/0, redis://… without TLS, or unix:///path";
  value.default_text = given->url->text();
  value.secret = true;
  value.well_known = true;
  value.assign = [given](std::string_view text) {
    auto url = parse(text);
    if (!url) return false;
    given->address = std::move(*url);
    given->apply();
    return true;
  };
  value.explain = [](std::string_view text) {
    const auto parsed = parse(text);
    return parsed ? "" : parsed.error().message;
  };
  return value;
}

setting::Value password_value(const SharedGiven& given) {
  setting::Value value;
  value.placeholder = "PASSWORD";
  value.allowed = "at most 4096 bytes without a zero byte";
  value.secret = true;
  value.well_known = true;
  value.assign = [given](std::string_view text) {
    if (text.size() > longest_password || text.find('\0') != std::string_view::npos) return false;
    given->password = std::string(text);
    given->apply();
    return true;
  };
  return value;
}

setting::Value tls_value(const SharedGiven& given, std::string redis::TlsOptions::*member,
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
  const auto given = std::make_shared<Given>(&url);
  settings.group("Redis");
  settings.add(
      "redis-url", url_value(given),
      "The Redis that holds the queue; rediss:// for TLS. What is special in a password is escaped (@ as "
      "%40).");
  settings.add("redis-password", password_value(given),
               "The password of Redis's user, written as it is; it is used instead of one in the URL.");
  settings.add(
      "redis-ca-file", tls_value(given, &redis::TlsOptions::ca_file, "PATH", longest_path),
      "The certificates (PEM) of the authorities that may have signed the certificate of Redis. Where it "
      "is not given: those that the system trusts.");
  settings.add("redis-certificate-file",
               tls_value(given, &redis::TlsOptions::certificate_file, "PATH", longest_path),
               "Our own certificate (PEM, with its chain), for a Redis that asks for one.");
  settings.add("redis-key-file", tls_value(given, &redis::TlsOptions::key_file, "PATH", longest_path),
               "The private key (PEM, without a passphrase) of our own certificate.");
  settings.add(
      "redis-server-name", tls_value(given, &redis::TlsOptions::server_name, "NAME", longest_name),
      "The name that the certificate of Redis must have, where that is not the host in the URL, as behind "
      "a tunnel.");
}

}  // namespace pollux
