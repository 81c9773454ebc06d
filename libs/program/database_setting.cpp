#include "program/database_setting.hpp"

#include <memory>
#include <optional>

namespace pollux {
namespace {

constexpr std::string_view default_url = "postgresql://127.0.0.1/pollux";
constexpr std::size_t longest_password = 4096;

// The two settings come in any order; the password of its own wins.
struct Given {
  PostgresUrl* url;
  std::optional<std::string> password;
};

setting::Value url_value(std::shared_ptr<Given> given) {
  setting::Value value;
  value.placeholder = "URL";
  value.allowed =
      "a URL such as postgresql://user:password@host:5432/name?sslmode=verify-full, as libpq reads it";
  value.default_text = default_url;
  value.secret = true;
  value.well_known = true;
  value.assign = [given = std::move(given)](std::string_view text) {
    auto parsed = PostgresUrl::parse(text);
    if (!parsed) return false;
    *given->url = std::move(*parsed);
    if (given->password) given->url->set_password(*given->password);
    return true;
  };
  value.explain = [](std::string_view text) {
    const auto parsed = PostgresUrl::parse(text);
    return parsed ? "" : parsed.error().message;
  };
  return value;
}

setting::Value password_value(std::shared_ptr<Given> given) {
  setting::Value value;
  value.placeholder = "PASSWORD";
  value.allowed = "at most 4096 bytes without a zero byte";
  value.secret = true;
  value.well_known = true;
  value.assign = [given = std::move(given)](std::string_view text) {
    if (text.size() > longest_password || text.find('\0') != std::string_view::npos) return false;
    given->password = std::string(text);
    given->url->set_password(*given->password);
    return true;
  };
  return value;
}

}  // namespace

PostgresUrl default_database() {
  return PostgresUrl::parse(default_url).value();
}

void declare_database(Settings& settings, PostgresUrl& url) {
  const auto given = std::make_shared<Given>(&url, std::nullopt);
  settings.group("Database");
  settings.add(
      "database-url", url_value(given),
      "The PostgreSQL database that holds the votes. What is special in a user or a password is escaped "
      "(@ as %40). Several servers are named with commas between them: the one that takes writes is used.");
  settings.add(
      "database-password", password_value(given),
      "The password of the database's user, written as it is; it is used instead of one in the URL.");
}

}  // namespace pollux
