// Signatures of short texts with a secret key: the first 128 bits of HMAC-SHA-256 (RFC 2104) as 32
// hexadecimal digits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace pollux {

// Any thread.
class Signer {
 public:
  static constexpr std::size_t signature_digits = 32;

  // The keys are copied; each is 32 random bytes, or a secret text of at least one. `accepted`, unless it is
  // empty, signs nothing, but its signatures are accepted, too: so a key is replaced by another without a
  // moment at which signatures of either are worthless.
  explicit Signer(std::span<const std::uint8_t> key, std::span<const std::uint8_t> accepted = {});
  ~Signer();
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;

  std::string sign(std::string_view text) const;

  // In constant time, so that a signature can't be guessed digit by digit.
  bool is_signature_of(std::string_view text, std::string_view signature) const;

  // Whether signatures of another key are accepted.
  bool has_accepted_key() const { return accepted_ != nullptr; }

 private:
  class Contexts;

  std::unique_ptr<const Contexts> contexts_;
  std::unique_ptr<const Contexts> accepted_;  // may be null
};

}  // namespace pollux
