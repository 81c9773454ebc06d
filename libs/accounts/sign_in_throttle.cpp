#include "accounts/sign_in_throttle.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/random.hpp"

namespace pollux::accounts {

SignInThrottle::SignInThrottle(const Options& options) : options_(options), hash_key_(random_bytes<32>()) {}

SignInThrottle::Keys SignInThrottle::keys_of(std::string_view name, std::string_view network) const {
  const auto key_of = [&](std::string_view kind, std::string_view first, std::string_view second) {
    // Neither has NUL, so that no two texts give the same bytes.
    const std::string text = std::string(kind).append(1, '\0').append(first).append(1, '\0').append(second);
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest;
    unsigned length = 0;
    if (HMAC(EVP_sha256(), hash_key_.data(), static_cast<int>(hash_key_.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
             &length) == nullptr) {
      std::fputs("OpenSSL can't compute HMAC-SHA-256.\n", stderr);
      std::abort();
    }
    Key key;
    std::copy_n(digest.begin(), key.size(), key.begin());
    return key;
  };
  return {.pair = key_of("pair", name, network),
          .network = key_of("network", network, ""),
          .account = key_of("account", name, "")};
}

std::chrono::seconds SignInThrottle::begin(std::string_view name, std::string_view network, AccountTime now) {
  const Keys keys = keys_of(name, network);
  const std::lock_guard lock(mutex_);
  const Count* const pair = find(keys.pair, now);
  const bool is_known = pair != nullptr && pair->succeeded;
  std::chrono::seconds wait =
      std::max(wait_of(pair, options_.pair, now), wait_of(find(keys.network, now), options_.network, now));
  if (!is_known) wait = std::max(wait, wait_of(find(keys.account, now), options_.account, now));
  if (wait > wait.zero()) return wait;
  for (const Key& key : {keys.pair, keys.network, keys.account}) count_failure(key, now);
  return wait;
}

void SignInThrottle::succeed(std::string_view name, std::string_view network, AccountTime now) {
  const Keys keys = keys_of(name, network);
  const std::lock_guard lock(mutex_);
  take_back(keys.network);
  take_back(keys.account);
  if (Count* const pair = find(keys.pair, now)) {
    pair->failures = 0;
    pair->succeeded = true;
  }
}

void SignInThrottle::withdraw(std::string_view name, std::string_view network) {
  const Keys keys = keys_of(name, network);
  const std::lock_guard lock(mutex_);
  for (const Key& key : {keys.pair, keys.network, keys.account}) take_back(key);
}

// Nothing if there is no count, or if its failures were long ago. That a pair has signed in is kept for
// longer.
SignInThrottle::Count* SignInThrottle::find(const Key& key, AccountTime now) {
  const auto found = places_.find(key);
  if (found == places_.end()) return nullptr;
  Count& count = *found->second;
  count.last = std::min(count.last, now);  // the clock may have been set back
  if (now - count.last >= options_.forget_after) count.failures = 0;
  return &count;
}

void SignInThrottle::count_failure(const Key& key, AccountTime now) {
  if (Count* const count = find(key, now)) {
    ++count->failures;
    count->last = now;
    counts_.splice(counts_.begin(), counts_, places_.at(key));
    return;
  }
  if (counts_.size() >= options_.max_counts) {
    places_.erase(counts_.back().key);
    counts_.pop_back();
  }
  counts_.push_front({.key = key, .failures = 1, .last = now});
  places_.emplace(key, counts_.begin());
}

void SignInThrottle::take_back(const Key& key) {
  const auto found = places_.find(key);
  if (found != places_.end() && found->second->failures > 0) --found->second->failures;
}

std::chrono::seconds SignInThrottle::wait_of(const Count* count, const Limit& limit, AccountTime now) {
  if (count == nullptr || count->failures < limit.free_attempts) return {};
  std::chrono::seconds wait = limit.first_wait;
  for (std::uint32_t failure = limit.free_attempts; failure < count->failures; ++failure) {
    if (wait >= limit.longest_wait) break;
    wait *= 2;
  }
  return std::max(count->last + std::min(wait, limit.longest_wait) - now, std::chrono::seconds(0));
}

}  // namespace pollux::accounts
