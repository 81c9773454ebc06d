#include "program/database_setting.hpp"

#include "postgres/url.hpp"

namespace pollux {
namespace {

Result<std::string> checked(std::string_view text) {
  std::string url(text);
  if (const auto sound = check_postgres_url(url); !sound) return sound.error();
  return url;
}

}  // namespace

void declare_database(Settings& settings, std::string& url) {
  setting::Value value = setting::parsed<std::string>(
      &url, checked, "URL",
      "a URL such as postgresql://user:password@host:5432/name?sslmode=verify-full, as libpq reads it", url);
  value.secret = true;
  settings.group("Database");
  settings.add(
      "database-url", std::move(value),
      "The PostgreSQL database that holds the votes. What is special in a password is escaped (@ as %40).");
}

}  // namespace pollux
