#include "accounts/recovery.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "accounts/password_rules.hpp"
#include "poll/poll_code.hpp"

namespace pollux::accounts {
namespace {

// About 79 random bits, in letters and digits that are not mistaken for others.
std::string random_password(const std::string& name) {
  constexpr int groups = 3;
  for (;;) {
    std::string password;
    for (int group = 0; group < groups; ++group) {
      if (group > 0) password += '-';
      password += poll::PollCode::random().text();
    }
    // Once in many years it is easy to guess.
    if (check_new_password(password, name)) return password;
  }
}

AccountError no_account_of(const std::string& name, std::vector<Account> accounts) {
  constexpr std::size_t most_listed = 10;
  const std::string start = "There is no account with the name \"" + name + "\"";
  if (accounts.empty()) {
    return {AccountErrorCode::not_found,
            start + ", nor any other. The first one is made with the address in the log of the program.",
            {}};
  }
  std::ranges::stable_sort(accounts, {}, &Account::role);
  std::string names;
  for (std::size_t place = 0; place < std::min(accounts.size(), most_listed); ++place) {
    if (place > 0) names += ", ";
    names += accounts[place].name + " (" + std::string(name_of(accounts[place].role)) + ")";
  }
  if (accounts.size() > most_listed)
    names += " and " + std::to_string(accounts.size() - most_listed) + " more";
  return {AccountErrorCode::not_found, start + ". There are: " + names + ".", {}};
}

}  // namespace

AccountResult<RecoveredAccount> reset_password(AccountStore& store, PasswordHasher& hasher,
                                               const std::string& name, AccountTime now) {
  const auto found = store.find_name(name_key(name));
  if (!found && found.error().code == AccountErrorCode::not_found) {
    auto all = store.list();
    return all ? no_account_of(name, *std::move(all)) : all.error();
  }
  if (!found) return found.error();
  std::string password = random_password(found->name);
  auto hash = hasher.hash(password);
  if (!hash) return hash.error();
  auto changed = store.change(found->id, found->revision, {.password = *std::move(hash)},
                              event_of_program(action::account_password_changed, found->name, now));
  if (!changed) return changed.error();
  return RecoveredAccount{*std::move(changed), std::move(password)};
}

}  // namespace pollux::accounts
