#include "redis/async_connection.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "redis/testing/redis_server.hpp"

namespace pollux::redis {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RedisServer;

// A connection on an io_context that the test runs itself.
class BlockingClient {
 public:
  explicit BlockingClient(AsyncConnection::Options options) {
    connection_ = std::make_unique<AsyncConnection>(context_, std::move(options));
    connection_->start();
  }

  AsyncConnection& connection() { return *connection_; }
  void destroy() { connection_.reset(); }

  [[nodiscard]] bool run_until(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!condition() && std::chrono::steady_clock::now() < until) context_.run_for(milliseconds(5));
    return condition();
  }
  [[nodiscard]] bool connects() {
    return run_until([this] { return connection_->state().has_value(); });
  }
  // Waits until the connection reports a message with these words, and returns it.
  std::string trouble_with(const std::string& words) {
    std::string last;
    (void)run_until([&] {
      const auto state = connection_->state();
      last = state ? "(no trouble)" : state.error().message;
      return last.find(words) != std::string::npos;
    });
    return last;
  }

  Result<Reply> ask(const EncodedCommand& command) {
    auto outcome = std::make_shared<std::optional<Result<Reply>>>();
    connection_->command(command, [outcome](Result<Reply> reply) { *outcome = std::move(reply); });
    if (!run_until([&] { return outcome->has_value(); })) return unavailable("(never answered)");
    return **outcome;
  }

 private:
  boost::asio::io_context context_{1};
  std::unique_ptr<AsyncConnection> connection_;
};

AsyncConnection::Options patient(const Url& url) {
  return {.url = url, .deadline = milliseconds(5000), .first_wait = milliseconds(10)};
}

AsyncConnection::Options hasty(const Url& url) {
  return {.url = url, .deadline = milliseconds(200), .first_wait = milliseconds(10)};
}

TEST(AsyncConnection, AnswersCommandsOfAnyBytes) {
  RedisServer server;
  BlockingClient client(patient(server.url()));
  ASSERT_TRUE(client.connects());
  const std::string bytes("a\0\r\n\xff", 5);
  EXPECT_EQ(client.ask({"SET", bytes, bytes}).value().text, "OK");
  EXPECT_EQ(client.ask({"GET", bytes}).value().text, bytes);
  EXPECT_EQ(client.ask({"RPUSH", "list", "x", ""}).value().integer, 2);
  const Reply list = client.ask({"LRANGE", "list", "0", "-1"}).value();
  ASSERT_EQ(list.elements.size(), 2U);
  EXPECT_EQ(list.elements[0].text, "x");
  EXPECT_EQ(client.ask({"GET", "nothing"}).value().kind, Reply::Kind::nil);
}

TEST(AsyncConnection, AnswersInOrderAndManyCommandsShareAWrite) {
  RedisServer server;
  BlockingClient client(patient(server.url()));
  ASSERT_TRUE(client.connects());
  std::vector<std::int64_t> counts;
  for (int n = 0; n < 5000; ++n) {
    client.connection().command({"INCR", "n"}, [&](const auto& reply) { counts.push_back(reply->integer); });
  }
  EXPECT_EQ(client.connection().in_flight(), 5000U);
  ASSERT_TRUE(client.run_until([&] { return counts.size() == 5000; }));
  for (std::size_t n = 0; n < counts.size(); ++n) EXPECT_EQ(counts[n], static_cast<std::int64_t>(n + 1));
  // Of 5000 commands in reads of some 16 kB each there are a few dozen; one for each would be thousands.
  const std::string stats = server.command({"INFO", "stats"}).text;
  const auto at = stats.find("total_reads_processed:");
  ASSERT_NE(at, std::string::npos);
  EXPECT_LT(std::stoi(stats.substr(at + 22)), 1000);
}

