#include "queue/redis_agreement.hpp"

#include <optional>
#include <string>
#include <utility>

#include "base/encoding.hpp"

namespace pollux::queue {
namespace {

std::optional<VoterKey> parse_key(std::string_view hex) {
  VoterKey key{};
  if (!from_hex(hex, key) || to_hex(key) != hex) return std::nullopt;
  return key;
}

Error no_key(const redis::SyncClient& client) {
  return invalid(
      "Redis at " + client.url().text() + " has something in " + std::string(voter_key_key) +
      " that is no key: " + std::to_string(2 * voter_key_bytes) +
      " hexadecimal digits in lower case are expected. Delete it, and a running vote service puts its key "
      "back. If none is running, a new key is made, and every voter then counts as a new one.");
}

// True if the key was set, false if something was there.
Result<bool> set_if_none(redis::SyncClient& client, const VoterKey& key) {
  const auto set = client.run({"SET", std::string(voter_key_key), to_hex(key), "NX"});
  if (!set) return set.error();
  return set->kind != redis::Reply::Kind::nil;
}

Result<VoterKey> kept_key(redis::SyncClient& client) {
  const auto kept = client.run({"GET", std::string(voter_key_key)});
  if (!kept) return kept.error();
  if (kept->kind == redis::Reply::Kind::nil) {
    return unavailable("Redis at " + client.url().text() + " has just lost the voter key.");
  }
  if (const auto key = parse_key(kept->text)) return *key;
  return no_key(client);
}

// Replaces ARGV[2] by ARGV[3], unless another service was faster, and returns what is there then.
constexpr std::string_view replace_script =
    "if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) "
    "end "
    "return redis.call('HGET', KEYS[1], ARGV[1])";

Error no_definition(const redis::SyncClient& client) {
  return invalid("Redis at " + client.url().text() + " has something in " + std::string(polls_key) +
                 " that is no poll. Delete that hash, and the polls are registered again.");
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

Result<poll::PollDefinition> register_poll(redis::SyncClient& client, const poll::Poll& poll, bool keep) {
  const poll::PollDefinition mine = poll::definition_of(poll);
  const auto there = keep_poll_registered(client, poll.id(), mine);
  if (!there) return there.error();
  if (*there == mine) return *there;
  if (poll::compare(*there, mine) == poll::Likeness::other && !keep) {
    return invalid(
        "The other vote services ask " + poll::in_words(*there) + ", and this one would ask " +
        poll::in_words(mine) +
        " in the same run. Give this one the same question and options; or begin another run with a larger "
        "--run (POLLUX_RUN) for all vote and result services; or start with --keep-run if it is the same "
        "question in other words.");
  }
  const auto now = client.run({"EVAL", std::string(replace_script), "1", std::string(polls_key),
                               std::string(poll.id().text()), poll::text_of(*there), poll::text_of(mine)});
  if (!now) return now.error();
  if (now->text == poll::text_of(mine)) return *there;
  return unavailable("Another vote service has just changed the question in Redis.");
}

Result<poll::PollDefinition> keep_poll_registered(redis::SyncClient& client, const poll::PollId& run,
                                                  const poll::PollDefinition& known) {
  const std::string key(polls_key);
  const std::string& id = run.text();
  if (auto set = client.run({"HSETNX", key, id, poll::text_of(known)}); !set) return set.error();
  const auto kept = client.run({"HGET", key, id});
  if (!kept) return kept.error();
  if (kept->kind == redis::Reply::Kind::nil) {
    return unavailable("Redis at " + client.url().text() + " has just lost what people are asked.");
  }
  if (auto there = poll::parse_definition(kept->text)) return *std::move(there);
  return no_definition(client);
}

Result<poll::PollDefinitions> registered_polls(redis::SyncClient& client) {
  const auto size = client.run({"HLEN", std::string(polls_key)});
  if (!size) return size.error();
  if (size->integer > static_cast<std::int64_t>(max_polls_read)) return no_definition(client);
  const auto reply = client.run({"HGETALL", std::string(polls_key)});
  if (!reply) return reply.error();
  poll::PollDefinitions polls;
  for (std::size_t n = 0; n + 1 < reply->elements.size(); n += 2) {
    auto id = poll::PollId::parse(reply->elements[n].text);
    auto definition = poll::parse_definition(reply->elements[n + 1].text);
    if (id && definition) polls.emplace(*std::move(id), *std::move(definition));
  }
  return polls;
}

}  // namespace pollux::queue
