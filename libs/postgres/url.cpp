#include "postgres/url.hpp"

#include <map>
#include <memory>

#include <libpq-fe.h>

namespace pollux {
namespace {

struct Free {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

// Empty where the text can't be read. What it does not say comes from the environment, as in libpq.
std::map<std::string, std::string> parts_of(const std::string& url) {
  std::map<std::string, std::string> parts;
  const std::unique_ptr<PQconninfoOption, Free> defaults(PQconndefaults());
  char* reason = nullptr;
  const std::unique_ptr<PQconninfoOption, Free> parsed(PQconninfoParse(url.c_str(), &reason));
  PQfreemem(reason);
  if (!parsed) return parts;
  for (const PQconninfoOption* list : {static_cast<const PQconninfoOption*>(defaults.get()),
                                       static_cast<const PQconninfoOption*>(parsed.get())}) {
    for (; list != nullptr && list->keyword != nullptr; ++list) {
      if (list->val != nullptr && *list->val != '\0') parts[list->keyword] = list->val;
    }
  }
  return parts;
}

}  // namespace

std::string url_without_password(const std::string& url) {
  auto parts = parts_of(url);
  if (parts.empty()) return "(not a database URL)";
  const std::string user = parts["user"];
  std::string host = parts["host"];
  if (host.empty()) host = parts["hostaddr"];
  if (host.empty()) host = "localhost";
  const std::string database = parts["dbname"].empty() ? user : parts["dbname"];
  return "postgresql://" + (user.empty() ? "" : user + "@") + host +
         (parts["port"].empty() || host.front() == '/' ? "" : ":" + parts["port"]) + "/" + database;
}

Result<void> check_postgres_url(const std::string& url) {
  if (!parts_of(url).empty()) return {};
  return invalid(
      "The URL of the database can't be read. Write it as postgresql://user:password@host:5432/database, "
      "with "
      "the special characters of user and password as %XX.");
}

}  // namespace pollux
