#include "redis/reply_reader.hpp"

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <utility>

#include <hiredis/hiredis.h>

namespace pollux::redis {
namespace {

// More than any answer of ours has; a length is only a promise.
constexpr std::size_t most_elements = 1'000'000;

// What `fill` makes of an element of the array around it, or of a reply of its own; null, which hiredis takes
// for a lack of memory, where that fails.
template <class Fill>
void* made(const redisReadTask* task, const Fill& fill) try {
  if (task->parent != nullptr) {
    auto& elements = static_cast<Reply*>(task->parent->obj)->elements;
    Reply& reply = elements.at(static_cast<std::size_t>(task->idx));
    fill(reply);
    return &reply;
  }
  auto reply = std::make_unique<Reply>();
  fill(*reply);
  return reply.release();
} catch (const std::exception&) {
  return nullptr;
}

void* make_text(const redisReadTask* task, char* bytes, std::size_t size) {
  return made(task, [&](Reply& reply) {
    reply.kind = task->type == REDIS_REPLY_ERROR ? Reply::Kind::error : Reply::Kind::text;
    reply.text.assign(bytes, size);
  });
}

void* make_array(const redisReadTask* task, std::size_t size) {
  return made(task, [&](Reply& reply) {
    if (size > most_elements) throw std::length_error("An array of Redis is too long.");
    reply.kind = Reply::Kind::array;
    reply.elements.resize(size);
  });
}

void* make_integer(const redisReadTask* task, long long number) {
  return made(task, [&](Reply& reply) {
    reply.kind = Reply::Kind::integer;
    reply.integer = number;
  });
}

void* make_nil(const redisReadTask* task) {
  return made(task, [](Reply&) {});
}

void free_reply(void* reply) {
  delete static_cast<Reply*>(reply);
}

}  // namespace

redisReplyObjectFunctions* reply_functions() {
  static redisReplyObjectFunctions functions{
      .createString = make_text,
      // An int in hiredis 0.14, a size_t since.
      .createArray = [](const redisReadTask* task,
                        auto size) { return make_array(task, static_cast<std::size_t>(size)); },
      .createInteger = make_integer,
      .createNil = make_nil,
      .freeObject = free_reply,
  };
  return &functions;
}

Reply take_reply(void* parsed) {
  const std::unique_ptr<Reply> reply(static_cast<Reply*>(parsed));
  return std::move(*reply);
}

}  // namespace pollux::redis
