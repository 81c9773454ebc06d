// What people do with accounts and API keys, with the permission for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/access.hpp"
#include "accounts/account_store.hpp"
#include "accounts/password_hasher.hpp"
#include "accounts/sign_in.hpp"

namespace pollux::accounts {

// Every call checks what `by`, who calls it, may do: `not_allowed`, or `sign_in_again` if that needs the
// password of the last minutes (recent_sign_in). Calls with a new password block for its hash, the others for
// the database: not for io threads. One thread at a time, as its stores.
class AccountManagement {
 public:
  struct NewAccount {
    std::string name;
    Role role = Role::editor;
    std::string_view password;
  };
  struct NewKey {
    std::string label;
    Scopes scopes;
    std::optional<std::chrono::days> lifetime = std::chrono::days(90);  // none: until it is revoked
  };
  struct CreatedKey {
    ApiKey key;
    std::string secret;  // the key itself: shown once, and not stored
  };
  // Of an account that changes its own password.
  struct PasswordChange {
    std::string_view session;  // the token of its session, which stays; all others end
    std::string_view current;
    std::string_view wanted;
    std::string_view network;  // as in SignIn::Attempt
  };

  AccountManagement(AccountStore& accounts, CredentialStore& credentials, PasswordHasher& hasher,
                    SignIn& sign_in)
      : accounts_(accounts), credentials_(credentials), hasher_(hasher), sign_in_(sign_in) {}

  // By owners.
  AccountResult<std::vector<Account>> list(const Principal& by);
  AccountResult<Account> create(const Principal& by, const NewAccount& wanted, AccountTime now);

  // By owners who entered their password recently. These end all sessions of the account.
  AccountResult<Account> change_role(const Principal& by, const AccountId& id, std::uint64_t revision,
                                     Role role, AccountTime now);
  AccountResult<Account> reset_password(const Principal& by, const AccountId& id, std::uint64_t revision,
                                        std::string_view password, AccountTime now);  // not their own
  AccountResult<void> remove(const Principal& by, const AccountId& id, std::uint64_t revision,
                             AccountTime now);

  // By each account for itself, with its current password.
  AccountResult<void> change_password(const Principal& by, const PasswordChange& change, AccountTime now);

  // By each account for itself; owners also those of others. A session is named by the hash of its token,
  // which is no secret.
  AccountResult<std::vector<Session>> list_sessions(const Principal& by, const AccountId& account);
  AccountResult<void> end_session(const Principal& by, const SecretHash& session, AccountTime now);

  // By each account for itself; a new key needs a password that was entered recently. Owners also list and
  // revoke the keys of others.
  AccountResult<CreatedKey> create_key(const Principal& by, const NewKey& wanted, AccountTime now);
  AccountResult<std::vector<ApiKey>> list_keys(const Principal& by, const AccountId& account);
  AccountResult<void> revoke_key(const Principal& by, const AccountId& account, const KeyId& id,
                                 AccountTime now);

 private:
  AccountResult<std::string> hash_of_new(std::string_view password, const std::string& name);
  AccountResult<Account> changeable(const Principal& by, const AccountId& id, AccountTime now);

  AccountStore& accounts_;
  CredentialStore& credentials_;
  PasswordHasher& hasher_;
  SignIn& sign_in_;
};

}  // namespace pollux::accounts
