// The Redis serialization protocol (RESP 2): commands are encoded, replies are parsed.
//
// https://redis.io/docs/latest/develop/reference/protocol-spec/
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

struct redisReader;

namespace pollux::redis {

// A command as an array of bulk strings, encoded once so that it crosses threads as one piece.
class EncodedCommand {
 public:
  // The name and the arguments; any bytes.
  explicit EncodedCommand(std::span<const std::string_view> words);
  EncodedCommand(std::initializer_list<std::string_view> words)
      : EncodedCommand(std::span(words.begin(), words.size())) {}

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

struct Reply {
  enum class Kind { nil, integer, text, error, array };

  Kind kind = Kind::nil;
  std::int64_t integer = 0;
  std::string text;  // any bytes; of an error its message, such as "OOM command not allowed …"
  std::vector<Reply> elements;

  bool is_error() const { return kind == Kind::error; }
  // The first word of an error, such as "OOM"; empty if this is no error.
  std::string_view error_code() const {
    return is_error() ? std::string_view(text).substr(0, text.find(' ')) : std::string_view();
  }
  // The integer as a number of things; 0 for anything else.
  std::uint64_t count() const { return integer > 0 ? static_cast<std::uint64_t>(integer) : 0; }
};

// Parses the replies of one connection. One thread.
class ReplyReader {
 public:
  ReplyReader();
  ~ReplyReader();
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  // Takes bytes that were received.
  void feed(std::string_view bytes);

  // The next complete reply; nothing until more bytes come. `invalid` if the bytes are not RESP 2 or an array
  // has more than 1,000,000 elements; the connection is of no further use then.
  Result<std::optional<Reply>> next();

  std::size_t buffered_bytes() const;  // of a reply that is not complete yet

 private:
  struct Free {
    void operator()(redisReader* reader) const;
  };
  std::unique_ptr<redisReader, Free> reader_;
};

}  // namespace pollux::redis
