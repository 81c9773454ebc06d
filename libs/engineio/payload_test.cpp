#include "engineio/payload.hpp"

#include <array>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engineio/base64.hpp"

namespace pollux::engineio {
namespace {

using namespace std::string_literals;

// All packets as they stand, binary ones in brackets; "!" for a malformed one.
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

TEST(EngineIoPayload, IsMeasuredWithoutBeingRead) {
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

TEST(EngineIoPayload, HasAnEmptyPacketWhereNothingIsBetweenSeparators) {
  EXPECT_EQ(read_all(""), (Packets{""}));
  EXPECT_EQ(read_all("\x1e"), (Packets{"", ""}));
  EXPECT_EQ(read_all("4a\x1e"), (Packets{"4a", ""}));
}

TEST(EngineIoPayload, EndsAtBrokenBase64) {
  EXPECT_EQ(read_all("4a\x1e"
                     "b!!!\x1e"
                     "4b"),
            (Packets{"4a", "!"}));
}

TEST(EngineIoPayload, IsWrittenAsItIsRead) {
  std::string payload;
  append_text_packet(payload, "4hello");
  append_binary_packet(payload, "\x01\x02\x03\x04");
  append_text_packet(payload, "2");
  EXPECT_EQ(payload,
            "4hello\x1e"
            "bAQIDBA==\x1e"
            "2");
}

TEST(EngineIoBase64, EncodesTheExamplesOfItsSpecification) {  // RFC 4648, section 10
  const std::array<std::pair<std::string_view, std::string_view>, 7> examples{{{"", ""},
                                                                               {"f", "Zg=="},
                                                                               {"fo", "Zm8="},
                                                                               {"foo", "Zm9v"},
                                                                               {"foob", "Zm9vYg=="},
                                                                               {"fooba", "Zm9vYmE="},
                                                                               {"foobar", "Zm9vYmFy"}}};
  for (const auto& [bytes, text] : examples) {
    std::string encoded;
    append_base64(encoded, bytes);
    EXPECT_EQ(encoded, text);
    EXPECT_EQ(decode_base64(text), bytes);
  }
}

TEST(EngineIoBase64, CarriesEveryByte) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  for (const auto& part : {bytes, bytes.substr(1), bytes.substr(2)}) {
    std::string encoded;
    append_base64(encoded, part);
    EXPECT_EQ(decode_base64(encoded), part);
  }
}

TEST(EngineIoBase64, DecodesNothingElse) {
  for (const auto& text : {"Z"s, "Zg"s, "Zg="s, "Zg==="s, "Z==="s, "===="s, "="s, "Zh=="s, "Zm9="s, "Z!=="s,
                           "Zm 9"s, "Zg==Zg=="s, "Zm-_"s, "Zm9v\n"s, "Zm9\0"s, "\xC3\xA9\xC3\xA9"s}) {
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace pollux::engineio
