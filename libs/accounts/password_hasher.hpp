// Password hashes: argon2id (RFC 9106) of libsodium.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

#include "accounts/account.hpp"

namespace pollux::accounts {

// Hashes and verifies passwords, a few at a time, because each takes 46 MiB and about 40 ms of a core. All
// calls block that long, or longer if others are first: not for io threads. Any number of threads.
class PasswordHasher {
 public:
  // 46 MiB, one pass, one thread: the first of the equivalent choices of OWASP's Password Storage Cheat
  // Sheet.
  static constexpr std::size_t memory_bytes = 46U << 20U;
  static constexpr unsigned passes = 1;
  // What a stored hash may require, so that a damaged or foreign one does not exhaust memory or time.
  static constexpr std::size_t max_memory_bytes = 256U << 20U;
  static constexpr unsigned max_passes = 16;
  static constexpr std::size_t max_hash_bytes = 127;

  struct Options {
    std::size_t at_once = 2;
    std::size_t max_waiting = 20;  // beyond them, calls are `full` at once
    std::chrono::milliseconds max_wait{5000};
  };

  PasswordHasher() : PasswordHasher(Options{}) {}
  explicit PasswordHasher(const Options& options);
  PasswordHasher(const PasswordHasher&) = delete;
  PasswordHasher& operator=(const PasswordHasher&) = delete;

  // A PHC string, "$argon2id$v=19$m=47104,t=1,p=1$SALT$HASH", with a new salt. `invalid` unless the password
  // is plain text of at most max_password_bytes. `full` if the server is busy, `unavailable` without memory.
  AccountResult<std::string> hash(std::string_view password);

  // Whether it is the password of that hash. Text that cannot be a password is not. `internal` if the hash is
  // damaged; `full` and `unavailable` as above. Texts that differ only in how Unicode composes letters are
  // the same password (NFC, as RFC 8265, section 4.2.2, requires): keyboards differ in it.
  AccountResult<bool> verify(std::string_view password, const std::string& hash);

  // Takes as long as verify() with a wrong password: for names without account, so that the duration does not
  // disclose which names exist.
  AccountResult<void> verify_no_account(std::string_view password);

  // Whether the hash was made with other parameters than those above, and should be replaced at the next
  // sign-in.
  static bool is_outdated(const std::string& hash);

 private:
  class Turn;

  const Options options_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable freed_;
  std::size_t running_ = 0;
  std::size_t waiting_ = 0;
};

}  // namespace pollux::accounts
