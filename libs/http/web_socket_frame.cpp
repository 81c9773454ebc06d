#include "http/web_socket_frame.hpp"

#include <cstring>

namespace pollux::http {
namespace {

constexpr std::uint8_t final_bit = 0x80;
constexpr std::uint8_t reserved_bits = 0x70;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::size_t mask_bytes = 4;

std::size_t length_bytes(std::size_t short_length) {
  return short_length == 126 ? 2 : short_length == 127 ? 8 : 0;
}

std::uint64_t read_big_endian(std::span<const char> bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<std::uint8_t>(byte);
  return number;
}

bool is_known(std::uint8_t opcode) {
  return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

bool is_shortest_form(std::uint64_t length, std::size_t bytes) {
  if (bytes == 2) return length >= 126;
  if (bytes == 8) return length > 0xffff && length >> 63 == 0;
  return true;
}

}  // namespace

OutgoingHeader::OutgoingHeader(Opcode opcode, std::uint64_t payload_bytes) {
  const std::size_t more = payload_bytes < 126 ? 0 : payload_bytes <= 0xffff ? 2 : 8;
  bytes_[0] = static_cast<char>(final_bit | static_cast<std::uint8_t>(opcode));
  bytes_[1] = static_cast<char>(more == 0 ? payload_bytes : more == 2 ? 126U : 127U);
  for (std::size_t i = 0; i < more; ++i) {
    bytes_[2 + i] = static_cast<char>(payload_bytes >> (8 * (more - 1 - i)) & 0xff);
  }
  size_ = static_cast<std::uint8_t>(2 + more);
}

IncomingHeader::Soundness IncomingHeader::read(std::span<const char> bytes) {
  // The first two bytes are judged alone: one who breaks the rules is not waited for.
  if (bytes.size() < 2) return Soundness::incomplete;
  const auto first = static_cast<std::uint8_t>(bytes[0]);
  const auto second = static_cast<std::uint8_t>(bytes[1]);
  const auto number = static_cast<std::uint8_t>(first & 0x0f);
  const auto short_length = static_cast<std::size_t>(second & 0x7f);
  if ((first & reserved_bits) != 0 || !is_known(number) || (second & mask_bit) == 0) {
    return Soundness::unsound;
  }
  opcode = static_cast<Opcode>(number);
  is_final = (first & final_bit) != 0;
  if (is_control(opcode) && (!is_final || short_length > longest_control_payload)) return Soundness::unsound;

  const std::size_t more = length_bytes(short_length);
  size = static_cast<std::uint8_t>(2 + more + mask_bytes);
  if (bytes.size() < size) return Soundness::incomplete;
  payload_bytes = more == 0 ? short_length : read_big_endian(bytes.subspan(2, more));
  std::memcpy(mask.data(), bytes.data() + 2 + more, mask_bytes);
  return is_shortest_form(payload_bytes, more) ? Soundness::sound : Soundness::unsound;
}

void unmask(std::span<char> bytes, const std::array<char, 4>& mask, std::uint64_t position) {
  // Turned, so that its first byte belongs to the first of ours; then eight bytes at a time.
  std::array<char, 8> turned;
  for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = mask[(position + i) % mask.size()];
  std::uint64_t word_of_mask = 0;
  std::memcpy(&word_of_mask, turned.data(), sizeof word_of_mask);
  std::size_t i = 0;
  for (; i + sizeof word_of_mask <= bytes.size(); i += sizeof word_of_mask) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, sizeof word);
    word ^= word_of_mask;
    std::memcpy(bytes.data() + i, &word, sizeof word);
  }
  for (; i < bytes.size(); ++i) bytes[i] = static_cast<char>(bytes[i] ^ turned[i % turned.size()]);
}

}  // namespace pollux::http
