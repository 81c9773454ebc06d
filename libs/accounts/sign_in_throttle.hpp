// Slows down guessing of passwords.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <string_view>

#include "accounts/account.hpp"

namespace pollux::accounts {

// Counts failed attempts to sign in, in memory: for each pair of an account and a network, for each network,
// and for each account. Once the free attempts of one of these counts have failed, the next one must wait,
// and each further failure doubles the wait. An attempt during the wait is rejected without checking the
// password, and does not prolong it. An attempt counts as failed while it runs, so parallel attempts gain
// nothing.
//
// The count of an account alone exists because of attackers with many networks, and its wait is short: it
// would otherwise keep the account's own people out. It does not apply to networks from which the account was
// signed in to before.
//
// Names and networks are kept as hashes with a random key. The memory is bounded: of too many counts, those
// whose last attempt was longest ago are forgotten. Restarting the program forgets all. Any thread.
class SignInThrottle {
 public:
  struct Limit {
    std::uint32_t free_attempts = 0;
    std::chrono::seconds first_wait{};
    std::chrono::seconds longest_wait{};
  };
  struct Options {
    Limit pair{5, std::chrono::seconds(1), std::chrono::minutes(15)};
    Limit network{30, std::chrono::seconds(1), std::chrono::minutes(15)};  // a school may be one network
    Limit account{50, std::chrono::seconds(1), std::chrono::minutes(1)};
    std::chrono::seconds forget_after = std::chrono::hours(1);  // without an attempt
    std::size_t max_counts = 30'000;                            // of about 150 bytes each
  };

  SignInThrottle() : SignInThrottle(Options{}) {}
  explicit SignInThrottle(const Options& options);

  // Whether to check the password now: zero, or how long to wait before. After zero, the attempt counts as
  // failed until one of the functions below is called. `name` is a name_key(), also one without account;
  // `network` is any text that is the same for one client: an IPv4 address, or the first 64 bits of an IPv6
  // address, because one client has all that follow.
  std::chrono::seconds begin(std::string_view name, std::string_view network, AccountTime now);

  // The password was right: forgets the failures of the pair, and this attempt in the other counts.
  void succeed(std::string_view name, std::string_view network, AccountTime now);

  // The password could not be checked: the attempt does not count.
  void withdraw(std::string_view name, std::string_view network);

 private:
  using Key = std::array<std::uint8_t, 16>;
  struct Count {
    Key key{};
    std::uint32_t failures = 0;
    AccountTime last{};
    bool succeeded = false;  // of a pair: it has signed in
  };
  using Counts = std::list<Count>;  // the latest attempt first

  struct Keys {
    Key pair;
    Key network;
    Key account;
  };
  Keys keys_of(std::string_view name, std::string_view network) const;

  Count* find(const Key& key, AccountTime now);
  void count_failure(const Key& key, AccountTime now);
  void take_back(const Key& key);
  static std::chrono::seconds wait_of(const Count* count, const Limit& limit, AccountTime now);

  const Options options_;
  const std::array<std::uint8_t, 32> hash_key_;
  std::mutex mutex_;  // guards what follows
  Counts counts_;
  std::map<Key, Counts::iterator> places_;
};

}  // namespace pollux::accounts
