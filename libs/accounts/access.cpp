#include "accounts/access.hpp"

#include <algorithm>

namespace pollux::accounts {
namespace {

// By the value of Scope.
constexpr std::array<std::string_view, all_scopes.size()> scope_names{
    "polls:read", "polls:write", "polls:delete", "results:read", "votes:write", "export:read", "audit:read"};

bool needs_recent_sign_in(Scope scope) {
  return scope == Scope::polls_delete || scope == Scope::export_read;
}

}  // namespace

std::string_view name_of(Scope scope) {
  return scope_names.at(static_cast<std::size_t>(scope));
}

std::optional<Scope> parse_scope(std::string_view name) {
  const auto found = std::ranges::find(scope_names, name);
  if (found == scope_names.end()) return std::nullopt;
  return static_cast<Scope>(found - scope_names.begin());
}

Scopes Scopes::parse(std::string_view names) {
  Scopes scopes;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(' '), names.size());
    if (const auto scope = parse_scope(names.substr(0, end))) scopes.add(*scope);
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return scopes;
}

std::string Scopes::text() const {
  std::string names;
  for (const Scope scope : all_scopes) {
    if (!has(scope)) continue;
    if (!names.empty()) names += ' ';
    names += name_of(scope);
  }
  return names;
}

bool signed_in_recently(const Principal& principal, AccountTime now) {
  // A clock that was set back does not prolong it.
  return principal.authenticated_at <= now && now - principal.authenticated_at < recent_sign_in;
}

Access access(const Principal& principal, Scope scope, AccountTime now) {
  if (!principal.scopes.has(scope)) return Access::forbidden;
  if (needs_recent_sign_in(scope) && !principal.key && !signed_in_recently(principal, now))
    return Access::sign_in_again;
  return Access::allowed;
}

Access access(const Principal& principal, Scope scope, const std::optional<AccountId>& maker,
              AccountTime now) {
  if (principal.role != Role::owner && maker != principal.account) return Access::hidden;
  return access(principal, scope, now);
}

Access access_to_accounts(const Principal& principal) {
  return principal.role == Role::owner && !principal.key ? Access::allowed : Access::forbidden;
}

}  // namespace pollux::accounts
