#include "accounts/account_management.hpp"

#include <utility>

#include "accounts/password_rules.hpp"
#include "poll/poll_text.hpp"

namespace pollux::accounts {
namespace {

AccountError not_allowed(std::string message) {
  return {AccountErrorCode::not_allowed, std::move(message), {}};
}
AccountResult<void> check_manages_accounts(const Principal& by) {
  if (access_to_accounts(by) == Access::allowed) return {};
  return not_allowed("Only owners who are signed in manage accounts.");
}

AccountResult<void> check_signed_in(const Principal& by) {
  if (!by.key) return {};
  return not_allowed("An API key can't do this. Sign in.");
}

AccountResult<void> check_recent(const Principal& by, AccountTime now) {
  if (signed_in_recently(by, now)) return {};
  return AccountError{AccountErrorCode::sign_in_again, "Enter your password again to do this.", {}};
}

AccountResult<void> check_credentials_of(const Principal& by, const AccountId& account) {
  if (auto checked = check_signed_in(by); !checked) return checked;
  if (by.account == account || access_to_accounts(by) == Access::allowed) return {};
  return not_allowed("Only owners manage the sessions and API keys of others.");
}

}  // namespace

AccountResult<std::string> AccountManagement::hash_of_new(std::string_view password,
                                                          const std::string& name) {
  if (auto checked = check_new_password(password, name); !checked) return checked.error();
  return hasher_.hash(password);
}

// The account, for a change by an owner who entered their password recently.
AccountResult<Account> AccountManagement::changeable(const Principal& by, const AccountId& id,
                                                     AccountTime now) {
  if (auto checked = check_manages_accounts(by); !checked) return checked.error();
  if (auto checked = check_recent(by, now); !checked) return checked.error();
  return accounts_.find(id);
}

AccountResult<std::vector<Account>> AccountManagement::list(const Principal& by) {
  if (auto checked = check_manages_accounts(by); !checked) return checked.error();
  return accounts_.list();
}

AccountResult<Account> AccountManagement::create(const Principal& by, const NewAccount& wanted,
                                                 AccountTime now) {
  if (auto checked = check_manages_accounts(by); !checked) return checked.error();
  if (auto checked = check_name(wanted.name); !checked) return checked.error();
  auto hash = hash_of_new(wanted.password, wanted.name);
  if (!hash) return hash.error();
  Account account{.id = AccountId::parse(make_id(now)).value(),
                  .name = wanted.name,
                  .role = wanted.role,
                  .password = *std::move(hash),
                  .created_at = now,
                  .changed_at = now};
  const std::string detail = wanted.name + " (" + std::string(name_of(wanted.role)) + ")";
  const auto created = accounts_.create(account, event_of(by, action::account_created, detail, now));
  if (!created) return created.error();
  return account;
}

AccountResult<Account> AccountManagement::change_role(const Principal& by, const AccountId& id,
                                                      std::uint64_t revision, Role role, AccountTime now) {
  auto account = changeable(by, id, now);
  if (!account || account->role == role) return account;
  const std::string detail = account->name + ": " + std::string(name_of(role));
  return accounts_.change(id, revision, {.role = role},
                          event_of(by, action::account_role_changed, detail, now));
}

AccountResult<Account> AccountManagement::reset_password(const Principal& by, const AccountId& id,
                                                         std::uint64_t revision, std::string_view password,
                                                         AccountTime now) {
  const auto account = changeable(by, id, now);
  if (!account) return account.error();
  if (id == by.account) return not_allowed("Change your own password with the current one.");
  auto hash = hash_of_new(password, account->name);
  if (!hash) return hash.error();
  return accounts_.change(id, revision, {.password = *std::move(hash)},
                          event_of(by, action::account_password_changed, account->name, now));
}

AccountResult<void> AccountManagement::remove(const Principal& by, const AccountId& id,
                                              std::uint64_t revision, AccountTime now) {
  const auto account = changeable(by, id, now);
  if (!account) return account.error();
  return accounts_.remove(id, revision, event_of(by, action::account_removed, account->name, now));
}

AccountResult<void> AccountManagement::change_password(const Principal& by, const PasswordChange& change,
                                                       AccountTime now) {
  if (auto checked = check_signed_in(by); !checked) return checked;
  const auto account = sign_in_.verify(by.account, change.current, change.network, now);
  if (!account) return account.error();
  auto hash = hash_of_new(change.wanted, account->name);
  if (!hash) return hash.error();
  AccountChange stored{.password = *std::move(hash)};
  if (is_token(change.session)) stored.keep_session = SecretHash::of(change.session);
  const auto changed = accounts_.change(by.account, account->revision, stored,
                                        event_of(by, action::account_password_changed, account->name, now));
  if (!changed) return changed.error();
  return {};
}

AccountResult<std::vector<Session>> AccountManagement::list_sessions(const Principal& by,
                                                                     const AccountId& account) {
  if (auto checked = check_credentials_of(by, account); !checked) return checked.error();
  return credentials_.list_sessions(account);
}

AccountResult<void> AccountManagement::end_session(const Principal& by, const SecretHash& session,
                                                   AccountTime now) {
  const auto found = credentials_.find_session(session);
  if (!found) return found.error();
  if (auto checked = check_credentials_of(by, found->account.id); !checked) return checked;
  return credentials_.end_session(session, event_of(by, action::session_ended, found->account.name, now));
}

AccountResult<AccountManagement::CreatedKey> AccountManagement::create_key(const Principal& by,
                                                                           const NewKey& wanted,
                                                                           AccountTime now) {
  if (auto checked = check_signed_in(by); !checked) return checked.error();
  if (auto checked = check_recent(by, now); !checked) return checked.error();
  if (auto checked = poll::check_poll_text("The label", wanted.label, ApiKey::max_label_bytes); !checked)
    return account_error(checked.error());
  if (wanted.scopes.empty()) return account_error(invalid("Select what the API key may do."));
  const auto lifetime = wanted.lifetime;
  if (lifetime && (lifetime->count() < 1 || *lifetime > ApiKey::max_lifetime)) {
    return account_error(invalid("An API key is valid for 1 to " +
                                 std::to_string(ApiKey::max_lifetime.count()) +
                                 " days, or until it is revoked."));
  }
  std::string secret = make_api_key();
  ApiKey key{.id = KeyId::parse(make_id(now)).value(),
             .account = by.account,
             .label = wanted.label,
             .hint = hint_of(secret),
             .scopes = wanted.scopes,
             .created_at = now};
  if (lifetime) key.expires_at = now + *lifetime;
  const std::string detail = key.label + " (" + key.scopes.text() + ")";
  const auto created =
      credentials_.create_key(key, SecretHash::of(secret), event_of(by, action::key_created, detail, now));
  if (!created) return created.error();
  return CreatedKey{std::move(key), std::move(secret)};
}

AccountResult<std::vector<ApiKey>> AccountManagement::list_keys(const Principal& by,
                                                                const AccountId& account) {
  if (auto checked = check_credentials_of(by, account); !checked) return checked.error();
  return credentials_.list_keys(account);
}

AccountResult<void> AccountManagement::revoke_key(const Principal& by, const AccountId& account,
                                                  const KeyId& id, AccountTime now) {
  if (auto checked = check_credentials_of(by, account); !checked) return checked;
  return credentials_.revoke_key(account, id, event_of(by, action::key_revoked, id.text(), now));
}

}  // namespace pollux::accounts
