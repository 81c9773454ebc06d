// Signing in and out, and recognizing who sends a request.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "accounts/access.hpp"
#include "accounts/account_store.hpp"
#include "accounts/password_hasher.hpp"
#include "accounts/session.hpp"
#include "accounts/sign_in_throttle.hpp"

namespace pollux::accounts {

// The calls that check a password block for its hash, the others for a statement of the database: not for io
// threads. One thread at a time, as its stores; `hasher` and `throttle` are those of all threads of a
// program.
class SignIn {
 public:
  static constexpr std::size_t max_network_bytes = 64;

  // What a person entered, and from where: see SignInThrottle for `network`.
  struct Attempt {
    std::string_view name;
    std::string_view password;
    std::string_view network;
  };

  struct SignedIn {
    std::string token;  // for the cookie
    Principal principal;
  };

  // Called if a session or key could not be marked as seen or used, with the reason. The request goes on.
  using OnUnmarked = std::function<void(const AccountError&)>;

  SignIn(AccountStore& accounts, CredentialStore& credentials, PasswordHasher& hasher,
         SignInThrottle& throttle, const SessionLifetime& lifetime = {}, OnUnmarked on_unmarked = {})
      : accounts_(accounts),
        credentials_(credentials),
        hasher_(hasher),
        throttle_(throttle),
        lifetime_(lifetime),
        on_unmarked_(std::move(on_unmarked)) {}

  // Begins a session with a new token, and ends the one of `previous_token`, the browser's until now, if it
  // is one: so no one can make a browser use a session that they know. `unauthenticated` with the same
  // message and after the same time if the name or the password is wrong; `too_many` during a wait.
  AccountResult<SignedIn> sign_in(const Attempt& attempt, std::string_view previous_token, AccountTime now);

  // The same for an account that is signed in, before what access() answers with sign_in_again. The session
  // gets another token, and its absolute lifetime begins again. `unauthenticated` without a valid session.
  AccountResult<SignedIn> sign_in_again(std::string_view token, std::string_view password,
                                        std::string_view network, AccountTime now);

  // Checks the password of an account for a change of it; `unauthenticated` or `too_many` as above.
  AccountResult<Account> verify(const AccountId& id, std::string_view password, std::string_view network,
                                AccountTime now);

  // Who has the session of the token; `unauthenticated` if there is none or it is over. Marks it as seen,
  // once a minute; see OnUnmarked.
  AccountResult<Principal> authenticate(std::string_view token, AccountTime now);

  // Who has the API key: the value of an Authorization field. `unauthenticated` for anything but a valid key.
  AccountResult<Principal> authenticate_key(std::string_view authorization, AccountTime now);

  // Ends the session. A session that has ended or never was is no error.
  AccountResult<void> sign_out(std::string_view token, AccountTime now);

 private:
  AccountResult<Account> checked(const AccountResult<Account>& found, const std::string& key,
                                 const Attempt& attempt, AccountTime now);
  AccountResult<SignedIn> begin(const Account& account, const std::optional<SecretHash>& replaced,
                                AccountTime now);
  AccountResult<SessionAndAccount> valid_session(std::string_view token, AccountTime now);
  void replace_outdated_hash(const Account& account, std::string_view password);
  void report_unmarked(const AccountResult<void>& marked) const;

  AccountStore& accounts_;
  CredentialStore& credentials_;
  PasswordHasher& hasher_;
  SignInThrottle& throttle_;
  const SessionLifetime lifetime_;
  const OnUnmarked on_unmarked_;
};

}  // namespace pollux::accounts
