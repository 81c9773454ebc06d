#include "http/web_socket_frame.hpp"

#include <gtest/gtest.h>

namespace pollux::http {
namespace {

using Soundness = IncomingHeader::Soundness;

struct HeaderCase {
  std::string name;
  std::string bytes;
  Soundness soundness;
};

class IncomingHeaders : public testing::TestWithParam<HeaderCase> {};

TEST_P(IncomingHeaders, AreHeldToTheRules) {
  const auto& [name, bytes, soundness] = GetParam();
  EXPECT_EQ(IncomingHeader().read(bytes), soundness);
}

std::string bytes(std::initializer_list<int> numbers) {
  std::string text;
  for (const int number : numbers) text += static_cast<char>(number);
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, IncomingHeaders,
    testing::Values(
        HeaderCase{"Nothing", "", Soundness::incomplete},
        HeaderCase{"OneByte", bytes({0x81}), Soundness::incomplete},
        HeaderCase{"MaskIsMissing", bytes({0x81, 0x81, 1, 2, 3}), Soundness::incomplete},
        HeaderCase{"Shortest", bytes({0x81, 0x80, 1, 2, 3, 4}), Soundness::sound},
        HeaderCase{"Length125", bytes({0x82, 0xfd, 1, 2, 3, 4}), Soundness::sound},
        HeaderCase{"Length126", bytes({0x82, 0xfe, 0, 126, 1, 2, 3, 4}), Soundness::sound},
        HeaderCase{"Length126IsIncomplete", bytes({0x82, 0xfe, 0}), Soundness::incomplete},
        HeaderCase{"Length125InTwoBytes", bytes({0x82, 0xfe, 0, 125, 1, 2, 3, 4}), Soundness::unsound},
        HeaderCase{"Length65536", bytes({0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4}), Soundness::sound},
        HeaderCase{"Length65535InEightBytes", bytes({0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3, 4}),
                   Soundness::unsound},
        HeaderCase{"Length2To63", bytes({0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4}),
                   Soundness::unsound},
        HeaderCase{"Unmasked", bytes({0x81, 0x01}), Soundness::unsound},
        HeaderCase{"Rsv1", bytes({0xc1, 0x81}), Soundness::unsound},
        HeaderCase{"Rsv2", bytes({0xa1, 0x81}), Soundness::unsound},
        HeaderCase{"Rsv3", bytes({0x91, 0x81}), Soundness::unsound},
        HeaderCase{"Opcode3", bytes({0x83, 0x80}), Soundness::unsound},
        HeaderCase{"Opcode7", bytes({0x87, 0x80}), Soundness::unsound},
        HeaderCase{"Opcode11", bytes({0x8b, 0x80}), Soundness::unsound},
        HeaderCase{"Opcode15", bytes({0x8f, 0x80}), Soundness::unsound},
        HeaderCase{"PingInFragments", bytes({0x09, 0x80}), Soundness::unsound},
        HeaderCase{"LongPing", bytes({0x89, 0xfe}), Soundness::unsound},
        HeaderCase{"LongClose", bytes({0x88, 0xff}), Soundness::unsound}),
    [](const auto& tested) { return tested.param.name; });

TEST(IncomingHeader, ReadsLengthAndMask) {
  IncomingHeader header;
  const auto sent = bytes({0x02, 0xff, 0, 0, 0, 0, 0x01, 0x02, 0x03, 0x04, 9, 8, 7, 6, 5});
  ASSERT_EQ(header.read(sent), Soundness::sound);
  EXPECT_EQ(header.opcode, Opcode::binary);
  EXPECT_FALSE(header.is_final);
  EXPECT_EQ(header.size, 14);
  EXPECT_EQ(header.payload_bytes, 0x01020304u);
  EXPECT_EQ(header.mask, (std::array<char, 4>{9, 8, 7, 6}));
}

TEST(OutgoingHeader, UsesTheShortestForm) {
  EXPECT_EQ(OutgoingHeader(Opcode::text, 0).bytes(), bytes({0x81, 0}));
  EXPECT_EQ(OutgoingHeader(Opcode::binary, 125).bytes(), bytes({0x82, 125}));
  EXPECT_EQ(OutgoingHeader(Opcode::text, 126).bytes(), bytes({0x81, 126, 0, 126}));
  EXPECT_EQ(OutgoingHeader(Opcode::text, 65535).bytes(), bytes({0x81, 126, 0xff, 0xff}));
  EXPECT_EQ(OutgoingHeader(Opcode::text, 65536).bytes(), bytes({0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0}));
}

TEST(Unmask, TakesTheMaskOffFromAnyPosition) {
  const std::array<char, 4> mask{0x11, 0x22, 0x33, 0x44};
  const std::string plain = "the quick brown fox jumps";
  std::string masked = plain;
  for (std::size_t i = 0; i < masked.size(); ++i) masked[i] = static_cast<char>(masked[i] ^ mask[i % 4]);
  for (std::size_t cut = 0; cut <= plain.size(); ++cut) {
    std::string bytes = masked;
    unmask({bytes.data(), cut}, mask, 0);
    unmask({bytes.data() + cut, bytes.size() - cut}, mask, cut);
    EXPECT_EQ(bytes, plain) << cut;
  }
}

}  // namespace
}  // namespace pollux::http
