#include "engineio/packet.hpp"

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

TEST(EngineIoPacket, RefusesWhatHasNoKnownType) {
  for (const std::string_view text : {"", "abc", "7", "9", " 4", "-1", "\xC3\xA9"}) {
    EXPECT_FALSE(decode_packet(text)) << testing::PrintToString(text);
  }
}

TEST(EngineIoPacket, EncodesWhatItDecodes) {
  EXPECT_EQ(encode_packet(PacketType::pong, "probe"), "3probe");
  EXPECT_EQ(encode_packet(PacketType::ping), "2");
}

}  // namespace
}  // namespace pollux::engineio
