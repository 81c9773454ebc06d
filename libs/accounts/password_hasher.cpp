#include "accounts/password_hasher.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

#include <sodium.h>
#include <utf8proc.h>

#include "accounts/password_rules.hpp"
#include "base/bounded_text.hpp"

namespace pollux::accounts {
namespace {

// Selects the fastest implementation for this processor; may be called repeatedly and on any thread.
void initialize_libsodium() {
  if (sodium_init() >= 0) return;
  std::fputs("libsodium can't be initialized.\n", stderr);
  std::abort();
}

AccountError no_memory() {
  return {AccountErrorCode::unavailable, "There is not enough memory to check a password. Try again.", {}};
}

// As it is hashed; nothing if it can't be a password.
std::optional<std::string> prepared(std::string_view password) {
  if (password.empty() || password.size() > max_password_bytes || !is_plain_text(password))
    return std::nullopt;
  const std::string text(password);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> composed(
      utf8proc_NFC(reinterpret_cast<const utf8proc_uint8_t*>(text.c_str())), &std::free);
  if (composed == nullptr) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(composed.get()));
}

// The number after `name` at the start of `text`, which it removes with the `end` that follows.
std::optional<std::size_t> take_number(std::string_view& text, std::string_view name, char end) {
  if (!text.starts_with(name)) return std::nullopt;
  const char* const last = text.data() + text.size();
  std::uint32_t value = 0;
  const auto [rest, error] = std::from_chars(text.data() + name.size(), last, value);
  if (error != std::errc() || rest == last || *rest != end) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()) + 1);
  return value;
}

// Whether libsodium needs no more for the hash than PasswordHasher allows.
bool is_within_bounds(std::string_view hash) {
  constexpr std::string_view start = "$argon2id$v=19$";
  if (hash.size() > PasswordHasher::max_hash_bytes || !hash.starts_with(start)) return false;
  hash.remove_prefix(start.size());
  const auto kibibytes = take_number(hash, "m=", ',');
  const auto passes = take_number(hash, "t=", ',');
  return kibibytes && passes && hash.starts_with("p=1$") &&
         *kibibytes <= PasswordHasher::max_memory_bytes / 1024 && *passes <= PasswordHasher::max_passes;
}

// 0: it has the parameters of PasswordHasher; 1: others; -1: it is unreadable.
int rehash_state(const std::string& hash) {
  return crypto_pwhash_argon2id_str_needs_rehash(hash.c_str(), PasswordHasher::passes,
                                                 PasswordHasher::memory_bytes);
}

}  // namespace

// One of the places in which a password is hashed, from the constructor to the destructor.
class PasswordHasher::Turn {
 public:
  explicit Turn(PasswordHasher& hasher) : hasher_(hasher) {
    std::unique_lock lock(hasher_.mutex_);
    const auto is_free = [&] { return hasher_.running_ < hasher_.options_.at_once; };
    if (!is_free()) {
      if (hasher_.waiting_ >= hasher_.options_.max_waiting) return;
      ++hasher_.waiting_;
      const bool freed = hasher_.freed_.wait_for(lock, hasher_.options_.max_wait, is_free);
      --hasher_.waiting_;
      if (!freed) return;
    }
    ++hasher_.running_;
    taken_ = true;
  }
  ~Turn() {
    if (!taken_) return;
    const std::lock_guard lock(hasher_.mutex_);
    --hasher_.running_;
    hasher_.freed_.notify_one();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  AccountResult<void> taken() const {
    if (taken_) return {};
    return AccountError{
        AccountErrorCode::full, "Too many people are signing in at once. Try again in a moment.", {}};
  }

 private:
  PasswordHasher& hasher_;
  bool taken_ = false;
};

PasswordHasher::PasswordHasher(const Options& options) : options_(options) {
  initialize_libsodium();
}

AccountResult<std::string> PasswordHasher::hash(std::string_view password) {
  const auto text = prepared(password);
  if (!text) {
    return AccountError{AccountErrorCode::invalid,
                        "The password is empty, too long or has characters that are not plain text.",
                        {}};
  }
  const Turn turn(*this);
  if (auto taken = turn.taken(); !taken) return taken.error();
  std::array<char, crypto_pwhash_argon2id_STRBYTES> encoded{};
  if (crypto_pwhash_argon2id_str(encoded.data(), text->data(), text->size(), passes, memory_bytes) != 0)
    return no_memory();
  return std::string(encoded.data());
}

AccountResult<bool> PasswordHasher::verify(std::string_view password, const std::string& hash) {
  if (!is_within_bounds(hash) || rehash_state(hash) == -1) {
    return AccountError{
        AccountErrorCode::internal,
        "The database has a password hash that this program can't read. A newer version may have written it.",
        {}};
  }
  const auto text = prepared(password);
  if (!text) return false;
  const Turn turn(*this);
  if (auto taken = turn.taken(); !taken) return taken.error();
  // libsodium's result is the same for a wrong password and without memory, but it sets errno to EINVAL only
  // for the former.
  errno = 0;
  if (crypto_pwhash_argon2id_str_verify(hash.c_str(), text->data(), text->size()) == 0) return true;
  if (errno != EINVAL) return no_memory();
  return false;
}

AccountResult<void> PasswordHasher::verify_no_account(std::string_view password) {
  const auto text = prepared(password);
  if (!text) return {};
  const Turn turn(*this);
  if (auto taken = turn.taken(); !taken) return taken.error();
  constexpr std::array<unsigned char, crypto_pwhash_argon2id_SALTBYTES> salt{};
  std::array<unsigned char, 32> ignored{};
  if (crypto_pwhash_argon2id(ignored.data(), ignored.size(), text->data(), text->size(), salt.data(), passes,
                             memory_bytes, crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0) {
    return no_memory();
  }
  return {};
}

bool PasswordHasher::is_outdated(const std::string& hash) {
  return rehash_state(hash) != 0;
}

}  // namespace pollux::accounts
