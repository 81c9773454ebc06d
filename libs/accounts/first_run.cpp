#include "accounts/first_run.hpp"

#include <utility>

#include "accounts/password_rules.hpp"

namespace pollux::accounts {
namespace {

AccountError set_up_already() {
  return {AccountErrorCode::not_allowed, "There is an account already. Sign in with it.", {}};
}

AccountError wrong_token() {
  return {AccountErrorCode::unauthenticated,
          "The setup address is wrong, used or older than 30 minutes. A restart of the program shows another "
          "one in "
          "its log.",
          {}};
}

}  // namespace

AccountResult<std::optional<std::string>> FirstRun::offer(AccountTime now) {
  std::string token = make_token();
  const auto offered = store_.offer_setup(SecretHash::of(token), now + token_lifetime, now);
  if (offered) return std::optional(std::move(token));
  if (offered.error().code == AccountErrorCode::not_allowed) return std::optional<std::string>();
  return offered.error();
}

AccountResult<Account> FirstRun::complete(std::string_view token, const std::string& name,
                                          std::string_view password, AccountTime now) {
  const auto has_accounts = store_.has_accounts();
  if (!has_accounts) return has_accounts.error();
  if (*has_accounts) return set_up_already();
  if (!is_token(token)) return wrong_token();
  const SecretHash hash = SecretHash::of(token);
  // Without a valid token, no password is hashed: anyone can send requests until the setup is done.
  const auto offered = store_.is_setup_offered(hash, now);
  if (!offered) return offered.error();
  if (!*offered) return wrong_token();
  return make_owner(hash, name, password, now);
}

AccountResult<bool> FirstRun::create_owner(const std::string& name, std::string_view password,
                                           AccountTime now) {
  const auto has_accounts = store_.has_accounts();
  if (!has_accounts) return has_accounts.error();
  if (*has_accounts) return false;
  const auto made = make_owner(std::nullopt, name, password, now);
  if (made) return true;
  // Another process was faster.
  if (made.error().code == AccountErrorCode::not_allowed) return false;
  return made.error();
}

AccountResult<Account> FirstRun::make_owner(const std::optional<SecretHash>& token, const std::string& name,
                                            std::string_view password, AccountTime now) {
  if (auto checked = check_name(name); !checked) return checked.error();
  if (auto checked = check_new_password(password, name); !checked) return checked.error();
  auto hash = hasher_.hash(password);
  if (!hash) return hash.error();
  Account owner{.id = AccountId::parse(make_id(now)).value(),
                .name = name,
                .role = Role::owner,
                .password = *std::move(hash),
                .created_at = now,
                .changed_at = now};
  const Principal self{.account = owner.id, .name = name, .role = Role::owner};
  const std::string_view how = token ? "by the setup address" : "by the settings";
  const auto done = store_.set_up(token, owner, event_of(self, action::set_up, how, now), now);
  if (done) return owner;
  switch (done.error().code) {
    case AccountErrorCode::not_allowed:
      return set_up_already();
    case AccountErrorCode::unauthenticated:
      return wrong_token();
    default:
      return done.error();
  }
}

std::string setup_address(std::string_view admin_url, std::string_view token) {
  return std::string(admin_url).append("#setup=").append(token);
}

}  // namespace pollux::accounts