TEST(AsyncConnection, LogsInAndSelectsTheDatabase) {
  RedisServer server;
  server.command({"ACL", "SETUSER", "vote", "on", ">sesame", "~*", "+@all"});
  Url url = server.url();
  url.user = "vote";
  url.password = "sesame";
  url.database = 3;
  BlockingClient client(patient(url));
  ASSERT_TRUE(client.connects());
  EXPECT_EQ(client.ask({"ACL", "WHOAMI"}).value().text, "vote");
  EXPECT_EQ(client.ask({"SET", "here", "1"}).value().text, "OK");
  EXPECT_THAT(server.command({"INFO", "keyspace"}).text, HasSubstr("db3:keys=1"));
}

TEST(AsyncConnection, ReportsAnEvictionPolicyThatLosesVotesAndGoesOn) {
  RedisServer server({"--maxmemory-policy", "allkeys-lru", "--maxmemory", "100mb"});
  auto options = patient(server.url());
  options.keepalive_period = milliseconds(20);
  BlockingClient client(options);
  ASSERT_TRUE(client.run_until([&] { return !client.connection().keeps_data_when_full(); }));
  EXPECT_THAT(client.connection().keeps_data_when_full().error().message,
              HasSubstr("maxmemory-policy is allkeys-lru"));
  EXPECT_TRUE(client.connection().state()) << "connected";
  server.command({"CONFIG", "SET", "maxmemory-policy", "noeviction"});
  EXPECT_TRUE(client.run_until([&] { return client.connection().keeps_data_when_full().has_value(); }));
}

TEST(AsyncConnection, TakesItFromAUserWhoMayNotAskForTheMemory) {
  RedisServer server;
  server.command({"ACL", "SETUSER", "vote", "on", ">sesame", "~*", "+@all", "-info"});
  Url url = server.url();
  url.user = "vote";
  url.password = "sesame";
  auto options = patient(url);
  options.keepalive_period = milliseconds(20);
  BlockingClient client(options);
  ASSERT_TRUE(client.connects());
  const auto asked = [&] {
    const std::string count = "errorstat_NOPERM:count=";
    const std::string stats = server.command({"INFO", "errorstats"}).text;
    const auto at = stats.find(count);
    return at != std::string::npos && std::stoi(stats.substr(at + count.size())) >= 3;
  };
  EXPECT_TRUE(client.run_until(asked)) << server.command({"INFO", "errorstats"}).text;
  EXPECT_TRUE(client.connection().state());
  EXPECT_TRUE(client.connection().keeps_data_when_full());
}

TEST(AsyncConnection, ReachesAServerByItsNameAndByItsUnixSocket) {
  RedisServer server;
  Url by_name = server.url();
  by_name.host = "localhost";
  BlockingClient named(patient(by_name));
  EXPECT_TRUE(named.connects());
  BlockingClient local(patient({.socket_path = server.socket_path().string()}));
  ASSERT_TRUE(local.connects());
  EXPECT_EQ(local.ask({"PING"}).value().text, "PONG");
}

TEST(AsyncConnection, SaysWhyItCannotLogIn) {
  RedisServer server({"--requirepass", "sesame"});
  Url wrong = server.url();
  wrong.password = "open";
  BlockingClient mistaken(hasty(wrong));
  EXPECT_THAT(mistaken.trouble_with("does not accept"),
              HasSubstr("Check the login in the Redis URL and REDIS_PASSWORD."));
  Url none = server.url();
  none.password = "";
  BlockingClient anonymous(hasty(none));
  EXPECT_THAT(anonymous.trouble_with("asks for a password"),
              HasSubstr("Put it into REDIS_PASSWORD or the Redis URL."));

  RedisServer open;
  Url needless = open.url();
  needless.password = "sesame";
  BlockingClient wary(hasty(needless));
  EXPECT_THAT(wary.trouble_with("no password set"), HasSubstr("Make them agree."));
}

TEST(AsyncConnection, SaysWhyItCannotConnect) {
  std::uint16_t free_port = 0;
  {
    boost::asio::io_context context;
    boost::asio::ip::tcp::acceptor acceptor(context, {boost::asio::ip::address_v4::loopback(), 0});
    free_port = acceptor.local_endpoint().port();
  }
  BlockingClient refused(hasty({.host = "127.0.0.1", .port = free_port}));
  EXPECT_THAT(refused.trouble_with("Connection refused"), HasSubstr("Check that it runs"));
  const auto at_once = refused.ask({"PING"});
  EXPECT_EQ(at_once.error().code, ErrorCode::unavailable);

  BlockingClient unknown(patient({.host = "no-such-host.invalid"}));
  EXPECT_THAT(unknown.trouble_with("can't be resolved"), HasSubstr("Check the host in the Redis URL"));
}

