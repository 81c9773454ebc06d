#include "accounts/password_rules.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/bounded_text.hpp"
#include "poll/poll_text.hpp"

namespace pollux::accounts {
namespace {

// Words of which common passwords consist, in the languages of the pages, and common first names. Written for
// this program: lists of leaked passwords have unclear licenses, and miss "password2027" (ADR 50).
constexpr auto common_words = std::to_array<std::string_view>(
    {// What people are asked for, and what they use it for.
     "access", "account", "admin", "administrator", "changeme", "computer", "default", "demo", "editor",
     "enter", "geheim", "guest", "hallo", "hello", "internet", "kennwort", "login", "logon", "master",
     "motdepasse", "office", "owner", "pass", "passe", "passwd", "passwort", "password", "pollux", "private",
     "public", "root", "schule", "school", "secret", "secure", "security", "server", "service", "setup",
     "system", "temp", "test", "tester", "testing", "trustno1", "user", "vote", "welcome", "willkommen",
     "bienvenue", "bonjour", "salut", "azerty", "google", "letmein", "letme", "linux", "windows", "samsung",
     "apple", "nokia", "nothing", "unknown", "access14", "abc", "xyz", "matrix", "hacker", "hunter", "killer",
     // What people like.
     "angel", "arsenal", "baby", "banana", "baseball", "basketball", "batman", "bayern", "beautiful",
     "beauty", "blue", "buster", "butterfly", "cheese", "chelsea", "chocolate", "chouchou", "cookie",
     "corvette", "cowboy", "diamond", "doudou", "dragon", "eagle", "family", "ferrari", "fireman", "flower",
     "football", "forever", "freedom", "friend", "friends", "fussball", "gandalf", "ginger", "gold", "golfer",
     "green", "guitar", "happy", "harley", "heaven", "hockey", "honey", "horse", "iloveyou", "iloveu",
     "ichliebedich", "jaguar", "jetaime", "jesus", "kitty", "liebe", "liverpool", "loulou", "love", "lovely",
     "lover", "loveme", "lucky", "maggie", "marseille", "mercedes", "merlin", "money", "monkey", "monster",
     "mother", "father", "music", "mustang", "naruto", "orange", "peanut", "pepper", "phoenix", "pokemon",
     "porsche", "princess", "princesse", "prince", "purple", "rainbow", "rangers", "red", "rocky", "schalke",
     "schatz", "shadow", "silver", "slayer", "slipknot", "snoopy", "soccer", "soleil", "sparky", "spider",
     "spiderman", "star", "starwars", "steelers", "sunny", "sunshine", "super", "superman", "sweet", "tennis",
     "tiger", "tigger", "turtle", "winner", "wizard", "yankees", "yellow", "black", "white", "cat", "dog",
     "hund", "katze", "maus", "coffee", "kaffee", "pizza",
     // When they chose it.
     "spring", "summer", "autumn", "winter", "january", "february", "march", "april", "june", "july",
     "august", "september", "october", "november", "december", "monday", "friday", "sunday", "sommer",
     "herbst", "januar", "februar", "juni", "juli", "oktober", "dezember", "montag", "freitag", "sonntag",
     "printemps", "hiver",
     // First names.
     "alex", "alexander", "amanda", "andrea", "andreas", "andrew", "angela", "anna", "anthony", "antoine",
     "ashley", "austin", "bailey", "ben", "benjamin", "bob", "brandon", "camille", "carlos", "caroline",
     "charlie", "charlotte", "chris", "christian", "christine", "claudia", "daniel", "daniela", "david",
     "dennis", "diana", "dominic", "edward", "elizabeth", "emma", "eric", "florian", "frank", "george",
     "hannah", "heather", "jack", "jackson", "james", "jasmine", "jason", "jennifer", "jessica", "john",
     "johnny", "jonas", "jordan", "joseph", "joshua", "julia", "julian", "julien", "justin", "katrin",
     "kevin", "laura", "lauren", "leon", "lisa", "louis", "lucas", "lukas", "manuel", "marcus", "maria",
     "marie", "markus", "martin", "mary", "matthew", "matthias", "max", "maxime", "maxwell", "melissa",
     "michael", "michelle", "mickey", "miguel", "morgan", "nathalie", "nathan", "nicholas", "nicolas",
     "nicole", "oliver", "olivier", "pascal", "patrick", "paul", "peter", "philipp", "pierre", "rachel",
     "richard", "robert", "ryan", "sabrina", "samantha", "sandra", "sarah", "scott", "sebastian", "simon",
     "sophie", "stefan", "stefanie", "stephanie", "steven", "susanne", "taylor", "thomas", "tobias",
     "vanessa", "victoria", "vincent", "william",
     // Columns of keys.
     "1q2w3e4r5t", "1q2w3e4r", "1q2w3e", "q1w2e3r4", "1qaz", "2wsx", "3edc", "qaz", "wsx", "zaq1", "zaq",
     "xsw2", "xsw", "1a2b3c", "a1b2c3", "zaq12wsx"});

// Rows of keys in the layouts of the languages of the pages.
constexpr auto key_rows =
    std::to_array<std::string_view>({"1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop",
                                     "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn"});

constexpr std::size_t shortest_run = 3;

// The signs and digits that people write for a letter.
std::string_view stand_ins(char letter) {
  switch (letter) {
    case 'a':
      return "4@";
    case 'b':
      return "8";
    case 'e':
      return "3";
    case 'g':
      return "9";
    case 'i':
      return "1!";
    case 'l':
      return "1|";
    case 'o':
      return "0";
    case 's':
      return "5$";
    case 't':
      return "7+";
    default:
      return "";
  }
}

bool reads_as(char32_t typed, char letter) {
  if (typed == static_cast<unsigned char>(letter)) return true;
  return typed < 0x80 && stand_ins(letter).find(static_cast<char>(typed)) != std::string_view::npos;
}

bool starts_with_word(std::u32string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(),
                    [](char letter, char32_t typed) { return reads_as(typed, letter); });
}

bool is_digit(char32_t c) {
  return c >= U'0' && c <= U'9';
}

// The length of the run at the start of `text`: characters that follow each other at one distance of -1,
// 0, 1.
std::size_t run_length(std::u32string_view text) {
  if (text.size() < 2) return text.size();
  const auto distance = [&](std::size_t i) {
    return static_cast<std::int64_t>(text[i]) - static_cast<std::int64_t>(text[i - 1]);
  };
  const std::int64_t step = distance(1);
  if (step < -1 || step > 1) return 1;
  std::size_t length = 2;
  while (length < text.size() && distance(length) == step) ++length;
  return length;
}

// How many keys at the start of `text` are side by side, in either direction.
std::size_t keys_length(std::u32string_view text) {
  std::size_t longest = 0;
  const auto measure = [&](auto from, auto end) {
    std::size_t length = 0;
    while (length < text.size() && from != end && text[length] == static_cast<unsigned char>(*from)) {
      ++length;
      ++from;
    }
    longest = std::max(longest, length);
  };
  for (const std::string_view row : key_rows) {
    for (std::size_t place = 0; place < row.size(); ++place) {
      if (text.empty() || text.front() != static_cast<unsigned char>(row[place])) continue;
      measure(row.begin() + static_cast<std::ptrdiff_t>(place), row.end());
      measure(row.rbegin() + static_cast<std::ptrdiff_t>(row.size() - 1 - place), row.rend());
    }
  }
  return longest;
}

bool starts_with_year(std::u32string_view text) {
  return text.size() >= 4 && std::ranges::all_of(text.substr(0, 4), is_digit) &&
         (text.starts_with(U"19") || text.starts_with(U"20"));
}

// The shortest text of which `text` consists, repeated; the last time it may be cut.
std::u32string_view repeated_unit(std::u32string_view text) {
  for (std::size_t period = 1; period <= text.size() / 2; ++period) {
    if (text.substr(period) == text.substr(0, text.size() - period)) return text.substr(0, period);
  }
  return text;
}

std::vector<std::u32string> words_of(std::u32string_view name) {
  std::vector<std::u32string> words(1);
  for (const char32_t c : name) {
    const bool separates = c == U' ' || c == U'.' || c == U'-' || c == U'_' || c == U'@';
    if (!separates) {
      words.back().push_back(c);
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  std::erase_if(words, [](const std::u32string& word) { return word.size() < shortest_run; });
  return words;
}

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return (byte & 0xC0) != 0x80; }));
}

}  // namespace

