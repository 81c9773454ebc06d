// Secrets that this library makes: tokens of sessions and of the setup, and API keys. Each has 128 random
// bits, so that it cannot be guessed; the store keeps only its hash, from which it cannot be computed. Any
// thread.
#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace pollux::accounts {

// SHA-256 as 64 hexadecimal digits: the key of a session, setup token or API key in the store. 128 random
// bits need neither salt nor a slow function. Comparing hashes discloses nothing about the secret by its
// duration.
class SecretHash {
 public:
  static SecretHash of(std::string_view secret);
  // As it was stored; nothing if it is no hash.
  static std::optional<SecretHash> parse(std::string_view digits);

  const std::string& text() const { return text_; }

  friend auto operator<=>(const SecretHash&, const SecretHash&) = default;

 private:
  explicit SecretHash(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

// A new token: 32 hexadecimal digits. Whether a text may be one is checked before the store is asked.
std::string make_token();
bool is_token(std::string_view text);

// API keys: "plx_", 32 hexadecimal digits of random bits, and 8 of a checksum, the first 32 bits of SHA-256
// of what precedes it. Programs that search for leaked secrets recognize it by prefix and checksum without
// asking anyone, and a mistyped key is rejected without the store.
inline constexpr std::string_view api_key_prefix = "plx_";

std::string make_api_key();
bool is_api_key(std::string_view text);

// How lists show a key, enough for its owner to recognize it: "plx_1a2b…" (of 128 bits, 112 remain secret).
std::string hint_of(std::string_view api_key);

// The value of an Authorization field, "Bearer plx_…" (RFC 6750, the scheme in any case): the key; nothing if
// it has another form.
std::optional<std::string_view> bearer_key(std::string_view authorization);

}  // namespace pollux::accounts
