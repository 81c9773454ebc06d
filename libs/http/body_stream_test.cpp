// Bodies that are made while they are sent, as clients see them.
#include "http/body_stream.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "http/server.hpp"
#include "http/testing/wire_client.hpp"

namespace pollux::http {
namespace {

using namespace std::chrono_literals;

// A stream that calls a function for each piece; counts its calls and how many streams there are.
struct Counts {
  std::atomic<int> asked = 0;
  std::atomic<int> streams = 0;
};

class CountedStream final : public BodyStream {
 public:
  using Next = std::function<void(int number, const NextPiece& piece)>;  // from 1

  CountedStream(Counts& counts, Next next) : counts_(counts), next_(std::move(next)) { ++counts_.streams; }
  ~CountedStream() override { --counts_.streams; }
  CountedStream(const CountedStream&) = delete;
  CountedStream& operator=(const CountedStream&) = delete;

  void next(NextPiece piece) override { next_(++counts_.asked, piece); }

 private:
  Counts& counts_;
  const Next next_;
};

class BodyStreams : public testing::Test {
 protected:
  explicit BodyStreams(std::chrono::milliseconds handler_time = 1h) : handler_time_(handler_time) {}
  ~BodyStreams() override { forget(); }  // before the io threads, which outlive every piece

  void respond(const Reply& reply) {
    Response response = text(200, "");
    response.stream = std::make_shared<CountedStream>(counts, next);
    reply(std::move(response));
  }
  void keep(int number, const NextPiece& piece) {
    const std::lock_guard lock(mutex_);
    kept_number_ = number;
    kept_ = piece;
  }
  // Once it is asked for.
  NextPiece kept(int number) {
    EXPECT_TRUE(eventually([&] {
      const std::lock_guard lock(mutex_);
      return kept_number_ == number;
    }));
    const std::lock_guard lock(mutex_);
    return *kept_;
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    kept_.reset();
  }
  bool is_over() {
    return eventually([&] { return counts.streams == 0; });
  }

  static void three_words(int number, const NextPiece& piece) {
    const std::array words{"one ", "", "two ", "three"};
    piece({.bytes = words.at(static_cast<std::size_t>(number - 1)), .last = number == 4});
  }

  Counts counts;
  CountedStream::Next next = &three_words;

 private:
  const std::chrono::milliseconds handler_time_;
  std::mutex mutex_;
  int kept_number_ = 0;
  std::optional<NextPiece> kept_;

 protected:
  TestServer server{[this](const Request&, const Reply& reply) { respond(reply); },
                    {.limits = {.handler_time = handler_time_, .linger_time = 50ms}}};
};

class LateBodyStreams : public BodyStreams {
 protected:
  LateBodyStreams() : BodyStreams(300ms) {}
};

TEST_F(BodyStreams, AreSentInChunksAndKeepTheConnection) {
  WireClient client(server.port());
  for (int request = 0; request < 2; ++request) {
    counts.asked = 0;
    client.send(plain_get);
    const WireAnswer answer = client.read_answer();
    EXPECT_EQ(answer.field("Transfer-Encoding"), "chunked");
    EXPECT_EQ(answer.field("Content-Length"), "");
    EXPECT_EQ(answer.body, "one two three");
    EXPECT_TRUE(answer.is_complete);
    EXPECT_TRUE(is_over());
  }
}

TEST_F(BodyStreams, AnswerPipelinedRequestsInOrder) {
  next = [](int number, const NextPiece& piece) { piece({.bytes = std::to_string(number), .last = true}); };
  WireClient client(server.port());
  client.send(plain_get + plain_get);
  EXPECT_EQ(client.read_answer().body, "1");
  EXPECT_EQ(client.read_answer().body, "2");
}

TEST_F(BodyStreams, EndWithTheConnectionForOldClients) {
  WireClient client(server.port());
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const WireAnswer answer = client.read_answer();
  EXPECT_EQ(answer.field("Transfer-Encoding"), "");
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_EQ(client.read_rest(), "one two three");
}

TEST_F(BodyStreams, AreNotAskedForHead) {
  WireClient client(server.port());
  client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.read_answer(false).field("Transfer-Encoding"), "chunked");
  EXPECT_TRUE(is_over());
  EXPECT_EQ(counts.asked, 0);
}

TEST_F(BodyStreams, MayGoOnOnAnotherThread) {
  next = [this](int number, const NextPiece& piece) { keep(number, piece); };
  WireClient client(server.port());
  client.send(plain_get);
  kept(1)({.bytes = "first "});
  std::thread([last = kept(2)] {
    last({.bytes = "last", .last = true});
    last({.bytes = "ignored"});
  }).join();
  EXPECT_EQ(client.read_answer().body, "first last");
}

TEST_F(BodyStreams, LookIncompleteIfTheyFail) {
  next = [](int number, const NextPiece& piece) {
    if (number == 1) piece({.bytes = "a part"});
  };
  WireClient client(server.port());
  client.send(plain_get);
  const WireAnswer answer = client.read_answer();
  EXPECT_EQ(answer.body, "a part");
  EXPECT_FALSE(answer.is_complete);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(LateBodyStreams, LookIncomplete) {
  next = [this](int number, const NextPiece& piece) { keep(number, piece); };
  WireClient client(server.port());
  client.send(plain_get);
  EXPECT_FALSE(client.read_answer().is_complete);
  EXPECT_TRUE(is_over());
  EXPECT_EQ(server.server().statistics().failed, 1U);
  kept(1)({.bytes = "too late"});
}

TEST_F(BodyStreams, EndWhenTheClientDisconnects) {
  next = [this](int number, const NextPiece& piece) { keep(number, piece); };
  {
    WireClient client(server.port());
    client.send(plain_get);
    ASSERT_TRUE(eventually([&] { return counts.asked == 1; }));
  }
  EXPECT_TRUE(is_over());
}

// Without back-pressure the server would make all of them at once.
TEST_F(BodyStreams, AreMadeAsFastAsTheClientReads) {
  constexpr std::size_t piece_bytes = 1'000'000;
  constexpr int pieces = 2'000;
  constexpr int in_buffers = 16;  // what the two kernels may hold
  next = [](int number, const NextPiece& piece) {
    piece({.bytes = std::string(piece_bytes, 'x'), .last = number == pieces});
  };
  WireClient client(server.port(), 65'536);
  client.send(plain_get);
  for (int received = 0; received < 10; ++received) {
    ASSERT_TRUE(client.receive_at_most(piece_bytes));
    EXPECT_LE(counts.asked, received + 1 + in_buffers);
  }
}

TEST_F(BodyStreams, AreCountedOnceTheyBegin) {
  next = [this](int number, const NextPiece& piece) { keep(number, piece); };
  WireClient client(server.port());
  client.send(plain_get);
  ASSERT_TRUE(eventually([&] { return counts.asked == 1; }));
  const auto responses = server.server().statistics().responses();
  ASSERT_EQ(responses.size(), 1U);
  EXPECT_EQ(responses.front().kind.status, 200U);
  kept(1)({.last = true});
}

}  // namespace
}  // namespace pollux::http
