#include "http/web_socket.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "http/testing/web_sockets.hpp"
#include "http/testing/wire_client.hpp"

namespace pollux::http {
namespace {

using namespace std::chrono_literals;

constexpr unsigned char fin = 0x80;
enum Opcode { continuation = 0, text_frame = 1, binary_frame = 2, close_frame = 8, ping = 9, pong = 10 };

// Echoes, and counts what happened.
class Echo : public WebSocketListener {
 public:
  void on_open(std::shared_ptr<WebSocket> socket) override {
    const std::lock_guard lock(mutex_);
    socket_ = std::move(socket);
  }
  void on_text(std::string_view message) override {
    if (message == "throw") throw std::runtime_error("listener");
    ++texts;
    socket_->send_text(shared_message(std::string(message)));
  }
  void on_binary(std::string_view message) override {
    socket_->send_binary(shared_message(std::string(message)));
  }
  void on_drained() override { ++drained; }
  void on_close() override { ++closed; }

  std::shared_ptr<WebSocket> socket() {
    const std::lock_guard lock(mutex_);
    return socket_;
  }

  std::atomic<int> texts = 0;
  std::atomic<int> drained = 0;
  std::atomic<int> closed = 0;

 private:
  std::mutex mutex_;
  std::shared_ptr<WebSocket> socket_;
};

class WebSocketTest : public testing::Test {
 protected:
  bool closes_once() {
    return eventually([&] { return server.server().statistics().connections == 0; }) && echo->closed == 1;
  }

  std::size_t queued_bytes() {
    const auto queued = std::make_shared<std::promise<std::size_t>>();
    const auto socket = echo->socket();
    socket->post([queued, socket] { queued->set_value(socket->queued_bytes()); });
    auto answer = queued->get_future();
    if (answer.wait_for(1min) != std::future_status::ready)
      throw std::runtime_error("The socket runs nothing.");
    return answer.get();
  }

