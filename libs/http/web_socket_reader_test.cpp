#include "http/web_socket_reader.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "http/testing/wire_client.hpp"

namespace pollux::http {
namespace {

using Validity = IncomingHeader::Validity;

struct HeaderCase {
  std::string name;
  std::string bytes;
  Validity validity;
};

class IncomingHeaders : public testing::TestWithParam<HeaderCase> {};

TEST_P(IncomingHeaders, AreHeldToTheRules) {
  const auto& [name, bytes, validity] = GetParam();
  EXPECT_EQ(IncomingHeader().read(bytes), validity);
}

std::string bytes(std::initializer_list<int> numbers) {
  std::string text;
  for (const int number : numbers) text += static_cast<char>(number);
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, IncomingHeaders,
    testing::Values(
        HeaderCase{"Nothing", "", Validity::incomplete},
        HeaderCase{"OneByte", bytes({0x81}), Validity::incomplete},
        HeaderCase{"MaskIsMissing", bytes({0x81, 0x81, 1, 2, 3}), Validity::incomplete},
        HeaderCase{"Shortest", bytes({0x81, 0x80, 1, 2, 3, 4}), Validity::valid},
        HeaderCase{"Length125", bytes({0x82, 0xfd, 1, 2, 3, 4}), Validity::valid},
        HeaderCase{"Length126", bytes({0x82, 0xfe, 0, 126, 1, 2, 3, 4}), Validity::valid},
        HeaderCase{"Length126IsIncomplete", bytes({0x82, 0xfe, 0}), Validity::incomplete},
        HeaderCase{"Length125InTwoBytes", bytes({0x82, 0xfe, 0, 125, 1, 2, 3, 4}), Validity::invalid},
        HeaderCase{"Length65536", bytes({0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4}), Validity::valid},
        HeaderCase{"Length65535InEightBytes", bytes({0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3, 4}),
                   Validity::invalid},
        HeaderCase{"Length2To63", bytes({0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4}),
                   Validity::invalid},
        HeaderCase{"Unmasked", bytes({0x81, 0x01}), Validity::invalid},
        HeaderCase{"Rsv1", bytes({0xc1, 0x81}), Validity::invalid},
        HeaderCase{"Rsv2", bytes({0xa1, 0x81}), Validity::invalid},
        HeaderCase{"Rsv3", bytes({0x91, 0x81}), Validity::invalid},
        HeaderCase{"Opcode3", bytes({0x83, 0x80}), Validity::invalid},
        HeaderCase{"Opcode7", bytes({0x87, 0x80}), Validity::invalid},
        HeaderCase{"Opcode11", bytes({0x8b, 0x80}), Validity::invalid},
        HeaderCase{"Opcode15", bytes({0x8f, 0x80}), Validity::invalid},
        HeaderCase{"PingInFragments", bytes({0x09, 0x80}), Validity::invalid},
        HeaderCase{"LongPing", bytes({0x89, 0xfe}), Validity::invalid},
        HeaderCase{"LongClose", bytes({0x88, 0xff}), Validity::invalid}),
    [](const auto& tested) { return tested.param.name; });

TEST(IncomingHeader, ReadsLengthAndMask) {
  IncomingHeader header;
  const auto sent = bytes({0x02, 0xff, 0, 0, 0, 0, 0x01, 0x02, 0x03, 0x04, 9, 8, 7, 6, 5});
  ASSERT_EQ(header.read(sent), Validity::valid);
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

using Kind = Incoming::Kind;

constexpr std::size_t bound = 1000;

std::string close_frame(unsigned code, std::string_view reason = {}) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  return masked_frame(0x88, payload.append(reason));
}

struct Arrived {
  Kind kind;
  std::string payload;
  std::uint16_t code = 0;
  friend bool operator==(const Arrived&, const Arrived&) = default;
};

void PrintTo(const Arrived& arrived, std::ostream* out) {
  *out << static_cast<int>(arrived.kind) << " '" << arrived.payload << "' " << arrived.code;
}

// What arrives if the bytes come in pieces of that size, up to the first close or violation.
std::vector<Arrived> read(std::string bytes, std::size_t piece) {
  WebSocketReader reader(bound);
  std::vector<Arrived> all;
  for (std::size_t i = 0; i < bytes.size(); i += piece) {
    std::span<char> rest{bytes.data() + i, std::min(piece, bytes.size() - i)};
    while (const auto arrived = reader.next(rest)) {
      all.push_back({arrived->kind, std::string(arrived->payload), arrived->code});
      if (arrived->kind == Kind::close || arrived->kind == Kind::violation) return all;
    }
    EXPECT_TRUE(rest.empty());
  }
  return all;
}

struct ReaderCase {
  std::string name;
  std::string bytes;
  std::vector<Arrived> arrives;
};

class WebSocketReaders : public testing::TestWithParam<ReaderCase> {};

TEST_P(WebSocketReaders, ReadTheSameHoweverTheBytesAreCut) {
  const auto& [name, bytes, arrives] = GetParam();
  for (const std::size_t piece : {1u, 2u, 3u, 7u, 100u, 100'000u}) {
    EXPECT_EQ(read(bytes, piece), arrives) << "in pieces of " << piece;
  }
}

const Arrived protocol_error{Kind::violation, "", 1002};
const Arrived not_utf8{Kind::violation, "", 1007};
const Arrived too_big{Kind::violation, "", 1009};

INSTANTIATE_TEST_SUITE_P(
    Messages, WebSocketReaders,
    testing::Values(ReaderCase{"Text", masked_frame(0x81, "hello"), {{Kind::text, "hello"}}},
                    ReaderCase{"EmptyText", masked_frame(0x81, ""), {{Kind::text, ""}}},
                    ReaderCase{"Binary", masked_frame(0x82, "\xff\x01"), {{Kind::binary, "\xff\x01"}}},
                    ReaderCase{"Several",
                               masked_frame(0x81, "a") + masked_frame(0x8a, "b") + masked_frame(0x82, "c"),
                               {{Kind::text, "a"}, {Kind::pong, "b"}, {Kind::binary, "c"}}},
                    ReaderCase{"AsLongAsAllowed",
                               masked_frame(0x81, std::string(bound, 'x')),
                               {{Kind::text, std::string(bound, 'x')}}},
                    ReaderCase{"FragmentsAroundAPing",
                               masked_frame(0x01, "ab") + masked_frame(0x89, "p") + masked_frame(0x00, "cd") +
                                   masked_frame(0x80, "ef") + masked_frame(0x81, "g"),
                               {{Kind::ping, "p"}, {Kind::text, "abcdef"}, {Kind::text, "g"}}},
                    ReaderCase{"EmptyFragments",
                               masked_frame(0x02, "") + masked_frame(0x00, "") + masked_frame(0x80, ""),
                               {{Kind::binary, ""}}},
                    ReaderCase{"CharacterCutByFragments",
                               masked_frame(0x01, "\xe2\x82") + masked_frame(0x80, "\xac"),
                               {{Kind::text, "\u20ac"}}},
                    ReaderCase{"Close", close_frame(1000, "bye"), {{Kind::close, "bye", 1000}}},
                    ReaderCase{"PrivateClose", close_frame(4999), {{Kind::close, "", 4999}}},
                    ReaderCase{"CloseWithoutCode", masked_frame(0x88, ""), {{Kind::close, "", 1005}}},
                    ReaderCase{"CloseAmongFragments",
                               masked_frame(0x01, "a") + close_frame(1001),
                               {{Kind::close, "", 1001}}}),
    [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Violations, WebSocketReaders,
    testing::Values(
        ReaderCase{"ReservedBit", masked_frame(0xc1, "a"), {protocol_error}},
        ReaderCase{"UnknownOpcode", masked_frame(0x83, "a"), {protocol_error}},
        ReaderCase{"Unmasked",
                   "\x81\x01"
                   "a",
                   {protocol_error}},
        ReaderCase{"LoneContinuation", masked_frame(0x80, "a"), {protocol_error}},
        ReaderCase{"ContinuationAfterAWholeMessage",
                   masked_frame(0x81, "a") + masked_frame(0x80, "b"),
                   {{Kind::text, "a"}, protocol_error}},
        ReaderCase{
            "MessageWithinAMessage", masked_frame(0x01, "a") + masked_frame(0x81, "b"), {protocol_error}},
        ReaderCase{"TooLong", masked_frame(0x81, std::string(bound + 1, 'x')), {too_big}},
        ReaderCase{"FragmentsTooLong",
                   masked_frame(0x01, std::string(bound, 'x')) + masked_frame(0x00, "y"),
                   {too_big}},
        ReaderCase{"PromiseTooLong", masked_frame(0x82, std::string(70'000, 'x')).substr(0, 14), {too_big}},
        ReaderCase{"NotUtf8", masked_frame(0x81, "\xc3\x28"), {not_utf8}},
        ReaderCase{"CharacterNotFinished", masked_frame(0x81, "\xe2\x82"), {not_utf8}},
        ReaderCase{
            "SurrogateInFragments", masked_frame(0x01, "\xed") + masked_frame(0x80, "\xa0\x80"), {not_utf8}},
        ReaderCase{"CloseOfOneByte", masked_frame(0x88, "a"), {protocol_error}},
        ReaderCase{"CloseCode0", close_frame(0), {protocol_error}},
        ReaderCase{"CloseCode999", close_frame(999), {protocol_error}},
        ReaderCase{"CloseCode1004", close_frame(1004), {protocol_error}},
        ReaderCase{"CloseCode1005", close_frame(1005), {protocol_error}},
        ReaderCase{"CloseCode1006", close_frame(1006), {protocol_error}},
        ReaderCase{"CloseCode1015", close_frame(1015), {protocol_error}},
        ReaderCase{"CloseCode2999", close_frame(2999), {protocol_error}},
        ReaderCase{"CloseCode5000", close_frame(5000), {protocol_error}},
        ReaderCase{"CloseReasonNotUtf8", close_frame(1000, "\xff"), {not_utf8}}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pollux::http
