#include "socketio/packet.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "socketio/json.hpp"

namespace pollux::socketio {
namespace {

TEST(SocketIoPacket, RoundTripsEveryType) {
  for (const char* text : {"0", R"(0{"token":"123"})", "0/custom,", R"(0/custom,{"token":"abc"})", "1",
                           "1/custom,", R"(2["message",1,"2",{"3":[true]}])", R"(2/custom,12["message"])",
                           R"(20["message"])", R"(29007199254740991["message"])", "3456[]",
                           R"(3/custom,7[1,"2"])", R"(4{"message":"Invalid namespace"})",
                           R"(52-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])",
                           R"(51-/custom,7["message",{"a":[{"_placeholder":true,"num":0}]}])",
                           R"(61-789[{"_placeholder":true,"num":0}])"}) {
    const auto packet = decode(text);
    ASSERT_TRUE(packet) << text << ": " << packet.error().message;
    EXPECT_EQ(encode(*packet), text);
  }
}

TEST(SocketIoPacket, DecodesEachPart) {
  const auto packet = decode(R"(51-/custom,7["message",{"_placeholder":true,"num":0}])").value();
  EXPECT_EQ(packet.type, PacketType::binary_event);
  EXPECT_EQ(packet.attachments, 1U);
  EXPECT_EQ(packet.namespace_name, "/custom");
  EXPECT_EQ(packet.id, 7U);
  EXPECT_EQ(packet.data->as_array().at(0).as_string(), "message");
}

TEST(SocketIoPacket, AcceptsANamespaceWithoutTheTrailingComma) {
  EXPECT_EQ(decode("0/custom").value().namespace_name, "/custom");
  EXPECT_EQ(decode("1/custom").value().namespace_name, "/custom");
}

TEST(SocketIoPacket, TreatsAPlaceholderInATextEventAsData) {
  EXPECT_TRUE(decode(R"(2["message",{"_placeholder":true,"num":"splice"}])"));
}

TEST(SocketIoPacket, TreatsPrototypeNamesAsOrdinaryNames) {
  EXPECT_TRUE(decode(R"(2["__proto__",{"__proto__":1}])"));
  EXPECT_EQ(decode("0/__proto__,").value().namespace_name, "/__proto__");
}

void expect_rejected(std::initializer_list<std::string_view> texts) {
  for (const auto text : texts) {
    const auto packet = decode(text);
    ASSERT_FALSE(packet) << text;
    EXPECT_FALSE(packet.error().message.empty());
  }
}

TEST(SocketIoPacket, RejectsAnUnknownType) {
  expect_rejected({"", "7", "9[]", "abc", "-", " 2[\"a\"]"});
}

TEST(SocketIoPacket, RejectsAnInvalidNumberOfAttachments) {
  expect_rejected({"5-", "50-", "50-[\"a\"]", "51e1-", "511-[\"a\"]", "5999999999999-",
                   "599999999999999999999999-", "51", "51[\"a\"]",
                   "501-[\"a\",{\"_placeholder\":true,\"num\":0}]", "5-1-[\"a\"]", "5+1-[\"a\"]", "6-1[]",
                   "60-1[]", "5[\"a\"]"});
}

TEST(SocketIoPacket, RejectsPlaceholdersThatDoNotMatch) {
  for (const char* num :
       {"-1", "5", "1", "0.5", "0.0", "\"splice\"", "null", "true", "[]", "18446744073709551615"}) {
    EXPECT_FALSE(decode(R"(51-["a",{"_placeholder":true,"num":)" + std::string(num) + "}]")) << num;
  }
  expect_rejected({R"(51-["a"])", R"(51-["a",{"_placeholder":true}])",
                   R"(52-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}])",
                   R"(52-["a",{"_placeholder":true,"num":0}])", R"(61-1[])",
                   R"(51-["a",{"_placeholder":1,"num":0}])"});
}

TEST(SocketIoPacket, RejectsAnInvalidNamespace) {
  EXPECT_TRUE(decode("0/" + std::string(255, 'a')));
  EXPECT_FALSE(decode("0/" + std::string(256, 'a')));
  EXPECT_FALSE(decode("0/" + std::string(100'000, 'a') + ","));
  EXPECT_FALSE(decode("0/a\x1e,"));
  EXPECT_FALSE(decode(std::string_view("0/a\0b,", 6)));
  EXPECT_FALSE(decode("0/\xFF,"));
}

TEST(SocketIoPacket, RejectsAnInvalidId) {
  expect_rejected({"29007199254740992[\"a\"]", "299999999999999999999999[\"a\"]", "200[\"a\"]", "2-1[\"a\"]",
                   "2abc[\"a\"]", "3[]", "3/custom,[]", "01{}", "11", "41{\"message\":\"a\"}"});
}

TEST(SocketIoPacket, RejectsDataThatDoesNotMatchTheType) {
  expect_rejected({"0[]",  "0null", "0\"a\"",  "1{}",   "1null",
                   "1[]",  "2",     "2{}",     "2null", "2\"a\"",
                   "2[]",  "2[1]",  "2[null]", "2[[]]", "2[{\"toString\":1}]",
                   "31{}", "31",    "4",       "4null", "4[]"});
}

TEST(SocketIoPacket, RejectsReservedNames) {
  for (const char* name :
       {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"}) {
    EXPECT_FALSE(decode("2[\"" + std::string(name) + "\"]")) << name;
    EXPECT_TRUE(decode("2[\"" + std::string(name) + "s\"]")) << name;
  }
}

TEST(SocketIoPacket, RejectsInvalidJson) {
  expect_rejected({"2[\"a\"]x", "2[\"a\"][]", "2[\"a\"", "2[\"a\",NaN]", "2[\"a\",1e400]", "2[\"\\ud800\"]",
                   "2[\"a\",]", "0{} {}", "2[\"a\"]\x1e"});
}

TEST(SocketIoPacket, RejectsDeepNesting) {
  const auto event = [](std::size_t depth) {
    return "2[\"a\"," + std::string(depth, '[') + std::string(depth, ']') + "]";
  };
  EXPECT_TRUE(decode(event(63)));
  EXPECT_FALSE(decode(event(64)));
  EXPECT_FALSE(decode(event(200'000)));
}

TEST(SocketIoPacket, AcceptsLongTextAndKeys) {
  const std::string text =
      "2[\"a\",{\"" + std::string(500'000, 'k') + "\":\"" + std::string(490'000, 'v') + "\"}]";
  EXPECT_EQ(encode(decode(text).value()), text);
}

TEST(SocketIoPacket, PreservesNulCharacters) {
  EXPECT_EQ(encode(decode(R"(2["a\u0000b"])").value()), R"(2["a\u0000b"])");
}

TEST(SocketIoPacket, EncodesEventsAndAcks) {
  EXPECT_EQ(encode_event("/", "message", {{1, "2"}, {}}), R"(2["message",1,"2"])");
  EXPECT_EQ(encode_event("/custom", "auth", {{boost::json::object{}}, {}}), R"(2/custom,["auth",{}])");
  EXPECT_EQ(encode_ack("/", 456, {}), "3456[]");
  const auto bytes = std::make_shared<const std::string>("\x01\x02");
  EXPECT_EQ(encode_event("/", "a", {{placeholder(0)}, {bytes}}), R"(51-["a",{"_placeholder":true,"num":0}])");
  EXPECT_EQ(encode_ack("/custom", 7, {{placeholder(0)}, {bytes}}),
            R"(61-/custom,7[{"_placeholder":true,"num":0}])");
}

std::string round_trip(std::string_view text) {
  const auto value = parse_json(text, 64);
  if (!value) return value.error().message;
  std::string out;
  append_json(out, *value);
  return out;
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(SocketIoJson, PreservesOrderAndTypes) {
  for (const char* text : {"null", "true", "false", "0", "-1", "\"\"", "[]", "{}",
                           R"({"b":1,"a":[2,{"c":null}]})", R"(["Zoë €😀","\"\\\n\t\b\f\r","\u0000\u001f"])",
                           "9223372036854775807", "18446744073709551615", "-9223372036854775808"}) {
    EXPECT_EQ(round_trip(text), text);
  }
}

TEST(SocketIoJson, IsCompact) {
  EXPECT_EQ(round_trip(" { \"a\" : [ 1 , 2 ] } "), R"({"a":[1,2]})");
}

TEST(SocketIoJson, FormatsNumbersAsJavaScriptDoes) {
  EXPECT_EQ(round_trip("1.0"), "1");
  EXPECT_EQ(round_trip("-0.0"), "0");
  EXPECT_EQ(round_trip("1.5"), "1.5");
  EXPECT_EQ(round_trip("-12.25"), "-12.25");
  EXPECT_EQ(round_trip("0.1"), "0.1");
  EXPECT_EQ(round_trip("1e5"), "100000");
  EXPECT_EQ(round_trip("1e20"), "100000000000000000000");
  EXPECT_EQ(round_trip("1e21"), "1e+21");
  EXPECT_EQ(round_trip("1.25e22"), "1.25e+22");
  EXPECT_EQ(round_trip("0.000001"), "0.000001");
  EXPECT_EQ(round_trip("0.0000001"), "1e-7");
  EXPECT_EQ(round_trip("1.5e-10"), "1.5e-10");
  EXPECT_EQ(round_trip("123456789.123"), "123456789.123");
}

TEST(SocketIoJson, KeepsTheLastOfRepeatedKeys) {
  EXPECT_EQ(round_trip(R"({"a":1,"a":2})"), R"({"a":2})");
}

TEST(SocketIoJson, WritesInfinityAsNull) {
  std::string out;
  append_json(out, boost::json::value(std::numeric_limits<double>::infinity()));
  EXPECT_EQ(out, "null");
}

TEST(SocketIoJson, LimitsNesting) {
  EXPECT_EQ(round_trip(nested(64)), nested(64));
  EXPECT_FALSE(parse_json(nested(65), 64));
  EXPECT_FALSE(parse_json(nested(200'000), 64));
  EXPECT_FALSE(parse_json(std::string(200'000, '['), 64));
}

TEST(SocketIoJson, RejectsInvalidJson) {
  for (const char* text :
       {"",        " ",   "[1,]",     "[1]x",     "[1][2]", "NaN",         "Infinity",
        "01",      "+1",  "1.",       "'a'",      "{a:1}",  "\"\\ud800\"", "\"\\udc00x\"",
        "\"\\x\"", "\"a", "\"\x01\"", "\"\xFF\"", "1e400",  "[-1e999]",    "{\"a\":[1e400]}"}) {
    EXPECT_FALSE(parse_json(text, 64)) << text;
  }
}

}  // namespace
}  // namespace pollux::socketio
