#include "accounts/token.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <openssl/evp.h>

#include "base/encoding.hpp"
#include "base/random.hpp"

namespace pollux::accounts {
namespace {

constexpr std::size_t random_bytes_of_a_secret = 16;
constexpr std::size_t digits_of_a_secret = 2 * random_bytes_of_a_secret;
constexpr std::size_t hash_bytes = 32;
constexpr std::size_t checksum_digits = 8;

std::string sha256(std::string_view text) {
  std::array<std::uint8_t, hash_bytes> digest;
  unsigned length = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1 ||
      length != hash_bytes) {
    std::fputs("OpenSSL can't compute SHA-256.\n", stderr);
    std::abort();
  }
  return to_hex(digest);
}

// In lower case, as to_hex() writes them.
bool are_hex_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, [](char left, char right) {
    return (left >= 'A' && left <= 'Z' ? static_cast<char>(left - 'A' + 'a') : left) == right;
  });
}

}  // namespace

SecretHash SecretHash::of(std::string_view secret) {
  return SecretHash(sha256(secret));
}

std::optional<SecretHash> SecretHash::parse(std::string_view digits) {
  if (digits.size() != 2 * hash_bytes || !are_hex_digits(digits)) return std::nullopt;
  return SecretHash(std::string(digits));
}

std::string make_token() {
  return to_hex(random_bytes<random_bytes_of_a_secret>());
}

bool is_token(std::string_view text) {
  return text.size() == digits_of_a_secret && are_hex_digits(text);
}

std::string make_api_key() {
  std::string key = std::string(api_key_prefix) + make_token();
  key += sha256(key).substr(0, checksum_digits);
  return key;
}

bool is_api_key(std::string_view text) {
  constexpr std::size_t checked = api_key_prefix.size() + digits_of_a_secret;
  return text.size() == checked + checksum_digits && text.starts_with(api_key_prefix) &&
         are_hex_digits(text.substr(api_key_prefix.size())) &&
         text.substr(checked) == sha256(text.substr(0, checked)).substr(0, checksum_digits);
}

std::string hint_of(std::string_view api_key) {
  constexpr std::size_t shown_digits = 4;
  return std::string(api_key.substr(0, api_key_prefix.size() + shown_digits)) + "\u2026";
}

std::optional<std::string_view> bearer_key(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer";
  if (authorization.size() <= scheme.size() ||
      !equals_ignoring_case(authorization.substr(0, scheme.size()), scheme) ||
      authorization[scheme.size()] != ' ') {
    return std::nullopt;
  }
  const std::size_t start = authorization.find_first_not_of(' ', scheme.size());
  if (start == std::string_view::npos || !is_api_key(authorization.substr(start))) return std::nullopt;
  return authorization.substr(start);
}

}  // namespace pollux::accounts
