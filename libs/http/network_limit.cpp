#include "http/network_limit.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <span>

#include "base/random.hpp"

namespace pollux::http {
namespace {

constexpr double nanoseconds_per_second = 1e9;

std::int64_t nanoseconds(double tokens, double per_second) {
  return per_second > 0 ? std::llround(tokens * nanoseconds_per_second / per_second) : 0;
}

std::array<std::uint64_t, 2> random_hash_key() {
  return std::bit_cast<std::array<std::uint64_t, 2>>(random_bytes<16>());
}

// The finalizer of splitmix64 (Steele, Lea, Flood 2014), whose every input bit changes every output bit.
std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

// With random keys, so that clients can't choose networks that share a set.
std::size_t hash_of(const IpAddress& network, const std::array<std::uint64_t, 2>& key) {
  const auto halves = std::bit_cast<std::array<std::uint64_t, 2>>(network);
  return static_cast<std::size_t>(mixed(mixed(halves[0] ^ key[0]) + (halves[1] ^ key[1])));
}

}  // namespace

NetworkLimit::NetworkLimit(const Options& options)
    : token_time_(nanoseconds(1, options.per_second)),
      bucket_time_(nanoseconds(std::max(options.at_once, 1.0), options.per_second)),
      hash_key_(random_hash_key()),
      slots_(token_time_ > 0 ? max_networks : 0) {}

std::chrono::seconds NetworkLimit::admit(std::string_view address, Clock::time_point now) {
  if (token_time_ == 0) return std::chrono::seconds(0);
  const std::int64_t at = std::chrono::nanoseconds(now.time_since_epoch()).count();
  const IpAddress network = network_bytes_of(address);
  const std::lock_guard lock(mutex_);
  Slot& slot = slot_of(network, at);
  const std::int64_t full_at = std::max(slot.full_at, at) + token_time_;
  const std::int64_t wait = full_at - at - bucket_time_;
  if (wait > 0) return std::chrono::ceil<std::chrono::seconds>(std::chrono::nanoseconds(wait));
  slot.full_at = full_at;
  return std::chrono::seconds(0);
}

NetworkLimit::Slot& NetworkLimit::slot_of(const IpAddress& network, std::int64_t now) {
  const std::size_t first = hash_of(network, hash_key_) % sets * slots_per_set;
  const std::span<Slot> set = std::span(slots_).subspan(first, slots_per_set);
  Slot* free = nullptr;
  for (Slot& slot : set) {
    if (slot.network == network && slot.full_at > now) return slot;
    if (slot.full_at <= now) free = &slot;
  }
  if (free == nullptr) return shared_;
  *free = {.network = network};
  return *free;
}

}  // namespace pollux::http
