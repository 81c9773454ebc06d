#include "redis/encoded_command.hpp"

#include <array>
#include <charconv>
#include <cstddef>

namespace pollux::redis {
namespace {

void append_length(std::string& bytes, char kind, std::size_t length) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), length).ptr;
  bytes += kind;
  bytes.append(digits.data(), end);
  bytes += "\r\n";
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

}  // namespace pollux::redis
