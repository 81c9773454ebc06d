#include "admin/options.hpp"

#include <utility>

#include "accounts/account.hpp"
#include "accounts/password_rules.hpp"
#include "config/public_addresses.hpp"

namespace pollux::admin {

void declare(config::Settings& settings, AdminOptions& options, const std::string& listen_name) {
  constexpr std::size_t most_per_second = 10'000;
  settings.group("Admin pages and API");
  settings.add(
      listen_name, config::setting::endpoint(&options.listen),
      "Address of the admin pages and of the HTTP API, with which people make polls. Let others than "
      "this machine reach it over TLS only, behind a proxy.");
  settings.add("public-admin-url", config::public_url(&options.public_url),
               "URL of the admin pages as browsers see it, if that differs from the Host header, such as "
               "behind a proxy. May have a path. https makes the session's cookie Secure.");
  settings.add("admin-name",
               config::setting::string(&options.first_account, accounts::Account::max_name_bytes),
               "Name of the account that admin-password makes.");
  config::setting::Value password = config::setting::secret(&options.password, accounts::max_password_bytes);
  password.well_known = true;
  settings.add("admin-password", std::move(password),
               "Makes the first account, an owner, at the start. Without effect once there is an account; "
               "without it, the log shows an address at which the first account is made.");
  settings.add("admin-requests", config::setting::integer(&options.requests_per_second, 1, most_per_second),
               "Requests to the API per second from one network; five times as many may come at once.");
}

}  // namespace pollux::admin
