#include "engineio/session.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pollux::engineio {
namespace {

using std::chrono::milliseconds;

constexpr Heartbeat heartbeat{milliseconds(300), milliseconds(200)};

// Virtual time: milliseconds since the session opened.
TimePoint at(int milliseconds_after_opening) {
  return TimePoint(milliseconds(milliseconds_after_opening));
}

class EngineIoSession : public testing::Test {
 protected:
  Session session_{heartbeat, Transport::websocket, at(0)};
};

const Actions nothing;
const Actions ping{Send{PacketType::ping}};
Actions end(CloseReason reason) {
  return {End{reason}};
}

TEST_F(EngineIoSession, PingsAfterTheIntervalAndNotBefore) {
  EXPECT_EQ(session_.deadline(), at(300));
  EXPECT_EQ(session_.tick(at(299)), nothing);
  EXPECT_EQ(session_.tick(at(300)), ping);
  EXPECT_EQ(session_.tick(at(301)), nothing);
}

TEST_F(EngineIoSession, LivesAsLongAsPongsArrive) {
  for (int start = 0; start < 5'000; start += 310) {
    EXPECT_EQ(session_.tick(at(start + 300)), ping);
    EXPECT_EQ(session_.receive_text("3", at(start + 310)), nothing);
  }
  EXPECT_FALSE(session_.ended());
}

TEST_F(EngineIoSession, EndsWithoutAPongAtTheDeadline) {
  session_.tick(at(300));
  EXPECT_EQ(session_.tick(at(499)), nothing);
  EXPECT_EQ(session_.tick(at(500)), end(CloseReason::ping_timeout));
  EXPECT_EQ(session_.deadline(), TimePoint::max());
}

TEST_F(EngineIoSession, ALatePingGivesNoMoreTimeForThePong) {
  EXPECT_EQ(session_.tick(at(450)), ping);
  EXPECT_EQ(session_.deadline(), at(500));
}

TEST_F(EngineIoSession, EndsOnTimeEvenWhereNobodySentThePing) {
  EXPECT_EQ(session_.tick(at(500)), end(CloseReason::ping_timeout));
}

TEST_F(EngineIoSession, APongAfterTheDeadlineIsTooLate) {
  session_.tick(at(300));
  EXPECT_EQ(session_.receive_text("3", at(500)), end(CloseReason::ping_timeout));
}

TEST_F(EngineIoSession, MessagesDoNotReplaceThePongButGiveItTheTimeOnceMore) {
  session_.tick(at(300));
  session_.receive_text("4hello", at(490));
  EXPECT_EQ(session_.deadline(), at(690));
  session_.receive_text("4hello", at(600));
  EXPECT_EQ(session_.receive_binary("hello", at(691)), end(CloseReason::ping_timeout));
}

TEST_F(EngineIoSession, APongThatComesInItsLongerTimeIsInTime) {
  session_.tick(at(300));
  session_.receive_binary("hello", at(490));
  session_.receive_text("3", at(680));
  EXPECT_EQ(session_.deadline(), at(980));
}

TEST_F(EngineIoSession, AnUnaskedPongPutsThePingOff) {
  session_.receive_text("3", at(100));
  EXPECT_EQ(session_.deadline(), at(400));
}

TEST_F(EngineIoSession, DeliversMessages) {
  EXPECT_EQ(session_.receive_text("4hello", at(1)), Actions{(Deliver{"hello", false})});
  EXPECT_EQ(session_.receive_text("4", at(1)), Actions{(Deliver{"", false})});
  EXPECT_EQ(session_.receive_binary("\x01\x02", at(1)), Actions{(Deliver{"\x01\x02", true})});
}

TEST_F(EngineIoSession, EndsWhenTheClientCloses) {
  EXPECT_EQ(session_.receive_text("1", at(1)), end(CloseReason::client_closed));
}

TEST_F(EngineIoSession, IgnoresANoop) {
  EXPECT_EQ(session_.receive_text("6", at(1)), nothing);
}

TEST_F(EngineIoSession, EndsUponWhatBreaksTheProtocol) {
  for (const char* text : {"", "abc", "9", "2", "2probe", "0{}", "5"}) {
    Session session(heartbeat, Transport::websocket, at(0));
    EXPECT_EQ(session.receive_text(text, at(1)), end(CloseReason::malformed)) << text;
  }
}

TEST_F(EngineIoSession, DoesNothingAfterItsEnd) {
  EXPECT_EQ(session_.end(CloseReason::draining), end(CloseReason::draining));
  EXPECT_EQ(session_.end(CloseReason::transport_closed), nothing);
  EXPECT_EQ(session_.receive_text("4hello", at(1)), nothing);
  EXPECT_EQ(session_.receive_binary("hello", at(1)), nothing);
  EXPECT_EQ(session_.tick(at(100'000)), nothing);
}

}  // namespace
}  // namespace pollux::engineio
