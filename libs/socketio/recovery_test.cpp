// What is kept for clients that come back, without any connection.
#include "socketio/recovery.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pollux::socketio {
namespace {

using std::chrono::milliseconds;

class SocketIoRecovery : public ::testing::Test {
 protected:
  static Recovery::TimePoint at(int milliseconds_since_start) {
    return Recovery::TimePoint(milliseconds(milliseconds_since_start));
  }
  static Recovery::Encode named(const std::string& name) {
    return [name](std::string_view offset) {
      return std::make_shared<const std::string>(name + " " + std::string(offset));
    };
  }

  std::uint64_t broadcast(const std::string& name, const Audience& audience = {}) {
    std::uint64_t number = 0;
    recovery_.broadcast(audience, named(name), [&](const auto&, std::uint64_t given) { number = given; });
    return number;
  }
  void emit(const std::string& name, std::uint64_t after, const std::string& private_id = "secret") {
    recovery_.emit(private_id, after, {}, named(name));
  }
  void leave(Recovery::Position start = {}, std::vector<std::string> rooms = {}) {
    recovery_.leave("secret", {"id", "/", std::move(rooms), start}, at(0));
  }
  // What a client that comes back gets, or "unknown".
  std::string restore(std::optional<std::string_view> offset, int time = 0, std::string_view space = "/") {
    const auto recovered = recovery_.restore("secret", space, offset, at(time));
    if (!recovered) return "unknown";
    EXPECT_EQ(recovered->session.id, "id");
    EXPECT_EQ(recovered->private_id, "secret");
    std::string names;
    for (const auto& event : recovered->missed)
      names += event.packet->substr(0, event.packet->find(' ')) + ",";
    return names;
  }

  RecoveryOptions options_{.time = milliseconds(1'000), .sessions = 2, .events = 5};
  Recovery recovery_{options_};
};

TEST_F(SocketIoRecovery, GivesWhatCameAfterTheOffset) {
  broadcast("one");
  broadcast("two");
  broadcast("three");
  leave();
  EXPECT_EQ(restore("1"), "two,three,");
}

TEST_F(SocketIoRecovery, GivesWhatCameSinceTheConnectionWhereNothingWasSeen) {
  broadcast("before");
  leave({1, 1});
  broadcast("after");
  EXPECT_EQ(restore(std::nullopt), "after,");
}

TEST_F(SocketIoRecovery, GivesAClientOnlyWhatIsForIt) {
  leave({}, {"room"});
  broadcast("room", {.room = "room"});
  broadcast("otherRoom", {.room = "other"});
  broadcast("otherSpace", {.namespace_name = "/other"});
  emit("own", 3);
  emit("others", 3, "another");
  EXPECT_EQ(restore(std::nullopt), "room,own,");
}

// What is emitted to one client is there at once, broadcasts before it may still be on their way to its
// thread.
TEST_F(SocketIoRecovery, KeepsTheOrderInWhichTheClientSeesEvents) {
  broadcast("one");
  broadcast("two");
  emit("afterOne", 1);
  leave();
  EXPECT_EQ(restore("1"), "afterOne,two,");
  leave();
  EXPECT_EQ(restore("3"), "two,");
  leave();
  EXPECT_EQ(restore("2"), "");
}

TEST_F(SocketIoRecovery, IsForOnceForOneNamespaceAndForATime) {
  leave();
  EXPECT_EQ(restore(std::nullopt, 0, "/other"), "unknown");
  EXPECT_EQ(restore(std::nullopt, 1'000), "");
  EXPECT_EQ(restore(std::nullopt, 1'000), "unknown");
  leave();
  EXPECT_EQ(restore(std::nullopt, 1'001), "unknown");
}

TEST_F(SocketIoRecovery, KeepsSoManyEventsOnly) {
  for (const char* name : {"1", "2", "3", "4", "5", "6"}) broadcast(name);
  leave();
  EXPECT_EQ(restore("1"), "unknown");  // it gave way: what came after it may have, too
  leave();
  EXPECT_EQ(restore("2"), "3,4,5,6,");
  leave({1, 1});
  EXPECT_EQ(restore(std::nullopt), "2,3,4,5,6,");
  leave({0, 0});
  EXPECT_EQ(restore(std::nullopt), "unknown");
}

TEST_F(SocketIoRecovery, KeepsSoManyBytesOnly) {
  options_.bytes = 1'000'000;
  Recovery recovery(options_);
  const std::vector<http::SharedMessage> attachment{std::make_shared<const std::string>(600'000, 'x')};
  recovery.emit("secret", 0, attachment, named("one"));
  recovery.emit("secret", 0, attachment, named("two"));
  recovery.leave("secret", {"id", "/", {}, {}}, at(0));
  EXPECT_FALSE(recovery.restore("secret", "/", std::nullopt, at(0)));
}

TEST_F(SocketIoRecovery, KeepsSoManyClientsOnly) {
  leave();
  recovery_.leave("second", {}, at(1));
  EXPECT_EQ(restore(std::nullopt), "");
  leave();
  recovery_.leave("third", {}, at(2));
  EXPECT_FALSE(recovery_.restore("second", "", std::nullopt, at(2)));
  EXPECT_EQ(restore(std::nullopt), "");
}

TEST_F(SocketIoRecovery, TakesNoOffsetButItsOwn) {
  broadcast("one");
  for (const char* offset : {"", "x", "0", "2", "-1", "1x", "99999999999999999999999"}) {
    leave();
    EXPECT_EQ(restore(offset), "unknown") << offset;
  }
}

}  // namespace
}  // namespace pollux::socketio
