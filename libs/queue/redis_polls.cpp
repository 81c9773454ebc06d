#include "queue/redis_polls.hpp"

#include <string>
#include <utility>

#include "queue/redis_keys.hpp"

namespace pollux {
namespace {

// Puts ARGV[3] in the place of ARGV[2], unless somebody else was quicker, and gives what is there then.
constexpr std::string_view replace_script =
    "if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) "
    "end "
    "return redis.call('HGET', KEYS[1], ARGV[1])";

Error damaged(const redis::SyncClient& client) {
  return invalid("Redis at " + client.url().text() + " has something in " + std::string(polls_key) +
                 " that is no poll. Delete that hash, and the polls are registered again.");
}

}  // namespace

Result<PollDefinition> register_poll(redis::SyncClient& client, const Poll& poll, bool keep) {
  const std::string key(polls_key);
  const std::string id(poll.id().text());
  const PollDefinition mine = definition_of(poll);
  const std::string text = text_of(mine);
  if (auto set = client.run({"HSETNX", key, id, text}); !set) return set.error();
  const auto kept = client.run({"HGET", key, id});
  if (!kept) return kept.error();
  const auto there = parse_definition(kept->text);
  if (!there) return damaged(client);
  if (*there == mine) return *there;
  if (compare(*there, mine) == Likeness::other && !keep) {
    return invalid(
        "The other vote services ask " + in_words(*there) + ", and this one would ask " + in_words(mine) +
        " in the same run. Give this one the same question and options; or begin another run with a larger "
        "--run (POLLUX_RUN) for all vote and result services; or start with --keep-run if it is the same "
        "question in other words.");
  }
  const auto now = client.run({"EVAL", std::string(replace_script), "1", key, id, kept->text, text});
  if (!now) return now.error();
  if (now->text == text) return *there;
  return unavailable("Another vote service has just changed the question in Redis.");
}

Result<std::map<PollId, PollDefinition>> registered_polls(redis::SyncClient& client) {
  const auto size = client.run({"HLEN", std::string(polls_key)});
  if (!size) return size.error();
  if (size->integer > static_cast<std::int64_t>(max_polls_read)) return damaged(client);
  const auto reply = client.run({"HGETALL", std::string(polls_key)});
  if (!reply) return reply.error();
  std::map<PollId, PollDefinition> polls;
  for (std::size_t n = 0; n + 1 < reply->elements.size(); n += 2) {
    auto id = PollId::parse(reply->elements[n].text);
    auto definition = parse_definition(reply->elements[n + 1].text);
    if (id && definition) polls.emplace(*std::move(id), *std::move(definition));
  }
  return polls;
}

}  // namespace pollux
