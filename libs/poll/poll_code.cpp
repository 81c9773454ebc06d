#include "poll/poll_code.hpp"

#include <cstdint>

#include "base/random.hpp"

namespace pollux::poll {

PollCode PollCode::random() {
  // A byte beyond the last multiple of the alphabet's size would prefer the first characters.
  constexpr std::size_t fair = 256 / alphabet.size() * alphabet.size();
  std::string text;
  while (text.size() < length) {
    for (const std::uint8_t byte : random_bytes<16>()) {
      if (byte < fair && text.size() < length) text.push_back(alphabet[byte % alphabet.size()]);
    }
  }
  return PollCode(std::move(text));
}

Result<PollCode> PollCode::parse(std::string_view typed) {
  std::string text;
  for (const char character : typed) {
    if (character == ' ' || character == '-') continue;
    const bool lower = character >= 'a' && character <= 'z';
    const char upper = lower ? static_cast<char>(character - 'a' + 'A') : character;
    if (alphabet.find(upper) == std::string_view::npos) {
      return invalid("A code has only these letters and digits: " + std::string(alphabet) +
                     ". Compare it with the one on the screen.");
    }
    if (text.size() == length) return invalid("The code is too long: a code has 6 letters and digits.");
    text.push_back(upper);
  }
  if (text.size() < length) return invalid("The code is too short: a code has 6 letters and digits.");
  return PollCode(std::move(text));
}

}  // namespace pollux::poll
