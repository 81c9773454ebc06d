// Which passwords an account may have. Not used when people sign in, so that a stricter rule locks no one
// out. Any thread.
#pragma once

#include <cstddef>
#include <string_view>

#include "accounts/account.hpp"

namespace pollux::accounts {

inline constexpr std::size_t min_password_characters = 8;
inline constexpr std::size_t max_password_bytes = 1024;
// What guess_weight() must be at least.
inline constexpr std::size_t min_guess_weight = 5;

// Checks a new password: length, plain text (UTF-8 without control characters), and that it is not among the
// first guesses. There are no rules of composition, since these make people choose "Password1!" (NIST SP
// 800-63B, section 5.1.1.2). The messages are for the person who chose it, and do not contain it.
AccountResult<void> check_new_password(std::string_view password, std::string_view account_name);

// In how many parts a guesser who knows the usual habits composes the password, at least. One part are: a
// word of common passwords or a common first name, with digits and signs for letters (p4ssw0rd); a word of
// the name of the account; a run (1234, cba, aaaa); keys side by side (qwertz); a year (1987). Any other
// character is one. Of a repeated text (abcabcabc), only the first one counts. Letter case makes no
// difference.
//
// So "Password1!" is 3, "qwertz123" 2, "kz7wq2026" 6, and eight random characters are 8.
std::size_t guess_weight(std::string_view password, std::string_view account_name);

}  // namespace pollux::accounts
