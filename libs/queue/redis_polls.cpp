#include "queue/redis_polls.hpp"

#include <string>
#include <utility>

#include "queue/redis_keys.hpp"

namespace pollux::queue {
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
  return damaged(client);
}

Result<poll::PollDefinitions> registered_polls(redis::SyncClient& client) {
  const auto size = client.run({"HLEN", std::string(polls_key)});
  if (!size) return size.error();
  if (size->integer > static_cast<std::int64_t>(max_polls_read)) return damaged(client);
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
