// What costs memory: the fixture's stays bounded.
#include <algorithm>
#include <iostream>
#include <memory>
#include <vector>

#include "engineio/options.hpp"
#include "socketio/testing/bad_input.hpp"

namespace pollux::socketio::testing {
namespace {

constexpr std::size_t megabyte = 1'000'000;

class BadInputMemory : public BadInputTest<::testing::Test> {
 protected:
  BadInputMemory() { EXPECT_TRUE(bystander_->is_undisturbed()); }

  void note() { most_ = std::max(most_, process_.resident_bytes()); }
  // Sanitizers keep what was freed, so there the number says nothing.
  void expect_growth_below([[maybe_unused]] std::size_t bytes) {
    note();
    const std::size_t growth = most_ > before_ ? most_ - before_ : 0;
    RecordProperty("growth_bytes", std::to_string(growth));
    std::cout << "growth: " << growth / 1'000 << " kB\n";
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    EXPECT_LT(growth, bytes);
#endif
  }

 private:
  std::size_t before_ = process_.resident_bytes();
  std::size_t most_ = 0;
};

TEST_F(BadInputMemory, AMegabyteOfSeparators) {
  for (int i = 0; i < 20; ++i) {
    const PollingClient client(port(), "/engine.io/");
    EXPECT_EQ(client.post(std::string(megabyte, '\x1e')).status, 400);
    note();
  }
  expect_growth_below(16 * megabyte);
}

TEST_F(BadInputMemory, AsManyPacketsInAPostAsAllowed) {
  std::string payload = "4a";
  for (std::size_t i = 1; i < engineio::Options().payload_packets; ++i)
    payload +=
        "\x1e"
        "4a";
  for (int i = 0; i < 10; ++i) {
    const PollingClient client(port(), "/engine.io/");
    EXPECT_EQ(client.post(payload).body, "ok");
    note();
    EXPECT_EQ(client.get().body, payload);
    EXPECT_EQ(client
                  .post(payload + "\x1e"
                                  "4a")
                  .status,
              400);
  }
  expect_growth_below(32 * megabyte);
}

TEST_F(BadInputMemory, DeepJson) {
  const std::string deep = R"(42["message",)" + std::string(200'000, '[') + std::string(200'000, ']') + "]";
  for (int i = 0; i < 20; ++i) {
    TestClient client(port());
    client.connect();
    client.send_text(deep);
    EXPECT_TRUE(client.is_closed_within());
    note();
  }
  expect_growth_below(16 * megabyte);
}

TEST_F(BadInputMemory, WideJson) {
  std::string wide = R"(42["unknown")";
  while (wide.size() < 900'000) wide += ",[]";
  for (int i = 0; i < 10; ++i) {
    TestClient client(port());
    client.connect();
    client.send_text(wide + "]");
    client.send_text(R"(42["message"])");
    EXPECT_EQ(client.receive_event(), R"(42["message-back"])");
    note();
  }
  expect_growth_below(64 * megabyte);
}

TEST_F(BadInputMemory, AMessageInFragmentsOfOneByte) {
  constexpr std::size_t fragments = 200'000;
  WebSocketClient client(port(), "/engine.io/?EIO=4&transport=websocket");
  client.receive_text();
  client.send_frame(0x01, "4");
  for (std::size_t i = 1; i < fragments; ++i) {
    client.send_frame(0x00, "a");
    if (i % 10'000 == 0) note();
  }
  client.send_frame(0x80, "a");
  EXPECT_EQ(client.receive_text(), "4" + std::string(fragments, 'a'));
  expect_growth_below(16 * megabyte);
}

TEST_F(BadInputMemory, ClientsThatNeverRead) {
  constexpr std::size_t clients = 20;
  constexpr std::size_t bound =
      5 * megabyte;  // Options::buffered_bytes of the fixture, and what is beside them
  const std::string message = R"(42["message",")" + std::string(100'000, 'a') + R"("])";
  std::vector<std::unique_ptr<TestClient>> connected;
  for (std::size_t i = 0; i < clients; ++i) {
    connected.push_back(std::make_unique<TestClient>(port()));
    connected.back()->connect();
    // 12 MB: more than the kernel holds for a connection on loopback.
    for (int j = 0; j < 120; ++j) connected.back()->send_text(message);
    note();
  }
  expect_growth_below(clients * bound);
}

TEST_F(BadInputMemory, SessionsThatNeverPoll) {
  for (int i = 0; i < 2'000; ++i) EXPECT_EQ(PollingClient(port(), "/socket.io/").opening().status, 200);
  expect_growth_below(16 * megabyte);
}

TEST_F(BadInputMemory, AClientThatPostsButNeverPolls) {
  const PollingClient client(port(), "/engine.io/");
  const std::string message = "4" + std::string(900'000, 'a');
  int posts = 0;
  while (posts < 20 && client.post(message).status == 200) ++posts;
  EXPECT_LT(posts, 20);
  expect_growth_below(16 * megabyte);
}

}  // namespace
}  // namespace pollux::socketio::testing