std::size_t guess_weight(std::string_view password, std::string_view account_name) {
  const std::u32string folded = poll::comparable(password);
  const std::u32string_view text = repeated_unit(folded);
  const std::vector<std::u32string> name_words = words_of(poll::comparable(account_name));
  // weights[n]: the fewest parts that make the first n characters.
  std::vector<std::size_t> weights(text.size() + 1);
  for (std::size_t n = 0; n < weights.size(); ++n) weights[n] = n;
  for (std::size_t start = 0; start < text.size(); ++start) {
    const std::u32string_view rest = text.substr(start);
    const std::size_t with_part = weights[start] + 1;
    const auto part = [&](std::size_t length) {
      weights[start + length] = std::min(weights[start + length], with_part);
    };
    part(1);
    const std::size_t longest = std::max(run_length(rest), keys_length(rest));
    for (std::size_t length = shortest_run; length <= longest; ++length) part(length);
    if (starts_with_year(rest)) part(4);
    for (const std::string_view word : common_words) {
      if (starts_with_word(rest, word)) part(word.size());
    }
    for (const std::u32string& word : name_words) {
      if (rest.starts_with(word)) part(word.size());
    }
  }
  return weights.back();
}

AccountResult<void> check_new_password(std::string_view password, std::string_view account_name) {
  if (password.size() > max_password_bytes)
    return account_error(
        invalid("The password has more than " + std::to_string(max_password_bytes) + " bytes."));
  if (!is_plain_text(password))
    return account_error(invalid("The password has characters that are not plain text."));
  if (characters_in(password) < min_password_characters) {
    return account_error(invalid("The password is too short. Use at least " +
                                 std::to_string(min_password_characters) +
                                 " characters; four random words are easy to remember."));
  }
  if (guess_weight(password, account_name) < min_guess_weight) {
    return account_error(invalid(
        "The password is easy to guess: it consists of common words, names, years, repetitions or keys that "
        "are side by side. Four random words are harder to guess and easy to remember."));
  }
  return {};
}

}  // namespace pollux::accounts
