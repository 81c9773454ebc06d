#include "engineio/codec.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pollux::engineio {
namespace {

TEST(EngineIoPacket, DecodesTypeAndPayload) {
  const auto packet = decode_packet("4hello");
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->type, PacketType::message);
  EXPECT_EQ(packet->payload, "hello");
}

TEST(EngineIoPacket, DecodesAPacketWithoutPayload) {
  const auto packet = decode_packet("2");
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->type, PacketType::ping);
  EXPECT_EQ(packet->payload, "");
}

TEST(EngineIoPacket, RejectsUnknownTypes) {
  for (const std::string_view text : {"", "abc", "7", "9", " 4", "-1", "\xC3\xA9"}) {
    EXPECT_FALSE(decode_packet(text)) << testing::PrintToString(text);
  }
}

TEST(EngineIoPacket, EncodesWhatItDecodes) {
  EXPECT_EQ(encode_packet(PacketType::pong, "probe"), "3probe");
  EXPECT_EQ(encode_packet(PacketType::ping), "2");
}

// All packets as sent, binary ones in brackets; "!" for a malformed one.
std::vector<std::string> read_all(std::string_view payload) {
  std::vector<std::string> packets;
  PayloadReader reader(payload);
  while (!reader.at_end()) {
    const auto packet = reader.next();
    packets.push_back(!packet             ? "!"
                      : packet->is_binary ? "[" + packet->bytes + "]"
                                          : std::string(packet->text));
  }
  return packets;
}

using Packets = std::vector<std::string>;

TEST(EngineIoPayload, IsPacketsBetweenSeparators) {
  EXPECT_EQ(read_all("4hello"), (Packets{"4hello"}));
  EXPECT_EQ(read_all("4test1\x1e"
                     "2\x1e"
                     "4test3"),
            (Packets{"4test1", "2", "4test3"}));
}

TEST(EngineIoPayload, IsMeasuredWithoutParsing) {
  EXPECT_FALSE(has_more_packets_than(1, ""));
  EXPECT_FALSE(has_more_packets_than(2, "4a\x1e"));
  EXPECT_TRUE(has_more_packets_than(1, "4a\x1e"));
  EXPECT_FALSE(has_more_packets_than(1'000, std::string(999, record_separator)));
  EXPECT_TRUE(has_more_packets_than(1'000, std::string(1'000, record_separator)));
}

TEST(EngineIoPayload, CarriesBinaryAsBase64) {
  EXPECT_EQ(read_all("4hello\x1e"
                     "bAQIDBA=="),
            (Packets{"4hello", "[\x01\x02\x03\x04]"}));
  EXPECT_EQ(read_all("b"), (Packets{"[]"}));
}

TEST(EngineIoPayload, HasAnEmptyPacketBetweenAdjacentSeparators) {
  EXPECT_EQ(read_all(""), (Packets{""}));
  EXPECT_EQ(read_all("\x1e"), (Packets{"", ""}));
  EXPECT_EQ(read_all("4a\x1e"), (Packets{"4a", ""}));
}

TEST(EngineIoPayload, EndsAtInvalidBase64) {
  EXPECT_EQ(read_all("4a\x1e"
                     "b!!!\x1e"
                     "4b"),
            (Packets{"4a", "!"}));
}

TEST(EngineIoPayload, RoundTrips) {
  std::string payload;
  append_text_packet(payload, "4hello");
  append_binary_packet(payload, "\x01\x02\x03\x04");
  append_text_packet(payload, "2");
  EXPECT_EQ(payload,
            "4hello\x1e"
            "bAQIDBA==\x1e"
            "2");
}

}  // namespace
}  // namespace pollux::engineio
