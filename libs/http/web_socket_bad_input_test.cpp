// Invalid input of hostile or broken clients over real sockets: they get the code of RFC 6455, and other
// clients are not affected.
#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "http/testing/web_sockets.hpp"
#include "http/testing/wire_client.hpp"

namespace pollux::http {
namespace {

using namespace std::chrono_literals;

class EchoOfOne : public WebSocketListener {
 public:
  void on_open(std::shared_ptr<WebSocket> socket) override { socket_ = std::move(socket); }
  void on_text(std::string_view message) override {
    socket_->send_text(shared_message(std::string(message)));
  }
  void on_binary(std::string_view message) override {
    socket_->send_binary(shared_message(std::string(message)));
  }
  void on_close() override { socket_.reset(); }

 private:
  std::shared_ptr<WebSocket> socket_;
};

class WebSocketBadInput : public testing::Test {
 protected:
  WebSocketBadInput() { neighbor.upgrade(); }

  // The neighbor is served, regardless of what happens on the one io thread.
  bool neighbor_is_served() {
    neighbor.send_frame(0x81, "hello");
    return neighbor.read_frame().payload == "hello";
  }
  bool only_the_neighbor_remains() {
    return eventually([&] { return server.server().statistics().connections == 1; });
  }

  WebSocketOptions options{.max_message_bytes = 1000, .max_queued_bytes = 100'000, .close_timeout = 300ms};
  TestServer server{
      [this](const Request&, const Reply& reply) { reply.upgrade(options, std::make_shared<EchoOfOne>()); }};
  WireClient neighbor{server.port()};
};

struct BadBytes {
  std::string name;
  std::string bytes;
  unsigned close_code;
};

class WebSocketBadBytes : public WebSocketBadInput, public testing::WithParamInterface<BadBytes> {};

TEST_P(WebSocketBadBytes, CloseThatClientAlone) {
  {
    WireClient client(server.port());
    client.upgrade();
    client.send(GetParam().bytes);
    EXPECT_EQ(client.read_frame().close_code(), GetParam().close_code);
    EXPECT_TRUE(client.is_closed());
    EXPECT_TRUE(neighbor_is_served());
  }
  EXPECT_TRUE(only_the_neighbor_remains());
}

// A frame with a mask of zeros.
std::string frame(unsigned first_byte, const std::string& payload) {
  return std::string{static_cast<char>(first_byte), static_cast<char>(0x80 | payload.size())} +
         std::string(4, '\0') + payload;
}

INSTANTIATE_TEST_SUITE_P(
    Bytes, WebSocketBadBytes,
    testing::Values(
        BadBytes{"Rsv1", frame(0xc1, "a"), 1002}, BadBytes{"Rsv2", frame(0xa1, "a"), 1002},
        BadBytes{"Rsv3", frame(0x91, "a"), 1002},
        BadBytes{"Unmasked",
                 "\x81\x01"
                 "a",
                 1002},
        BadBytes{"BadOpcode", frame(0x83, "a"), 1002}, BadBytes{"BadControlOpcode", frame(0x8f, ""), 1002},
        BadBytes{"PingInFragments", frame(0x09, "a"), 1002}, BadBytes{"LongPing", "\x89\xfe\x01\x01", 1002},
        BadBytes{"LoneContinuation", frame(0x80, "a"), 1002}, BadBytes{"BadUtf8", frame(0x81, "\xff"), 1007},
        BadBytes{"SplitUtf8", frame(0x01, "\xe2") + frame(0x80, "("), 1007},
        BadBytes{"Length2To63", "\x82\xff\x80" + std::string(7, '\0') + "mask", 1002},
        BadBytes{"Length2To62", "\x82\xff\x40" + std::string(7, '\0') + "mask", 1009},
        BadBytes{"CloseCode1005", frame(0x88, "\x03\xed"), 1002},
        BadBytes{"CloseCode5000", frame(0x88, "\x13\x88"), 1002},
        BadBytes{"CloseOfOneByte", frame(0x88, "\x03"), 1002},
        BadBytes{"OverTheBound", "\x81\xfe\x03\xe9mask" + std::string(1001, 'x'), 1009}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(WebSocketBadInput, FragmentsOfOneByteWithoutEndAreBounded) {
  WireClient client(server.port());
  client.upgrade();
  client.send(frame(0x01, "a"));
  for (int i = 0; i < 1000; ++i) client.send(frame(0x00, "a"));
  EXPECT_EQ(client.read_frame().close_code(), 1009u);
  EXPECT_TRUE(neighbor_is_served());
}

TEST_F(WebSocketBadInput, FramesSentWithTheHandshakeAreRejected) {
  WireClient client(server.port());
  client.send(
      "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n" +
      frame(0x81, "early"));
  EXPECT_EQ(client.read_answer().status, 400u);
  EXPECT_TRUE(neighbor_is_served());
}

TEST_F(WebSocketBadInput, PingFloodIsAnsweredWithinBoundsAndOthersAreServed) {
  WireClient client(server.port(), 4096);
  client.upgrade();
  std::string pings;
  for (int i = 0; i < 1000; ++i) pings += frame(0x89, std::string(100, 'p'));
  for (int i = 0; i < 100; ++i) client.send(pings);  // 10 MB of answers, that it does not read
  EXPECT_TRUE(neighbor_is_served());
  client.send(frame(0x81, "still here"));
  auto answer = client.read_frame();
  while (answer.opcode == 10) answer = client.read_frame();
  EXPECT_EQ(answer.payload, "still here");
}

// Blocks the io thread at its first message until released, and posts a task at its second.
class Flooded : public WebSocketListener {
 public:
  explicit Flooded(std::shared_future<void> go_on) : go_on_(std::move(go_on)) {}
  void on_open(std::shared_ptr<WebSocket> socket) override { socket_ = std::move(socket); }
  void on_text(std::string_view) override {
    if (++taken == 1) go_on_.wait();
    if (taken == 2) socket_->post([this] { taken_before_others = taken.load(); });
  }
  void on_binary(std::string_view) override {}
  void on_close() override { socket_.reset(); }

  std::atomic<int> taken = 0;
  std::atomic<int> taken_before_others = 0;

 private:
  std::shared_future<void> go_on_;
  std::shared_ptr<WebSocket> socket_;
};

TEST(WebSocketFlood, ServesOthersMeanwhile) {
  std::promise<void> go_on;
  const auto flooded = std::make_shared<Flooded>(go_on.get_future().share());
  TestServer server{[&](const Request&, const Reply& reply) { reply.upgrade({}, flooded); }};
  WireClient client(server.port());
  client.upgrade();
  client.send(frame(0x81, "a"));
  ASSERT_TRUE(eventually([&] { return flooded->taken == 1; }));
  std::string flood;
  for (int i = 0; i < 1000; ++i) flood += frame(0x81, "a");
  client.send(flood);
  go_on.set_value();
  EXPECT_TRUE(eventually([&] { return flooded->taken == 1001; }));
  EXPECT_GT(flooded->taken_before_others, 0);
  EXPECT_LT(flooded->taken_before_others, 100);
}

TEST_F(WebSocketBadInput, ClientThatNeverReadsIsDropped) {
  WireClient client(server.port(), 4096);
  client.upgrade();
  const auto message = frame(0x82, std::string(100, 'x'));
  std::string many;
  for (int i = 0; i < 1000; ++i) many += message;
  std::size_t sent = 0;
  while (sent < 1'000'000'000 && client.send(many)) sent += many.size();
  EXPECT_LT(sent, 1'000'000'000u);
  EXPECT_TRUE(only_the_neighbor_remains());
  EXPECT_TRUE(neighbor_is_served());
}

TEST_F(WebSocketBadInput, WhatFollowsAnErrorIsDiscardedWithoutAReset) {
  WireClient client(server.port());
  client.upgrade();
  const std::vector<char> rest(10'000'000, 'x');
  EXPECT_TRUE(client.send(frame(0x83, "a") + std::string(rest.begin(), rest.end())));
  EXPECT_EQ(client.read_frame().close_code(), 1002u);
}

TEST_F(WebSocketBadInput, ClientThatKeepsSendingAfterAnErrorIsClosedInTime) {
  WireClient client(server.port());
  client.upgrade();
  client.send(frame(0x83, "a"));
  while (client.send(frame(0x81, "more"))) {
  }
  EXPECT_TRUE(only_the_neighbor_remains());
  EXPECT_TRUE(neighbor_is_served());
}

TEST_F(WebSocketBadInput, ResetDuringARejectedUpgradeAffectsNoOthers) {
  for (int i = 0; i < 50; ++i) {
    WireClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    client.reset();
  }
  EXPECT_TRUE(neighbor_is_served());
  EXPECT_TRUE(only_the_neighbor_remains());
}

TEST_F(WebSocketBadInput, ResetWithinAFrameAffectsNoOthers) {
  WireClient client(server.port());
  client.upgrade();
  client.send("\x81\xfe\x03");
  client.reset();
  EXPECT_TRUE(only_the_neighbor_remains());
  EXPECT_TRUE(neighbor_is_served());
}

}  // namespace
}  // namespace pollux::http
