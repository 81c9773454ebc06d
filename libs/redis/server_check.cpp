#include "redis/server_check.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "redis/error.hpp"

namespace pollux::redis {
namespace {

// "name=mymaster,status=ok,address=10.0.0.1:6379,slaves=1,sentinels=3"
std::string watched_by_sentinel(std::string_view info) {
  const std::string_view primary = info_field(info, "master0");
  const std::size_t start = primary.find("address=");
  if (start == std::string_view::npos) return "the primary that it watches";
  const std::string_view address = primary.substr(start + 8);
  return "the primary that it watches, which is now at " + std::string(address.substr(0, address.find(',')));
}

Error is_sentinel(const Url& url, std::string_view info) {
  return invalid("The address of " + redis_at(url) +
                 "is that of a Sentinel, which holds no data. Point the Redis URL at " +
                 watched_by_sentinel(info) +
                 ", or better at a name or proxy that follows the primary: Pollux does not ask Sentinels.");
}

// Scripts change a stream, the set of streams and the dead letters together, and one command reads several
// streams. A cluster rejects that (CROSSSLOT), even with a single shard, because the keys are in different
// slots.
Error is_cluster(const Url& url) {
  return invalid(redis_at(url) +
                 "is a Redis Cluster, which Pollux does not work with. Use a Redis without cluster mode: one "
                 "primary, with replicas if you like.");
}

struct Eviction {
  std::string policy;  // empty: not known
  bool of_our_keys = false;
  bool has_limit = true;
};

Eviction eviction_of(std::string_view info) {
  const std::string_view policy = info_field(info, "maxmemory_policy");
  return {.policy = std::string(policy),
          .of_our_keys = !policy.empty() && policy != "noeviction" && !policy.starts_with("volatile-"),
          .has_limit = info_field(info, "maxmemory") != "0"};
}

std::optional<std::uint64_t> number_field(std::string_view info, std::string_view name) {
  const std::string_view text = info_field(info, name);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The warning for the log, or an empty string.
Result<std::string> check_mode(const Url& url, SyncClient& client) {
  // After "ERR unknown command" or NOPERM for INFO the server still works.
  if (auto sent = client.send({{"PING"}, {"INFO"}}); !sent) return sent.error();
  const auto replies = client.receive();
  if (!replies) return replies.error();
  const std::string& info = (*replies)[1].text;
  if (!(*replies)[1].is_error()) {
    std::string_view mode = info_field(info, "redis_mode");
    if (mode.empty()) mode = info_field(info, "server_mode");  // Valkey
    if (mode == "sentinel") return is_sentinel(url, info);
    if (mode == "cluster") return is_cluster(url);
  }
  if ((*replies)[0].is_error()) return error_of_reply(url, (*replies)[0].text);
  return eviction_warning(url, info);
}

}  // namespace

std::string_view info_field(std::string_view info, std::string_view name) {
  while (!info.empty()) {
    const std::string_view line = info.substr(0, info.find('\n'));
    info.remove_prefix(std::min(info.size(), line.size() + 1));
    if (line.size() <= name.size() || line[name.size()] != ':' || !line.starts_with(name)) continue;
    const std::string_view value = line.substr(name.size() + 1);
    return value.substr(0, value.find('\r'));
  }
  return {};
}

Memory memory_of(const Reply& info) {
  if (info.is_error()) return {};
  Memory memory{.used_bytes = number_field(info.text, "used_memory"),
                .max_bytes = number_field(info.text, "maxmemory"),
                .noeviction = std::nullopt};
  const std::string_view policy = info_field(info.text, "maxmemory_policy");
  if (!policy.empty()) memory.noeviction = policy == "noeviction";
  return memory;
}

Result<std::string> check_server(const Url& url, SyncClient::Options limits) {
  if (auto checked = url.check(); !checked) return checked.error();
  // A Sentinel and a cluster reject SELECT, so INFO comes first, without a database.
  Url first = url;
  first.database = 0;
  SyncClient client(first, limits);
  auto checked = check_mode(url, client);
  if (!checked || url.database == 0) return checked;
  SyncClient there(url, limits);
  if (const auto answer = there.run({"PING"}); !answer) return answer.error();
  return checked;
}

Result<void> keeps_data_when_full(const Url& url, const Reply& info) {
  if (info.is_error()) return {};
  const Eviction eviction = eviction_of(info.text);
  if (!eviction.of_our_keys || !eviction.has_limit) return {};
  return unavailable(redis_at(url) +
                     "may evict accepted votes when its memory is full: its maxmemory-policy is " +
                     eviction.policy + ". Set it to noeviction.");
}

std::string eviction_warning(const Url& url, std::string_view info) {
  const Eviction eviction = eviction_of(info);
  const bool loses_votes = eviction.of_our_keys && eviction.has_limit;
  if (eviction.policy.empty() || eviction.policy == "noeviction" || loses_votes) return "";
  return redis_at(url) + "has the maxmemory-policy " + eviction.policy + ". No vote is lost " +
         (eviction.of_our_keys ? "as long as maxmemory is 0" : "under it, but keys of others may be") +
         "; noeviction is what a queue needs.";
}

}  // namespace pollux::redis
