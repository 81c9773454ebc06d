#include "engineio/session.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pollux::engineio {
namespace {

using std::chrono::milliseconds;

constexpr PingTimes ping_times{milliseconds(300), milliseconds(200)};

// Virtual time: milliseconds since the session opened.
TimePoint at(int milliseconds_after_opening) {
  return TimePoint(milliseconds(milliseconds_after_opening));
}

class EngineIoSession : public ::testing::Test {
 protected:
  Session session_{ping_times, Transport::websocket, at(0)};
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

TEST_F(EngineIoSession, StaysOpenWhilePongsArrive) {
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

TEST_F(EngineIoSession, EndsOnTimeEvenIfNoPingWasSent) {
  EXPECT_EQ(session_.tick(at(500)), end(CloseReason::ping_timeout));
}

TEST_F(EngineIoSession, APongAfterTheDeadlineIsTooLate) {
  session_.tick(at(300));
  EXPECT_EQ(session_.receive_text("3", at(500)), end(CloseReason::ping_timeout));
}

TEST_F(EngineIoSession, MessagesDoNotReplaceThePongButExtendItsDeadlineOnce) {
  session_.tick(at(300));
  session_.receive_text("4hello", at(490));
  EXPECT_EQ(session_.deadline(), at(690));
  session_.receive_text("4hello", at(600));
  EXPECT_EQ(session_.receive_binary("hello", at(691)), end(CloseReason::ping_timeout));
}

TEST_F(EngineIoSession, APongBeforeTheExtendedDeadlineIsInTime) {
  session_.tick(at(300));
  session_.receive_binary("hello", at(490));
  session_.receive_text("3", at(680));
  EXPECT_EQ(session_.deadline(), at(980));
}

TEST_F(EngineIoSession, AnUnsolicitedPongPostponesThePing) {
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

TEST_F(EngineIoSession, EndsOnAProtocolViolation) {
  for (const char* text : {"", "abc", "9", "2", "2probe", "0{}", "5"}) {
    Session session(ping_times, Transport::websocket, at(0));
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

// A polling session, and its upgrade to a WebSocket.

constexpr milliseconds upgrade_time{1'000};

const Actions drop_probe{DropProbe{}};
Actions drop_probe_and_end(CloseReason reason) {
  return {DropProbe{}, End{reason}};
}

class EngineIoPollingSession : public ::testing::Test {
 protected:
  Session session_{ping_times, Transport::polling, at(0), upgrade_time};
};

TEST_F(EngineIoPollingSession, AcceptsOnePollAfterTheOther) {
  EXPECT_EQ(session_.poll(at(1)), nothing);
  session_.poll_answered();
  EXPECT_EQ(session_.poll(at(2)), nothing);
}

TEST_F(EngineIoPollingSession, EndsOnASecondPollAtATime) {
  session_.poll(at(1));
  EXPECT_EQ(session_.poll(at(2)), end(CloseReason::malformed));
}

TEST_F(EngineIoPollingSession, EndsIfTheClientAbandonsItsPoll) {
  session_.poll(at(1));
  EXPECT_EQ(session_.poll_abandoned(), end(CloseReason::transport_closed));
}

TEST_F(EngineIoPollingSession, StaysOpenIfAnAnsweredPollIsAbandoned) {
  session_.poll(at(1));
  session_.poll_answered();
  EXPECT_EQ(session_.poll_abandoned(), nothing);
  EXPECT_FALSE(session_.ended());
}

TEST_F(EngineIoPollingSession, EndsOnTimeAlthoughItPolls) {
  session_.poll(at(1));
  EXPECT_EQ(session_.tick(at(300)), Actions{Send{PacketType::ping}});
  session_.poll_answered();
  EXPECT_EQ(session_.poll(at(500)), end(CloseReason::ping_timeout));
}

TEST_F(EngineIoPollingSession, RejectsAnUpgradePacketByPolling) {
  EXPECT_EQ(session_.receive_text("5", at(1)), end(CloseReason::malformed));
}

class EngineIoUpgrade : public EngineIoPollingSession {
 protected:
  EngineIoUpgrade() { session_.begin_probe(at(10)); }
};

TEST_F(EngineIoUpgrade, SwitchesAfterTheProbe) {
  EXPECT_EQ(session_.receive_probe_text("2probe", at(11)), (Actions{AnswerProbe{}, ReleasePoll{}}));
  EXPECT_EQ(session_.transport(), Transport::polling);
  EXPECT_EQ(session_.receive_probe_text("5", at(12)), Actions{Switch{}});
  EXPECT_EQ(session_.transport(), Transport::websocket);
  EXPECT_EQ(session_.receive_text("4hello", at(13)), Actions{(Deliver{"hello", false})});
}

TEST_F(EngineIoUpgrade, LetsNoPollWaitOnceTheProbeIsAnswered) {
  EXPECT_EQ(session_.poll(at(11)), nothing);
  session_.receive_probe_text("2probe", at(12));
  session_.poll_answered();
  EXPECT_EQ(session_.poll(at(13)), Actions{ReleasePoll{}});
}

TEST_F(EngineIoUpgrade, AcceptsPacketsByPollingMeanwhile) {
  session_.receive_probe_text("2probe", at(11));
  EXPECT_EQ(session_.receive_text("4hello", at(12)), Actions{(Deliver{"hello", false})});
  EXPECT_EQ(session_.receive_text("3", at(13)), nothing);
}

TEST_F(EngineIoUpgrade, DropsTheWebSocketOnAWrongPacketAndContinues) {
  for (const char* packet : {"", "2", "2probe2", "3probe", "4hello", "5", "1", "abc"}) {
    Session session(ping_times, Transport::polling, at(0), upgrade_time);
    session.begin_probe(at(10));
    EXPECT_EQ(session.receive_probe_text(packet, at(11)), drop_probe) << packet;
    EXPECT_EQ(session.receive_text("4hello", at(12)), Actions{(Deliver{"hello", false})}) << packet;
  }
  EXPECT_EQ(session_.receive_probe_binary(), drop_probe);
  EXPECT_FALSE(session_.ended());
}

TEST_F(EngineIoUpgrade, DropsTheWebSocketOnASecondProbe) {
  session_.receive_probe_text("2probe", at(11));
  EXPECT_EQ(session_.receive_probe_text("2probe", at(12)), drop_probe);
}

TEST_F(EngineIoUpgrade, AcceptsOneWebSocketAtATime) {
  EXPECT_FALSE(session_.begin_probe(at(11)));
  session_.probe_closed();
  EXPECT_TRUE(session_.begin_probe(at(12)));
  session_.receive_probe_text("2probe", at(13));
  session_.receive_probe_text("5", at(14));
  EXPECT_FALSE(session_.begin_probe(at(15)));
}

TEST_F(EngineIoUpgrade, HasATimeLimit) {
  session_.receive_probe_text("2probe", at(11));
  for (int time = 300; time < 1'010; time += 100) {
    EXPECT_NE(session_.tick(at(time)), drop_probe);
    session_.receive_text("3", at(time));
  }
  EXPECT_EQ(session_.deadline(), at(1'010));
  EXPECT_EQ(session_.tick(at(1'010)), drop_probe);
  EXPECT_EQ(session_.receive_probe_text("5", at(1'011)), nothing);
  EXPECT_EQ(session_.transport(), Transport::polling);
}

TEST_F(EngineIoUpgrade, DoesNotHappenAfterItsTimeLimitEvenWithoutATick) {
  Session session({milliseconds(5'000), milliseconds(5'000)}, Transport::polling, at(0), upgrade_time);
  session.begin_probe(at(10));
  session.receive_probe_text("2probe", at(11));
  EXPECT_EQ(session.receive_probe_text("5", at(1'010)), drop_probe);
}

TEST_F(EngineIoUpgrade, KeepsTheHeartbeat) {
  session_.receive_probe_text("2probe", at(11));
  EXPECT_EQ(session_.tick(at(300)), Actions{Send{PacketType::ping}});
  session_.receive_probe_text("5", at(301));
  EXPECT_EQ(session_.deadline(), at(500));
  EXPECT_EQ(session_.tick(at(500)), end(CloseReason::ping_timeout));
}

TEST_F(EngineIoUpgrade, EndsWithTheSession) {
  EXPECT_EQ(session_.receive_text("1", at(11)), drop_probe_and_end(CloseReason::client_closed));
  EXPECT_EQ(session_.receive_probe_text("2probe", at(12)), nothing);
  EXPECT_FALSE(session_.begin_probe(at(13)));
}

// A client that has its answer stops to poll, and is lost where the WebSocket closes before it goes over.
TEST_F(EngineIoUpgrade, IsAwaitedAtTheEndOnceItsProbeIsAnswered) {
  session_.receive_probe_text("2probe", at(11));
  EXPECT_EQ(session_.end(CloseReason::draining), end(CloseReason::draining));
  EXPECT_EQ(session_.deadline(), TimePoint::max());
  EXPECT_EQ(session_.receive_probe_text("5", at(12)), drop_probe);
  EXPECT_EQ(session_.receive_probe_text("5", at(13)), nothing);
}

TEST(EngineIoWebSocketSession, CantUpgrade) {
  Session session(ping_times, Transport::websocket, at(0));
  EXPECT_FALSE(session.begin_probe(at(1)));
}

}  // namespace
}  // namespace pollux::engineio