// It accepts connections and says nothing: the kernel does the first for a frozen server.
TEST(AsyncConnection, GivesUpOnAServerThatIsSilentFromTheBeginning) {
  RedisServer server;
  server.freeze();
  BlockingClient client(hasty(server.url()));
  EXPECT_THAT(client.trouble_with("did not answer"), HasSubstr("within 200 ms"));
  server.thaw();
  EXPECT_TRUE(client.connects());
}

TEST(AsyncConnection, FailsEverythingInFlightAfterADeadlineAndMatchesNoLateReply) {
  RedisServer server;
  BlockingClient client(hasty(server.url()));
  ASSERT_TRUE(client.connects());
  server.freeze();
  std::vector<std::string> replies;
  for (const auto* key : {"a", "b"}) {
    client.connection().command({"APPEND", key, "late"}, [&](const Result<Reply>& reply) {
      ASSERT_FALSE(reply);
      EXPECT_EQ(reply.error().code, ErrorCode::unavailable);
      replies.push_back(reply.error().message);
    });
  }
  ASSERT_TRUE(client.run_until([&] { return replies.size() == 2; }));
  EXPECT_THAT(replies[1], HasSubstr("did not answer within 200 ms"));
  EXPECT_FALSE(client.connection().state());
  server.thaw();
  ASSERT_TRUE(client.connects());
  std::optional<Result<Reply>> echoed;
  ASSERT_TRUE(eventually([&] {  // a busy machine may take longer than 200 ms
    echoed = client.ask({"ECHO", "mine"});
    return echoed->has_value();
  }));
  EXPECT_EQ(echoed->value().text, "mine");
  EXPECT_EQ(replies.size(), 2U) << "nothing is answered twice";
}

TEST(AsyncConnection, DetectsASilentServerBeforeACommandNeedsIt) {
  RedisServer server;
  auto options = hasty(server.url());
  options.keepalive_period = milliseconds(20);
  BlockingClient client(options);
  ASSERT_TRUE(client.connects());
  server.freeze();
  EXPECT_THAT(client.trouble_with("did not answer"), HasSubstr("200 ms"));
}

TEST(AsyncConnection, ComesBackWhenTheServerDoes) {
  RedisServer server({"--appendonly", "yes"});
  BlockingClient client(patient(server.url()));
  ASSERT_TRUE(client.connects());
  EXPECT_EQ(client.connection().connections(), 1U);
  server.kill();
  ASSERT_TRUE(client.run_until([&] { return !client.connection().state(); }));
  EXPECT_EQ(client.ask({"PING"}).error().code, ErrorCode::unavailable);
  server.start();
  ASSERT_TRUE(client.connects());
  EXPECT_EQ(client.connection().connections(), 2U);
  EXPECT_EQ(client.ask({"PING"}).value().text, "PONG");
}

TEST(AsyncConnection, SuggestsNoTlsIfTheServerHasAnsweredTheLogin) {
  RedisServer server({"--requirepass", "sesame"});
  auto options = patient(server.url());
  options.keepalive.push_back({"BLPOP", "nothing", "0"});
  BlockingClient client(options);
  ASSERT_TRUE(client.run_until([&] {
    return server.command({"CLIENT", "LIST"}).text.find("cmd=blpop") != std::string::npos;
  }));
  server.command({"CLIENT", "KILL", "TYPE", "normal"});
  EXPECT_THAT(client.trouble_with("was lost"), AllOf(HasSubstr("was lost"), Not(HasSubstr("TLS"))));
}

