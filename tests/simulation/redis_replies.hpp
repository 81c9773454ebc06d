// Replies of the simulated Redis.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "queue/versions.hpp"
#include "redis/protocol.hpp"
#include "simulation/redis_data.hpp"

namespace pollux::simulation {

inline redis::Reply nil() {
  return {};
}
inline redis::Reply number(std::size_t value) {
  redis::Reply reply;
  reply.kind = redis::Reply::Kind::integer;
  reply.integer = static_cast<std::int64_t>(value);
  return reply;
}
inline redis::Reply text(std::string value) {
  redis::Reply reply;
  reply.kind = redis::Reply::Kind::text;
  reply.text = std::move(value);
  return reply;
}
inline redis::Reply error(std::string message) {
  redis::Reply reply = text(std::move(message));
  reply.kind = redis::Reply::Kind::error;
  return reply;
}
inline redis::Reply array(std::vector<redis::Reply> elements) {
  redis::Reply reply;
  reply.kind = redis::Reply::Kind::array;
  reply.elements = std::move(elements);
  return reply;
}
inline redis::Reply texts(const Words& words) {
  std::vector<redis::Reply> elements;
  elements.reserve(words.size());
  for (const std::string& word : words) elements.push_back(text(word));
  return array(std::move(elements));
}
// nil for the fields of an entry that was deleted.
inline redis::Reply entry(poll::Version id, const Words* fields) {
  return array({text(queue::entry_id_text(id)), fields == nullptr ? nil() : texts(*fields)});
}
inline redis::Reply no_group(const std::string& key, const std::string& group) {
  return error("NOGROUP No such key '" + key + "' or consumer group '" + group + "'");
}

}  // namespace pollux::simulation
