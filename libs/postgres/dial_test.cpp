#include "postgres/dial.hpp"

#include <condition_variable>
#include <future>
#include <mutex>

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include "postgres/connection.hpp"
#include "postgres/testing/postgres_server.hpp"

namespace {

// A name service that does not answer for one name, until it is released.
struct SilentName {
  std::mutex mutex;
  std::condition_variable changed;
  bool silent = true;
  int asked = 0;

  static SilentName& instance() {
    static SilentName one;
    return one;
  }
  void ask() {
    std::unique_lock lock(mutex);
    ++asked;
    changed.notify_all();
    changed.wait(lock, [this] { return !silent; });
  }
  void wait_until_asked() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return asked > 0; });
  }
  void begin() {
    const std::lock_guard lock(mutex);
    silent = true;
    asked = 0;
  }
  void end() {
    const std::lock_guard lock(mutex);
    silent = false;
    changed.notify_all();
  }
};

constexpr const char* silent_host = "silent.invalid";

}  // namespace

// In front of the system's, for this program and its libraries. Its parameters have names of ours.
// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name)
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
  const bool numeric = hints != nullptr && (hints->ai_flags & AI_NUMERICHOST) != 0;
  if (node != nullptr && std::string_view(node) == silent_host && !numeric) {
    SilentName::instance().ask();
    return EAI_AGAIN;
  }
  using Real = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<Real>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(node, service, hints, result);
}

namespace pollux::postgres {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// Far beyond the limits that are tried: who has not returned by then does not keep them.
constexpr auto far_limit = 10s;

Url url_of(const std::string& text) {
  return Url::parse(text).value();
}

std::string place_of(const TestServer& server) {
  return "127.0.0.1:" + std::to_string(server.port());
}

class PostgresName : public testing::Test {
 protected:
  PostgresName() { SilentName::instance().begin(); }

  // Opens on a thread of its own, since it is tried whether that ever returns.
  std::future<Result<Connection>> open(const std::string& url, const WaitLimit& limit) {
    return std::async(std::launch::async, [at = url_of(url), limit] { return Connection::open(at, limit); });
  }
  ~PostgresName() override { SilentName::instance().end(); }
};

TEST_F(PostgresName, ThatIsNotResolvedIsWaitedForWithinTheLimit) {
  auto opening = open("postgresql://ann@silent.invalid/votes", WaitLimit::in(50ms));
  const bool returned = opening.wait_for(far_limit) == std::future_status::ready;
  SilentName::instance().end();
  ASSERT_TRUE(returned);
  const auto refused = opening.get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("the name service does not answer"));
}

TEST_F(PostgresName, ThatIsNotResolvedIsNotWaitedForAfterAnInterrupt) {
  Interrupt interrupt;
  auto opening = open("postgresql://ann@silent.invalid/votes", WaitLimit::in(1h, &interrupt));
  SilentName::instance().wait_until_asked();
  interrupt.raise();
  const bool returned = opening.wait_for(far_limit) == std::future_status::ready;
  SilentName::instance().end();
  ASSERT_TRUE(returned);
  EXPECT_THAT(opening.get().error().message, HasSubstr("the program is stopping"));
}

TEST_F(PostgresName, ThatIsNotResolvedLeavesTimeForTheNextServer) {
  const TestServer server;
  auto opening =
      open("postgresql://postgres@silent.invalid:1," + place_of(server) + "/postgres", WaitLimit::in(4s));
  const bool returned = opening.wait_for(far_limit) == std::future_status::ready;
  SilentName::instance().end();
  ASSERT_TRUE(returned);
  EXPECT_TRUE(opening.get());
}

TEST(PostgresDial, LeavesASilentServerForTheNextOne) {
  TestServer silent;
  const TestServer server;
  silent.freeze();
  const auto opened = Connection::open(
      url_of("postgresql://postgres@" + place_of(silent) + "," + place_of(server) + "/postgres"),
      WaitLimit::in(4s));
  silent.thaw();
  EXPECT_TRUE(opened) << opened.error().message;
}

TEST(PostgresDial, TakesOfSeveralServersTheOneThatTakesWrites) {
  const TestServer reading({.passwords = false, .settings = {"default_transaction_read_only=on"}});
  const TestServer writing;
  const auto port_of = [](const std::string& url) {
    auto connection = Connection::open(url_of(url), WaitLimit::in(20s)).value();
    return connection.execute("SELECT inet_server_port()", WaitLimit::in(20s)).value().number(0, 0);
  };
  const std::string both =
      "postgresql://postgres@" + place_of(reading) + "," + place_of(writing) + "/postgres";
  EXPECT_EQ(port_of(both), writing.port());
  EXPECT_EQ(port_of(both + "?target_session_attrs=any"), reading.port());
  EXPECT_EQ(port_of(both + "?target_session_attrs=prefer-standby"), reading.port()) << "none is one";

  const auto refused = Connection::open(
      url_of("postgresql://postgres@" + place_of(reading) + "/postgres?target_session_attrs=read-write"),
      WaitLimit::in(20s));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message,
              HasSubstr("not the kind of server that target_session_attrs requires"));
}

TEST(PostgresDial, DoesNotTryAPasswordEverywhere) {
  const TestServer first({.passwords = true, .settings = {}});
  const TestServer second;
  const auto refused = Connection::open(
      url_of("postgresql://postgres:wrong@" + place_of(first) + "," + place_of(second) + "/postgres"),
      WaitLimit::in(20s));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("rejects this user"));
}

}  // namespace
}  // namespace pollux::postgres
