#include "queue/redis_voter_key.hpp"

#include <optional>
#include <string>
#include <string_view>

#include "base/hex.hpp"
#include "queue/redis_keys.hpp"

namespace pollux {
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

}  // namespace

Result<VoterKey> share_voter_key(const redis::Url& url, const VoterKey& candidate,
                                 redis::SyncClient::Options limits) {
  redis::SyncClient client(url, limits);
  const std::string name(voter_key_key);
  if (auto set = client.run({"SET", name, to_hex(candidate), "NX"}); !set) return set.error();
  const auto kept = client.run({"GET", name});
  if (!kept) return kept.error();
  if (const auto key = parse_key(kept->text)) return *key;
  return invalid(
      "Redis at " + url.text() + " has something in " + name +
      " that is no key: " + std::to_string(2 * voter_key_bytes) +
      " hexadecimal digits in lower case are expected. Delete it, and a new key is made: every voter "
      "then counts as a new one.");
}

}  // namespace pollux
