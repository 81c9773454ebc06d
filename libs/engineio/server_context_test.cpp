#include "engineio/server_context.hpp"

#include <set>

#include <gtest/gtest.h>

namespace pollux::engineio {
namespace {

TEST(EngineIoSessionId, IsLongUrlSafeAndUnique) {
  std::set<std::string> ids;
  for (int i = 0; i < 1'000; ++i) {
    const std::string id = make_session_id();
    EXPECT_EQ(id.size(), 24U);
    EXPECT_EQ(id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos)
        << id;
    EXPECT_TRUE(ids.insert(id).second);
  }
}

// Not a session; the registry never dereferences it.
std::shared_ptr<LiveSession> fake_session(const std::shared_ptr<int>& owner) {
  return {owner, reinterpret_cast<LiveSession*>(owner.get())};
}

TEST(EngineIoSessionRegistry, FindsASessionWhileItHasItsPlace) {
  const auto registry = std::make_shared<SessionRegistry>(10, 10);
  auto place = registry->enter("192.0.2.1");
  const std::string id = place->id();
  EXPECT_EQ(registry->find(id), nullptr);
  const auto session = fake_session(std::make_shared<int>());
  place->take(session);
  EXPECT_EQ(registry->find(id), session);
  EXPECT_EQ(registry->find("__proto__"), nullptr);
  place.reset();
  EXPECT_EQ(registry->find(id), nullptr);
  EXPECT_EQ(registry->size(), 0U);
}

TEST(EngineIoSessionRegistry, DoesNotKeepASessionAlive) {
  const auto registry = std::make_shared<SessionRegistry>(10, 10);
  auto place = registry->enter("192.0.2.1");
  place->take(fake_session(std::make_shared<int>()));
  EXPECT_EQ(registry->find(place->id()), nullptr);
}

TEST(EngineIoSessionRegistry, LimitsAllSessions) {
  const auto registry = std::make_shared<SessionRegistry>(2, 10);
  auto first = registry->enter("192.0.2.1");
  auto second = registry->enter("192.0.2.2");
  EXPECT_EQ(registry->enter("192.0.2.3"), nullptr);
  first.reset();
  EXPECT_NE(registry->enter("192.0.2.3"), nullptr);
}

TEST(EngineIoSessionRegistry, LimitsTheSessionsOfAnAddress) {
  const auto registry = std::make_shared<SessionRegistry>(10, 1);
  auto first = registry->enter("192.0.2.1");
  EXPECT_EQ(registry->enter("192.0.2.1"), nullptr);
  EXPECT_NE(registry->enter("192.0.2.2"), nullptr);
  first.reset();
  EXPECT_NE(registry->enter("192.0.2.1"), nullptr);
}

}  // namespace
}  // namespace pollux::engineio
