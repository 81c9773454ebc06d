// The address of a Redis and the login, as a URL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pollux::redis {

// How the server's certificate is verified (it always is), and the client's own. All files in PEM form.
struct TlsOptions {
  std::string ca_file;           // the trusted authorities; empty: the system's
  std::string certificate_file;  // the client's, with its chain; empty: none
  std::string key_file;          // of the client's certificate
  std::string server_name;       // sent (SNI) and expected in the certificate; empty: the host of the URL

  friend bool operator==(const TlsOptions&, const TlsOptions&) = default;
};

struct Url {
  static constexpr std::size_t max_bytes = 2048;

  std::string host;  // a name or an address, without brackets; empty for a unix socket
  std::uint16_t port = 6379;
  std::string socket_path;  // of a unix socket; empty otherwise
  std::string user;         // empty: Redis's user `default`
  std::string password;     // empty: no login
  std::uint32_t database = 0;
  bool tls = false;
  TlsOptions tls_options{};

  // redis://[[user]:password@]host[:port][/database], rediss:// for TLS, and
  // unix://[[user]:password@]/path[?db=database], with percent escapes (RFC 3986). An error is `invalid` and
  // shows nothing of the text, because any part may be a password. A user without a password is rejected: it
  // may be a password without its colon. `password_follows` leaves that to check().
  static Result<Url> parse(std::string_view text, bool password_follows = false);

  // `invalid` if parts from different sources do not fit: a user without a password, TLS options without TLS,
  // a certificate without its key. Shows no part of the URL.
  Result<void> check() const;

  // For logs and messages: without the password.
  std::string text() const;

  friend bool operator==(const Url&, const Url&) = default;
};

}  // namespace pollux::redis