  std::shared_ptr<Echo> echo = std::make_shared<Echo>();
  WebSocketOptions options{
      .max_message_bytes = 100'000, .max_queued_bytes = 1'000'000, .close_timeout = 300ms};
  TestServer server{[this](const Request&, const Reply& reply) { reply.upgrade(options, echo); }};
};

TEST_F(WebSocketTest, AnswersTheHandshake) {
  WireClient client(server.port());
  const auto answer = client.upgrade();
  EXPECT_EQ(answer.status, 101u);
  EXPECT_EQ(answer.field("Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");  // RFC 6455, section 1.3
}

TEST_F(WebSocketTest, CarriesMessagesOfEverySizeBothWays) {
  WireClient client(server.port());
  client.upgrade();
  for (const std::size_t size : {0u, 1u, 125u, 126u, 65535u, 65536u, 100'000u}) {
    client.send_frame(fin | text_frame, std::string(size, 'a'));
    const auto frame = client.read_frame();
    EXPECT_EQ(frame.opcode, text_frame);
    EXPECT_EQ(frame.payload, std::string(size, 'a'));
  }
  client.send_frame(fin | binary_frame, "\xff");
  EXPECT_EQ(client.read_frame().opcode, binary_frame);
}

TEST_F(WebSocketTest, AnswersAllThatArrivedTogetherBeforeTheClose) {
  WireClient client(server.port());
  client.upgrade();
  std::vector<std::string> messages;
  std::string frames;
  for (int i = 0; i < 100; ++i) {
    messages.push_back(std::to_string(i) + std::string(i % 10 == 0 ? 9'000 : 0, 'x'));
    frames += masked_frame(fin | text_frame, messages.back());
  }
  client.send(frames + masked_frame(fin | close_frame, "\x03\xe9"));
  for (const auto& message : messages) ASSERT_EQ(client.read_frame().payload, message);
  EXPECT_EQ(client.read_frame().close_code(), 1001u);
  EXPECT_TRUE(closes_once());
}

TEST_F(WebSocketTest, AnswersWhatArrivedBeforeAFatalMessage) {
  WireClient client(server.port());
  client.upgrade();
  client.send(masked_frame(fin | text_frame, "a") + masked_frame(fin | text_frame, "b") +
              masked_frame(fin | text_frame, "throw") + masked_frame(fin | text_frame, "never"));
  EXPECT_EQ(client.read_frame().payload, "a");
  EXPECT_EQ(client.read_frame().payload, "b");
  EXPECT_TRUE(closes_once());
}

TEST_F(WebSocketTest, JoinsFragmentsAroundAPing) {
  WireClient client(server.port());
  client.upgrade();
  client.send_frame(text_frame, "ab");
  client.send_frame(fin | ping, "p");
  client.send_frame(continuation, "cd");
  client.send_frame(fin | continuation, "ef");
  const auto first = client.read_frame();
  EXPECT_EQ(first.opcode, pong);
  EXPECT_EQ(first.payload, "p");
  EXPECT_EQ(client.read_frame().payload, "abcdef");
}

TEST_F(WebSocketTest, ClosesAMessageBeyondTheBoundWith1009) {
  WireClient client(server.port());
  client.upgrade();
  client.send_frame(fin | text_frame, std::string(100'001, 'a'));
  EXPECT_EQ(client.read_frame().close_code(), 1009u);
  EXPECT_TRUE(closes_once());
}

TEST_F(WebSocketTest, ClosesFragmentsBeyondTheBoundWith1009) {
  WireClient client(server.port());
  client.upgrade();
  client.send_frame(text_frame, std::string(60'000, 'a'));
  client.send_frame(continuation, std::string(60'000, 'a'));
  EXPECT_EQ(client.read_frame().close_code(), 1009u);
  EXPECT_TRUE(closes_once());
}

TEST_F(WebSocketTest, RejectsUnmaskedFrames) {
  WireClient client(server.port());
  client.upgrade();
  client.send(std::string("\x81\x01") + "a");
  EXPECT_EQ(client.read_frame().close_code(), 1002u);
  EXPECT_TRUE(closes_once());
}

TEST_F(WebSocketTest, RejectsReservedBits) {
  WireClient client(server.port());
  client.upgrade();
  client.send_frame(fin | 0x40 | text_frame, "a");
  EXPECT_EQ(client.read_frame().close_code(), 1002u);
}

TEST_F(WebSocketTest, RejectsTextThatIsNotUtf8) {
  WireClient client(server.port());
  client.upgrade();
  client.send_frame(fin | text_frame, "\xff");
  EXPECT_EQ(client.read_frame().close_code(), 1007u);
  EXPECT_TRUE(closes_once());
}

TEST_F(WebSocketTest, AnswersTheClientsClose) {
  WireClient client(server.port());
  client.upgrade();
  client.send_frame(fin | close_frame, "\x03\xe8");
  EXPECT_EQ(client.read_frame().close_code(), 1000u);
  EXPECT_TRUE(closes_once());
}

TEST_F(WebSocketTest, ClosesWithAHandshakeAfterWhatIsQueued) {
  WireClient client(server.port());
  client.upgrade();
  client.send_frame(fin | text_frame, "hello");
  EXPECT_EQ(client.read_frame().payload, "hello");
  for (int i = 0; i < 10; ++i) echo->socket()->send_text(shared_message(std::to_string(i)));
  echo->socket()->close(CloseCode::going_away);
  echo->socket()->send_text(shared_message("after the close"));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(client.read_frame().payload, std::to_string(i));
  EXPECT_EQ(client.read_frame().close_code(), 1001u);
  client.send_frame(fin | close_frame, "\x03\xe9");
  EXPECT_TRUE(closes_once());
  EXPECT_TRUE(client.is_closed());
}

TEST_F(WebSocketTest, DoesNotWaitForeverForTheClientsClose) {
  WireClient client(server.port());
  client.upgrade();
  ASSERT_TRUE(eventually([&] { return echo->socket() != nullptr; }));
  echo->socket()->close(CloseCode::normal);
  EXPECT_TRUE(closes_once());
}

TEST_F(WebSocketTest, DropsAClientThatDoesNotRead) {
  WireClient client(server.port(), 4096);
  client.upgrade();
  ASSERT_TRUE(eventually([&] { return echo->socket() != nullptr; }));
  const auto message = shared_message(std::string(50'000, 'x'));
  EXPECT_TRUE(eventually([&] {
    echo->socket()->send_text(message);
    return echo->closed == 1;
  }));
  EXPECT_TRUE(closes_once());
}

TEST_F(WebSocketTest, NotifiesWhenTheQueueOfASlowClientHasDrained) {
  options.max_queued_bytes = 100'000'000;
  WireClient client(server.port(), 4096);
  client.upgrade();
  ASSERT_TRUE(eventually([&] { return echo->socket() != nullptr; }));
  const std::string message(50'000, 'x');
  std::size_t sent = 0;
  ASSERT_TRUE(eventually([&] {
    echo->socket()->send_text(shared_message(message));
    ++sent;
    return queued_bytes() > 0;
  }));
  EXPECT_EQ(echo->drained, 0);
  for (std::size_t i = 0; i < sent; ++i) ASSERT_EQ(client.read_frame().payload, message) << i;
  EXPECT_TRUE(eventually([&] { return echo->drained == 1; }));
  EXPECT_EQ(queued_bytes(), 0U);
}

TEST_F(WebSocketTest, AnswersEachOfManyPingsInTheirOrder) {
  WireClient client(server.port());
  client.upgrade();
  std::string pings;
  for (int i = 0; i < 10; ++i) pings += masked_frame(fin | ping, "payload-" + std::to_string(i));
  client.send(pings);
  for (int i = 0; i < 10; ++i) {
    const auto frame = client.read_frame();
    EXPECT_EQ(frame.opcode, pong);
    EXPECT_EQ(frame.payload, "payload-" + std::to_string(i));
  }
}

TEST_F(WebSocketTest, QueuesPongsBetweenMessagesUpToABoundAndThenTheNewest) {
  options.max_queued_bytes = 100'000'000;
  WireClient client(server.port(), 4096);
  client.upgrade();
  ASSERT_TRUE(eventually([&] { return echo->socket() != nullptr; }));
  ASSERT_TRUE(eventually([&] {
    echo->socket()->send_text(shared_message(std::string(50'000, 'x')));
    return queued_bytes() > 1'000'000;
  }));
  for (int i = 0; i < 1000; ++i) client.send_frame(fin | ping, std::to_string(i));
  client.send_frame(fin | text_frame, "last");
  ASSERT_TRUE(eventually([&] { return echo->texts == 1; })) << "all pings have come while nothing is read";
  std::vector<std::string> pongs;
  for (auto frame = client.read_frame(); frame.payload != "last"; frame = client.read_frame()) {
    ASSERT_NE(frame.opcode, -1);
    if (frame.opcode == pong) pongs.push_back(frame.payload);
  }
  EXPECT_EQ(pongs.front(), "0");
  EXPECT_EQ(pongs.back(), "999");
  EXPECT_GE(pongs.size(), 64U);
  EXPECT_LT(pongs.size(), 1000U);
}

TEST_F(WebSocketTest, DropClosesAtOnceAndLaterCallsDoNothing) {
  WireClient client(server.port());
  client.upgrade();
  ASSERT_TRUE(eventually([&] { return echo->socket() != nullptr; }));
  echo->socket()->drop();
  EXPECT_TRUE(client.is_closed());
  EXPECT_TRUE(closes_once());
  echo->socket()->send_text(shared_message("a"));
  echo->socket()->close(CloseCode::normal);
  echo->socket()->drop();
}

TEST_F(WebSocketTest, ListenerThatThrowsLosesItsSocketOnly) {
  WireClient client(server.port());
  client.upgrade();
  client.send_frame(fin | text_frame, "throw");
  EXPECT_TRUE(client.is_closed());
  EXPECT_TRUE(closes_once());
}

TEST_F(WebSocketTest, IsClosedAtTheEndOfDrain) {
  WireClient client(server.port());
  client.upgrade();
  ASSERT_TRUE(eventually([&] { return echo->socket() != nullptr; }));
  server.server().drain(1ms);
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(echo->closed, 1);
}

TEST_F(WebSocketTest, InvalidHandshakeGets400AndTheListenerItsClose) {
  for (const auto* fields : {"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n",
                             "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                             "Sec-WebSocket-Key: short\r\n",
                             "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"}) {
    echo->closed = 0;
    WireClient client(server.port());
    client.send(std::string("GET / HTTP/1.1\r\nHost: h\r\n") + fields + "\r\n");
    EXPECT_EQ(client.read_answer().status, 400u) << fields;
    EXPECT_TRUE(eventually([&] { return echo->closed == 1; }));
  }
}

TEST_F(WebSocketTest, OtherVersionsGet426WithOurs) {
  for (const auto* version : {"Sec-WebSocket-Version: 8\r\n", "Sec-WebSocket-Version: 8, 13\r\n",
                              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 8\r\n", ""}) {
    WireClient client(server.port());
    client.send(std::string("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n") +
                version + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.status, 426U) << version;
    EXPECT_EQ(answer.field("Sec-WebSocket-Version"), "13");
    EXPECT_EQ(answer.field("Upgrade"), "websocket");
  }
}

TEST_F(WebSocketTest, DoesNotOpenInHttp10) {
  WireClient client(server.port());
  client.send(
      "GET / HTTP/1.0\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: "
      "13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 400U);
}

}  // namespace
}  // namespace pollux::http