TEST(AsyncConnection, BoundsTheCommandsInFlight) {
  RedisServer server;
  auto options = patient(server.url());
  options.max_in_flight = 10;
  BlockingClient client(options);
  ASSERT_TRUE(client.connects());
  int answered = 0;
  int refused = 0;
  for (int n = 0; n < 15; ++n) {
    client.connection().command({"PING"}, [&](const Result<Reply>& reply) {
      if (reply) {
        ++answered;
      } else {
        EXPECT_EQ(reply.error().code, ErrorCode::full);
        ++refused;
      }
    });
  }
  EXPECT_EQ(refused, 5);
  ASSERT_TRUE(client.run_until([&] { return answered == 10; }));
  EXPECT_TRUE(client.ask({"PING"})) << "there is room again";
}

TEST(AsyncConnection, ReportsErrorReplies) {
  RedisServer server({"--maxmemory-policy", "noeviction"});
  auto options = patient(server.url());
  options.keepalive = {EncodedCommand{"SADD", "known", "me"}};
  options.keepalive_period = milliseconds(20);
  BlockingClient client(options);
  ASSERT_TRUE(client.connects());

  const auto wrong = client.ask({"LPUSH", "known", "x"});
  EXPECT_EQ(wrong.error().code, ErrorCode::internal);
  EXPECT_THAT(wrong.error().message, HasSubstr("WRONGTYPE"));

  server.command({"CONFIG", "SET", "maxmemory", "1"});
  const auto out_of_memory = client.ask({"SET", "a", "b"});
  EXPECT_EQ(out_of_memory.error().code, ErrorCode::unavailable);
  EXPECT_THAT(out_of_memory.error().message, HasSubstr("no memory left"));
  EXPECT_THAT(client.trouble_with("no memory left"), HasSubstr("maxmemory")) << "the keepalive finds it, too";
  server.command({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_TRUE(client.connects()) << "the trouble is over without anybody asking";
  EXPECT_EQ(client.connection().connections(), 1U);

  server.command({"REPLICAOF", "127.0.0.1", "1"});
  EXPECT_THAT(client.trouble_with("is a replica"), HasSubstr("Point the Redis URL at the primary."));
  server.command({"REPLICAOF", "NO", "ONE"});
  EXPECT_TRUE(client.connects());
}

TEST(AsyncConnection, SaysWhichRightsAreMissing) {
  RedisServer server;
  server.command({"ACL", "SETUSER", "vote", "on", ">sesame", "~votes", "+rpush"});
  Url url = server.url();
  url.user = "vote";
  url.password = "sesame";
  BlockingClient client(hasty(url));  // PING is not allowed
  EXPECT_THAT(client.trouble_with("does not allow"), HasSubstr("Check the rights of the user (ACL)."));
}

TEST(AsyncConnection, SaysThatTheServerIsLoadingItsData) {
  RedisServer server({"--enable-debug-command", "yes", "--key-load-delay", "1000",
                      "--loading-process-events-interval-bytes", "1024"});
  server.command({"DEBUG", "POPULATE", "3000"});
  auto options = patient(server.url());
  options.keepalive_period = milliseconds(20);
  BlockingClient client(options);
  ASSERT_TRUE(client.connects());
  std::thread reload([&server] { server.command({"DEBUG", "RELOAD"}); });
  EXPECT_THAT(client.trouble_with("loading"), HasSubstr("It answers when that is done."));
  reload.join();
  EXPECT_TRUE(client.connects());
}

TEST(AsyncConnection, AnswersWhatIsInFlightWhenItIsDestroyed) {
  RedisServer server;
  BlockingClient client(patient(server.url()));
  ASSERT_TRUE(client.connects());
  server.freeze();
  AsyncConnection* const connection = &client.connection();
  int refused = 0;
  for (int n = 0; n < 100; ++n) {
    connection->command({"PING"}, [&, connection](const Result<Reply>& reply) {
      EXPECT_EQ(reply.error().code, ErrorCode::unavailable);
      ++refused;
      // A rejected caller may ask again.
      connection->command({"PING"}, [&](const auto& second) {
        EXPECT_FALSE(second);
        ++refused;
      });
    });
  }
  client.destroy();
  EXPECT_EQ(refused, 200);
}

}  // namespace
}  // namespace pollux::redis
