// Who may do what. No input or output; any thread.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "accounts/account.hpp"

namespace pollux::accounts {

// What an API key may be given, and what each route of the API requires. Managing accounts and keys is none
// of these: only a signed-in account may, so that a stolen key makes no further keys.
enum class Scope {
  polls_read,
  polls_write,
  polls_delete,
  results_read,
  votes_write,
  export_read,
  audit_read
};

inline constexpr std::array all_scopes{Scope::polls_read,   Scope::polls_write, Scope::polls_delete,
                                       Scope::results_read, Scope::votes_write, Scope::export_read,
                                       Scope::audit_read};

// In stored data and in the API: "polls:read".
std::string_view name_of(Scope scope);
std::optional<Scope> parse_scope(std::string_view name);

class Scopes {
 public:
  constexpr Scopes() = default;
  constexpr Scopes(std::initializer_list<Scope> scopes) {
    for (const Scope scope : scopes) bits_ |= bit(scope);
  }
  static constexpr Scopes all() {
    Scopes scopes;
    for (const Scope scope : all_scopes) scopes.add(scope);
    return scopes;
  }

  // As the store keeps them: names with a space between each two. Names that this version does not know are
  // ignored: they only ever allow more.
  static Scopes parse(std::string_view names);
  std::string text() const;

  constexpr void add(Scope scope) { bits_ |= bit(scope); }
  constexpr bool has(Scope scope) const { return (bits_ & bit(scope)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }

  friend bool operator==(const Scopes&, const Scopes&) = default;

 private:
  static constexpr std::uint32_t bit(Scope scope) { return 1U << static_cast<std::uint32_t>(scope); }

  std::uint32_t bits_ = 0;
};

// On whose behalf a request is: an account that signed in, or one of its API keys.
struct Principal {
  AccountId account;
  std::string name;  // of the account
  Role role = Role::editor;
  Scopes scopes;
  std::optional<KeyId> key{};
  AccountTime authenticated_at{};  // when the password was entered last; unused with a key

  friend bool operator==(const Principal&, const Principal&) = default;
};

// How long deleting and exporting are allowed after the password was entered: a screen that was left
// unlocked, or a stolen cookie, does little harm.
inline constexpr std::chrono::minutes recent_sign_in{15};

bool signed_in_recently(const Principal& principal, AccountTime now);

enum class Access {
  allowed,
  forbidden,     // the key or the role lacks it
  hidden,        // the poll is someone else's: respond as if it did not exist
  sign_in_again  // ask for the password
};

// What is done without a poll, such as making one or listing one's own.
Access access(const Principal& principal, Scope scope, AccountTime now);

// What is done with one poll. `maker` is the account that made it; none if that is unknown, as with the poll
// of the settings, which only owners work on.
Access access(const Principal& principal, Scope scope, const std::optional<AccountId>& maker,
              AccountTime now);

// Accounts, and the keys of others.
Access access_to_accounts(const Principal& principal);

}  // namespace pollux::accounts
