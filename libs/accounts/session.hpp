// Sessions of people who signed in: how long they last, and the cookie that holds their token. No input or
// output; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "accounts/access.hpp"
#include "accounts/account.hpp"
#include "accounts/token.hpp"

namespace pollux::accounts {

struct Session {
  SecretHash token;
  AccountId account;
  AccountTime created_at{};
  AccountTime seen_at{};           // of the last request, to the minute
  AccountTime authenticated_at{};  // when the password was entered last

  friend bool operator==(const Session&, const Session&) = default;
};

struct SessionLifetime {
  std::chrono::seconds idle = std::chrono::hours(12);       // without a request
  std::chrono::seconds absolute = std::chrono::hours(168);  // then the password must be entered again
  std::chrono::seconds seen_step =
      std::chrono::minutes(1);  // of Session::seen_at, so that few requests write

  bool is_over(const Session& session, AccountTime now) const {
    return now - session.seen_at >= idle || now - session.created_at >= absolute;
  }
  bool must_be_seen(const Session& session, AccountTime now) const {
    return now - session.seen_at >= seen_step;
  }
};

// The cookie with the token, for http::Cookie. Over TLS its name has the prefix with which browsers accept it
// only from this very host, over TLS (RFC 6265bis, section 4.1.3.2): no other site of the domain can set it,
// and so none can make someone use a session of theirs. The other name must not be read over TLS, for that
// reason. SameSite=Strict: no request that another site causes has it. It is for the whole host and HttpOnly.
struct SessionCookie {
  std::string_view name;
  bool secure = false;
  std::string_view same_site = "Strict";
  std::string_view path = "/";
  std::chrono::seconds max_age{};
};

constexpr SessionCookie session_cookie(bool over_tls, const SessionLifetime& lifetime) {
  return {.name = over_tls ? "__Host-pollux_session" : "pollux_session",
          .secure = over_tls,
          .max_age = lifetime.absolute};
}

inline Principal principal_of(const Account& account, const Session& session) {
  return {.account = account.id,
          .name = account.name,
          .role = account.role,
          .scopes = Scopes::all(),
          .authenticated_at = session.authenticated_at};
}

}  // namespace pollux::accounts
