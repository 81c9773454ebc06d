// What a Redis server keeps: streams with consumer groups, and the few other types that Pollux uses. A value,
// so that a replica is a copy.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "poll/vote.hpp"

namespace pollux::simulation {

using Words = std::vector<std::string>;

// As documented at https://redis.io/docs/latest/develop/data-types/streams/ for Redis 7.
struct RedisGroup {
  struct Pending {
    std::string consumer;
    std::chrono::milliseconds delivered_at{0};  // Unix time of the server
  };

  poll::Version last_delivered;
  std::map<poll::Version, Pending> pending;
  std::map<std::string, std::chrono::milliseconds> consumers;  // when each was last seen

  std::size_t pending_of(const std::string& consumer) const;
};

struct RedisStream {
  std::map<poll::Version, Words> entries;  // names and values alternate
  poll::Version last_id;
  std::map<std::string, RedisGroup> groups;

  RedisGroup* group(const std::string& name);
};

struct RedisData {
  std::map<std::string, RedisStream> streams;
  std::map<std::string, std::map<std::string, std::string>> hashes;
  std::map<std::string, std::set<std::string>> sets;
  std::map<std::string, std::string> strings;

  RedisStream* stream(const std::string& key);
  const std::string* field(const std::string& key, const std::string& name) const;
};

}  // namespace pollux::simulation
