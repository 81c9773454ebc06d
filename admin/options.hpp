// The settings of the admin pages and the HTTP API.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "config/secret.hpp"
#include "config/settings.hpp"
#include "http/origin.hpp"
#include "http/server.hpp"

namespace pollux::admin {

struct AdminOptions {
  http::Endpoint listen{"127.0.0.1", 8082};
  std::optional<http::PublicUrl> public_url;
  std::string first_account = "admin";  // the name of the account that is made with the password
  config::Secret password;
  std::size_t requests_per_second = 50;
};

// Declares them in the group "Admin pages and API". `listen_name` is the name of the setting for the
// listener.
void declare(config::Settings& settings, AdminOptions& options, const std::string& listen_name);

}  // namespace pollux::admin
