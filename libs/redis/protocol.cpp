#include "redis/protocol.hpp"

#include <array>
#include <charconv>
#include <new>
#include <stdexcept>
#include <utility>

#include <hiredis/hiredis.h>

namespace pollux::redis {
namespace {

void append_length(std::string& bytes, char kind, std::size_t length) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), length).ptr;
  bytes += kind;
  bytes.append(digits.data(), end);
  bytes += "\r\n";
}

// hiredis calls these functions to build its result. They build a Reply in place: a batch of votes has many
// thousands of elements, and converting hiredis's own objects took a third of a worker's time.

// A length is only a promise until the elements arrive.
constexpr std::size_t max_elements = 1'000'000;

// Fills a new reply, or the element of the array that is being built. Null means "out of memory" to hiredis.
template <class Fill>
void* build(const redisReadTask* task, const Fill& fill) try {
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

void* build_text(const redisReadTask* task, char* bytes, std::size_t size) {
  return build(task, [&](Reply& reply) {
    reply.kind = task->type == REDIS_REPLY_ERROR ? Reply::Kind::error : Reply::Kind::text;
    reply.text.assign(bytes, size);
  });
}

void* build_array(const redisReadTask* task, std::size_t size) {
  return build(task, [&](Reply& reply) {
    if (size > max_elements) throw std::length_error("The array of a Redis reply is too long.");
    reply.kind = Reply::Kind::array;
    reply.elements.resize(size);
  });
}

void* build_integer(const redisReadTask* task, long long number) {
  return build(task, [&](Reply& reply) {
    reply.kind = Reply::Kind::integer;
    reply.integer = number;
  });
}

void* build_nil(const redisReadTask* task) {
  return build(task, [](Reply&) {});
}

void free_reply(void* reply) {
  delete static_cast<Reply*>(reply);
}

redisReplyObjectFunctions* reply_functions() {
  static redisReplyObjectFunctions functions{
      .createString = build_text,
      // An int in hiredis 0.14, a size_t since.
      .createArray = [](const redisReadTask* task,
                        auto size) { return build_array(task, static_cast<std::size_t>(size)); },
      .createInteger = build_integer,
      .createNil = build_nil,
      .freeObject = free_reply,
  };
  return &functions;
}

}  // namespace

EncodedCommand::EncodedCommand(std::span<const std::string_view> words) {
  std::size_t size = 16;
  for (const std::string_view word : words) size += word.size() + 16;
  bytes_.reserve(size);
  append_length(bytes_, '*', words.size());
  for (const std::string_view word : words) {
    append_length(bytes_, '$', word.size());
    bytes_ += word;
    bytes_ += "\r\n";
  }
}

void ReplyReader::Free::operator()(redisReader* reader) const {
  redisReaderFree(reader);
}

ReplyReader::ReplyReader() : reader_(redisReaderCreateWithFunctions(reply_functions())) {
  if (!reader_) throw std::bad_alloc();
}

ReplyReader::~ReplyReader() = default;

void ReplyReader::feed(std::string_view bytes) {
  redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
}

Result<std::optional<Reply>> ReplyReader::next() {
  void* parsed = nullptr;
  if (redisReaderGetReply(reader_.get(), &parsed) != REDIS_OK) {
    return invalid("the reply is not in the Redis protocol");
  }
  if (parsed == nullptr) return std::optional<Reply>();
  const std::unique_ptr<Reply> reply(static_cast<Reply*>(parsed));
  return std::optional<Reply>(std::move(*reply));
}

std::size_t ReplyReader::buffered_bytes() const {
  return reader_->len;
}

}  // namespace pollux::redis
