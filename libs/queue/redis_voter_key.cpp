#include "queue/redis_voter_key.hpp"

#include <optional>
#include <string>
#include <string_view>

#include "base/hex.hpp"
#include "queue/redis_keys.hpp"

namespace pollux::queue {
namespace {

std::optional<std::uint8_t> digit(char character) {
  if (character >= '0' && character <= '9') return static_cast<std::uint8_t>(character - '0');
  if (character >= 'a' && character <= 'f') return static_cast<std::uint8_t>(character - 'a' + 10);
  return std::nullopt;
}

std::optional<VoterKey> parse_key(std::string_view hex) {
  VoterKey key{};
  if (hex.size() != 2 * key.size()) return std::nullopt;
  for (std::size_t n = 0; n < key.size(); ++n) {
    const auto high = digit(hex[2 * n]);
    const auto low = digit(hex[2 * n + 1]);
    if (!high || !low) return std::nullopt;
    key[n] = static_cast<std::uint8_t>(*high << 4U | *low);
  }
  return key;
}

Error no_key(const redis::SyncClient& client) {
  return invalid(
      "Redis at " + client.url().text() + " has something in " + std::string(voter_key_key) +
      " that is no key: " + std::to_string(2 * voter_key_bytes) +
      " hexadecimal digits in lower case are expected. Delete it, and a running vote service puts its key "
      "back. Where none runs, a new key is made: every voter then counts as a new one.");
}

// Whether the key was set: nothing was there before.
Result<bool> set_if_none(redis::SyncClient& client, const VoterKey& key) {
  const auto set = client.run({"SET", std::string(voter_key_key), to_hex(key), "NX"});
  if (!set) return set.error();
  return set->kind != redis::Reply::Kind::nil;
}

// The one that is there.
Result<VoterKey> kept_key(redis::SyncClient& client) {
  const auto kept = client.run({"GET", std::string(voter_key_key)});
  if (!kept) return kept.error();
  if (kept->kind == redis::Reply::Kind::nil) {
    return unavailable("Redis at " + client.url().text() + " has just lost the voter key.");
  }
  if (const auto key = parse_key(kept->text)) return *key;
  return no_key(client);
}

}  // namespace

Result<VoterKey> share_voter_key(const redis::Url& url, const VoterKey& candidate,
                                 redis::SyncClient::Options limits) {
  redis::SyncClient client(url, limits);
  if (const auto set = set_if_none(client, candidate); !set) return set.error();
  return kept_key(client);
}

Result<bool> keep_voter_key(redis::SyncClient& client, const VoterKey& key) {
  auto set = set_if_none(client, key);
  if (!set || *set) return set;
  const auto there = kept_key(client);
  if (!there) return there.error();
  if (*there == key) return false;
  return invalid("Redis at " + client.url().text() + " has another voter key in " +
                 std::string(voter_key_key) +
                 " than this service signs cookies with: a browser that reaches both counts as two voters. "
                 "Restart this service, and it takes the key from Redis.");
}

}  // namespace pollux::queue
