#include "vote/options.hpp"

#include <string>

#include "base/encoding.hpp"
#include "config/connection_settings.hpp"
#include "queue/redis_confirmations.hpp"
#include "queue/redis_queue_options.hpp"

namespace pollux::vote {
namespace {

Result<std::optional<VoterTokens::Key>> parse_key(std::string_view digits) {
  VoterTokens::Key key;
  if (!from_hex(digits, key)) return invalid("not a key");
  return std::optional(key);
}

config::setting::Value key_value(std::optional<VoterTokens::Key>* target) {
  config::setting::Value key = config::setting::parsed<std::optional<VoterTokens::Key>>(
      target, parse_key, "KEY", std::to_string(2 * VoterTokens::key_bytes) + " hexadecimal digits", "");
  key.secret = true;
  return key;
}

void declare_page(config::Settings& settings, Options& options) {
  settings.group("Vote page");
  settings.add("listen", config::setting::endpoint(&options.listen), "Address of the vote page.");
  declare(settings, options.page);
  declare(settings, options.limits);
  settings.add(
      "voter-key", key_value(&options.voter_key),
      "The key that signs the voters' cookies, the same for all vote services. If it is not given, the first "
      "one to start makes a key and stores it in Redis for all.");
  settings.add("accepted-voter-key", key_value(&options.accepted_voter_key),
               "A second key, whose cookies are accepted, too, and replaced by cookies of the first. To "
               "replace a key, give the next one here first, then exchange both.");
}

void declare_queue(config::Settings& settings, Options& options) {
  config::declare_redis(settings, options.redis);
  settings.add(
      "queue",
      config::setting::one_of(&options.queue, {{"stream", QueueKind::stream}, {"list", QueueKind::list}}),
      "Where votes wait: in streams, for pollux-worker, or in the list of Docker's example-voting-app, for "
      "the "
      "worker of that application.");
  settings.add("stream-shards", config::setting::integer(&options.stream_shards, 1, queue::max_stream_shards),
               "Streams that the votes are spread over, by voter. Workers discover them.");
  settings.add(
      "max-in-flight", config::setting::integer(&options.max_in_flight, 1, 1'000'000),
      "Votes of each io thread that may wait for Redis at a time; beyond it voters are asked to try again "
      "(503).");
  settings.add("ack",
               config::setting::one_of(&options.ack, {{"memory", queue::RedisAck::memory},
                                                      {"fsync", queue::RedisAck::fsync},
                                                      {"replica", queue::RedisAck::replica}}),
               "What a vote waits for before it is answered: memory: Redis has it, as durable as its "
               "appendfsync; fsync: it is on Redis's disk (Redis 7.2 or later); replica: a replica has it. "
               "What is not confirmed in time is answered with 503.");
  settings.add(
      "managed-polls", config::setting::boolean(&options.managed_polls),
      "Also serve the polls that people make, at /p/CODE. The service learns of them from Redis, whose user "
      "then needs the right to run scripts.");
}

std::optional<std::string> check_queue(const Options& options) {
  if (options.queue != QueueKind::list) return std::nullopt;
  if (options.run != 1) {
    return "--queue is list, and the list of example-voting-app does not distinguish runs. Use --run 1, or "
           "--queue stream.";
  }
  if (options.managed_polls) {
    return "--queue is list, and the list of example-voting-app holds votes for one poll only. Use --queue "
           "stream, or no --managed-polls.";
  }
  return std::nullopt;
}

}  // namespace

void declare(config::Settings& settings, Options& options) {
  declare(settings, options.poll);
  config::declare_run(settings, options.run);
  config::declare_keep_run(settings, options.keep_run);
  config::declare_pass_secret(settings, options.pass_secret);
  declare_page(settings, options);
  declare(settings, options.addresses);
  config::declare_former(settings, options.addresses);
  declare_queue(settings, options);
  settings.check([&options] { return check_queue(options); });
  declare(settings, options.network);
  declare(settings, options.service, {.has_visitors = true, .has_dependencies = true});
}

}  // namespace pollux::vote
