#include "accounts/sign_in.hpp"

#include <utility>

namespace pollux::accounts {
namespace {

AccountError wrong_password() {
  return {AccountErrorCode::unauthenticated, "The name or the password is wrong.", {}};
}
AccountError no_session() {
  return {AccountErrorCode::unauthenticated,
          "You are not signed in, or your session has ended. Sign in again.",
          {}};
}
AccountError no_key() {
  return {
      AccountErrorCode::unauthenticated,
      "The API key is missing, unknown, revoked or expired. Send it as \"Authorization: Bearer plx_...\".",
      {}};
}

AccountError too_many(std::chrono::seconds wait) {
  return {
      AccountErrorCode::too_many,
      "There were too many attempts to sign in. Try again in " + std::to_string(wait.count()) + " seconds.",
      wait};
}

bool is_not_found(const AccountError& error) {
  return error.code == AccountErrorCode::not_found;
}

}  // namespace

AccountResult<SignIn::SignedIn> SignIn::sign_in(const Attempt& attempt, std::string_view previous_token,
                                                AccountTime now) {
  // A name that no account can have is not folded or searched, but takes as long as any other.
  const bool is_name = attempt.name.size() <= Account::max_name_bytes;
  const std::string key = is_name ? name_key(attempt.name) : std::string();
  const AccountResult<Account> found =
      key.empty() ? AccountError{AccountErrorCode::not_found, "", {}} : accounts_.find_name(key);
  const auto account = checked(found, key, attempt, now);
  if (!account) return account.error();
  std::optional<SecretHash> replaced;
  if (is_token(previous_token)) replaced = SecretHash::of(previous_token);
  return begin(*account, replaced, now);
}

AccountResult<SignIn::SignedIn> SignIn::sign_in_again(std::string_view token, std::string_view password,
                                                      std::string_view network, AccountTime now) {
  const auto current = valid_session(token, now);
  if (!current) return current.error();
  const auto account = verify(current->account.id, password, network, now);
  if (!account) return account.error();
  return begin(*account, current->session.token, now);
}

AccountResult<Account> SignIn::verify(const AccountId& id, std::string_view password,
                                      std::string_view network, AccountTime now) {
  const auto found = accounts_.find(id);
  if (!found && !is_not_found(found.error())) return found.error();
  const std::string key = found ? name_key(found->name) : std::string();
  return checked(found, key, {.name = {}, .password = password, .network = network}, now);
}

// The account if the password is right. An attempt is counted before it is checked, see SignInThrottle.
AccountResult<Account> SignIn::checked(const AccountResult<Account>& found, const std::string& key,
                                       const Attempt& attempt, AccountTime now) {
  if (!found && !is_not_found(found.error())) return found.error();
  const std::string_view network = attempt.network.substr(0, max_network_bytes);
  if (const auto wait = throttle_.begin(key, network, now); wait > wait.zero()) return too_many(wait);
  const auto right = [&]() -> AccountResult<bool> {
    if (found) return hasher_.verify(attempt.password, found->password);
    if (const auto done = hasher_.verify_no_account(attempt.password); !done) return done.error();
    return false;
  }();
  if (!right) {
    throttle_.withdraw(key, network);
    return right.error();
  }
  if (!*right) return wrong_password();
  throttle_.succeed(key, network, now);
  replace_outdated_hash(*found, attempt.password);
  return found;
}

AccountResult<SignIn::SignedIn> SignIn::begin(const Account& account,
                                              const std::optional<SecretHash>& replaced, AccountTime now) {
  SignedIn signed_in{.token = make_token(), .principal = {.account = account.id}};
  const Session session{.token = SecretHash::of(signed_in.token),
                        .account = account.id,
                        .created_at = now,
                        .seen_at = now,
                        .authenticated_at = now};
  signed_in.principal = principal_of(account, session);
  const auto started = credentials_.start_session(session, account.revision, replaced,
                                                  event_of(signed_in.principal, action::signed_in, "", now));
  // The password was changed in between.
  if (!started && started.error().code == AccountErrorCode::conflict) return wrong_password();
  if (!started) return started.error();
  return signed_in;
}

// A hash that was made with other parameters. If this fails, the next sign-in tries again.
void SignIn::replace_outdated_hash(const Account& account, std::string_view password) {
  if (!PasswordHasher::is_outdated(account.password)) return;
  if (const auto hash = hasher_.hash(password)) (void)accounts_.rehash(account.id, account.revision, *hash);
}

// A session that is not marked may end too early, so someone should hear of it.
void SignIn::report_unmarked(const AccountResult<void>& marked) const {
  if (!marked && on_unmarked_) on_unmarked_(marked.error());
}

AccountResult<SessionAndAccount> SignIn::valid_session(std::string_view token, AccountTime now) {
  if (!is_token(token)) return no_session();
  auto found = credentials_.find_session(SecretHash::of(token));
  if (!found) return is_not_found(found.error()) ? no_session() : found.error();
  if (lifetime_.is_over(found->session, now)) return no_session();
  return found;
}

AccountResult<Principal> SignIn::authenticate(std::string_view token, AccountTime now) {
  const auto found = valid_session(token, now);
  if (!found) return found.error();
  if (lifetime_.must_be_seen(found->session, now)) {
    report_unmarked(credentials_.mark_seen(found->session.token, now));
  }
  return principal_of(found->account, found->session);
}

AccountResult<Principal> SignIn::authenticate_key(std::string_view authorization, AccountTime now) {
  const auto secret = bearer_key(authorization);
  if (!secret) return no_key();
  const auto found = credentials_.find_key(SecretHash::of(*secret));
  if (!found) return is_not_found(found.error()) ? no_key() : found.error();
  if (found->key.is_expired(now)) return no_key();
  if (found->key.must_be_marked_used(now)) report_unmarked(credentials_.mark_used(found->key.id, now));
  return principal_of(found->account, found->key);
}

AccountResult<void> SignIn::sign_out(std::string_view token, AccountTime now) {
  const auto current = valid_session(token, now);
  if (!current) {
    if (current.error().code == AccountErrorCode::unauthenticated) return {};
    return current.error();
  }
  const Principal principal = principal_of(current->account, current->session);
  auto ended =
      credentials_.end_session(current->session.token, event_of(principal, action::signed_out, "", now));
  if (!ended && is_not_found(ended.error())) return {};
  return ended;
}

}  // namespace pollux::accounts
