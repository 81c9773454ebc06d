// A command as it goes over the wire: an array of bulk strings (the Redis serialization protocol, RESP 2).
// Encoded where the words are at hand, so that it can cross threads as one piece.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace pollux::redis {

class EncodedCommand {
 public:
  // The words may hold any bytes; the command's name is the first.
  explicit EncodedCommand(std::span<const std::string_view> words);
  EncodedCommand(std::initializer_list<std::string_view> words)
      : EncodedCommand(std::span(words.begin(), words.size())) {}

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

}  // namespace pollux::redis
