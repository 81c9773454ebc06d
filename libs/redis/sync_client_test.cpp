#include "redis/sync_client.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "redis/server_check.hpp"
#include "redis/testing/redis_server.hpp"

namespace pollux::redis {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RedisServer;

constexpr SyncClient::Options patient_options{milliseconds(5000), milliseconds(5000)};
constexpr SyncClient::Options hasty_options{milliseconds(100), milliseconds(100)};

// The reply to a client that gives up after 100 ms, which a busy machine may exceed a few times.
std::optional<Reply> reply_to_hasty(SyncClient& client, const Command& command) {
  std::optional<Reply> reply;
  EXPECT_TRUE(eventually([&] {
    if (auto answered = client.run(command)) reply = *std::move(answered);
    return reply.has_value();
  }));
  return reply;
}

std::string error_of(SyncClient& client, const Command& command = {"PING"}) {
  const auto reply = client.run(command);
  if (reply) return "no error";
  EXPECT_EQ(reply.error().code, ErrorCode::unavailable);
  return reply.error().message;
}

TEST(SyncClient, CarriesAnyBytesThereAndBack) {
  const RedisServer server;
  SyncClient client(server.url(), patient_options);
  std::string bytes;
  for (int n = 0; n < 3'000'000; ++n) bytes.push_back(static_cast<char>(n % 251));
  ASSERT_TRUE(client.run({"SET", std::string("k\0y", 3), bytes}));
  EXPECT_EQ(client.run({"GET", std::string("k\0y", 3)}).value().text, bytes);
}

TEST(SyncClient, AnswersManyCommandsInOrderThoughRepliesAreReadLate) {
  const RedisServer server;
  SyncClient client(server.url(), patient_options);
  const std::string large(100'000, 'x');
  std::vector<Command> commands;
  for (int n = 0; n < 300; ++n) commands.push_back({"ECHO", std::to_string(n) + large});
  ASSERT_TRUE(client.send(commands)) << "more than fits into all buffers on the way";
  EXPECT_EQ(client.outstanding(), 300U);
  const auto replies = client.receive().value();
  ASSERT_EQ(replies.size(), 300U);
  for (std::size_t n = 0; n < replies.size(); ++n) EXPECT_EQ(replies[n].text, std::to_string(n) + large);
}

TEST(SyncClient, TheCheckReportsARejectedLogin) {
  const RedisServer server({"--requirepass", "sesame"});
  EXPECT_TRUE(check_server(server.url()));
  Url url = server.url();
  url.password = "nonsense";
  EXPECT_THAT(check_server(url).error().message, HasSubstr("does not accept the user and password"));
  url.password = "";
  EXPECT_THAT(check_server(url).error().message, HasSubstr("asks for a password"));
}

TEST(SyncClient, LeavesTheErrorOfOneCommandAmongTheReplies) {
  const RedisServer server;
  SyncClient client(server.url(), patient_options);
  ASSERT_TRUE(client.send({{"SET", "text", "1"}, {"LPUSH", "text", "2"}, {"GET", "text"}}));
  const auto replies = client.receive().value();
  EXPECT_TRUE(replies[1].is_error());
  EXPECT_EQ(replies[2].text, "1");
}

TEST(SyncClient, RunsCommandsTogetherAndReportsTheFirstError) {
  const RedisServer server;
  SyncClient client(server.url(), patient_options);
  EXPECT_TRUE(client.run_all({}).value().empty());
  const auto replies = client.run_all({{"SET", "text", "1"}, {"INCR", "text"}, {"GET", "text"}}).value();
  ASSERT_EQ(replies.size(), 3U);
  EXPECT_EQ(replies[1].integer, 2);
  EXPECT_EQ(replies[2].text, "2");

  const auto failed = client.run_all({{"LPUSH", "text", "2"}, {"INCR", "text"}});
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, HasSubstr("WRONGTYPE"));
  EXPECT_EQ(client.run({"GET", "text"}).value().text, "3") << "the other command was executed";
}

TEST(SyncClient, UsesTheUrlsDatabaseAndSocket) {
  const RedisServer server;
  Url url = server.url();
  url.database = 3;
  SyncClient client(url, patient_options);
  ASSERT_TRUE(client.run({"SET", "here", "yes"}));
  Url socket = Url::parse("unix://" + server.socket_path().string() + "?db=3").value();
  SyncClient other(socket, patient_options);
  EXPECT_EQ(other.run({"GET", "here"}).value().text, "yes");
  EXPECT_EQ(server.command({"GET", "here"}).kind, Reply::Kind::nil);
  url.database = 99;
  SyncClient none(url, patient_options);
  EXPECT_THAT(none.run({"PING"}).error().message, HasSubstr("DB index is out of range"));
}

TEST(SyncClient, LogsInAndSaysWhatIsWrongWithTheLoginButNeverThePassword) {
  const RedisServer server({"--requirepass", "correct horse"});
  Url url = server.url();
  SyncClient right(url, patient_options);
  EXPECT_TRUE(right.run({"PING"}));
  url.password = "wrong secret";
  SyncClient wrong(url, patient_options);
  EXPECT_THAT(error_of(wrong),
              AllOf(HasSubstr("does not accept the user and password"), Not(HasSubstr("secret"))));
  EXPECT_FALSE(wrong.connected());
  url.password.clear();
  SyncClient without(url, patient_options);
  EXPECT_THAT(error_of(without), HasSubstr("asks for a password"));
}

TEST(SyncClient, SaysThatAServerHasNoPassword) {
  const RedisServer server;
  Url url = server.url();
  url.password = "needless secret";
  SyncClient client(url, patient_options);
  EXPECT_THAT(error_of(client), AllOf(HasSubstr("has no password set"), Not(HasSubstr("secret"))));
}

TEST(SyncClient, SaysWhichRightIsMissing) {
  const RedisServer server;
  server.command({"ACL", "SETUSER", "reader", "on", ">pass", "~*", "+@all", "-set"});
  Url url = server.url();
  url.user = "reader";
  url.password = "pass";
  SyncClient client(url, patient_options);
  EXPECT_TRUE(client.run({"PING"}));
  EXPECT_THAT(error_of(client, {"SET", "a", "b"}),
              AllOf(HasSubstr("rights of the user"), HasSubstr("'set'")));
}

TEST(SyncClient, SaysThatMemoryIsFullAndThatAReplicaTakesNoWrites) {
  const RedisServer server;
  SyncClient client(server.url(), patient_options);
  server.command({"CONFIG", "SET", "maxmemory", "1"});
  EXPECT_THAT(error_of(client, {"SET", "a", "b"}), HasSubstr("no memory left"));
  EXPECT_TRUE(client.connected());
  server.command({"CONFIG", "SET", "maxmemory", "0"});
  server.command({"REPLICAOF", "127.0.0.1", "1"});
  EXPECT_THAT(error_of(client, {"SET", "a", "b"}), HasSubstr("replica"));
  EXPECT_FALSE(client.connected()) << "another one may be the primary by now";
}

TEST(SyncClient, ReportsAClosedPortAndAnUnknownName) {
  RedisServer server;
  SyncClient client(server.url(), patient_options);
  server.stop();
  EXPECT_THAT(error_of(client), AllOf(HasSubstr("can't be reached"), HasSubstr("refused")));
  SyncClient socket(Url::parse("unix:///nowhere/redis.sock").value(), patient_options);
  EXPECT_THAT(error_of(socket), AllOf(HasSubstr("/nowhere/redis.sock"), HasSubstr("No such file")));
  // Reserved never to exist (RFC 2606); whether a name service says so or is down itself.
  SyncClient unknown(Url::parse("redis://redis.invalid").value(), {milliseconds(3000), milliseconds(100)});
  EXPECT_THAT(error_of(unknown), AllOf(HasSubstr("redis.invalid"), HasSubstr("can't be resolved")));
}

TEST(SyncClient, ReconnectsOnTheNextUse) {
  RedisServer server;
  SyncClient client(server.url(), patient_options);
  ASSERT_TRUE(client.run({"PING"}));
  server.kill();
  EXPECT_THAT(error_of(client), Not(HasSubstr("no error")));
  EXPECT_FALSE(client.connected());
  server.start();
  EXPECT_TRUE(client.run({"PING"}));
}

TEST(SyncClient, GivesUpOnAServerThatDoesNotAnswer) {
  RedisServer server;
  SyncClient client(server.url(), hasty_options);
  ASSERT_TRUE(reply_to_hasty(client, {"PING"}));
  server.freeze();
  EXPECT_THAT(error_of(client), HasSubstr("did not answer within 100 ms"));
  EXPECT_THAT(error_of(client), Not(HasSubstr("no error"))) << "nor does it let anybody in";
  // Its answers to what was given up must not be taken for others.
  server.thaw();
  EXPECT_EQ(reply_to_hasty(client, {"ECHO", "new"}).value().text, "new");
}

TEST(SyncClient, GivesUpOnAServerThatTakesNothing) {
  RedisServer server;
  SyncClient client(server.url(), hasty_options);
  ASSERT_TRUE(reply_to_hasty(client, {"PING"}));
  server.freeze();
  std::string large;
  large.resize(50'000'000, 'x');
  const auto sent = client.send({{"SET", "a", large}});
  ASSERT_FALSE(sent);
  EXPECT_THAT(sent.error().message, HasSubstr("did not answer"));
}

TEST(SyncClient, SuggestsNoTlsIfTheServerHasAnsweredTheLogin) {
  const RedisServer server({"--requirepass", "sesame"});
  SyncClient client(server.url(), patient_options);
  ASSERT_TRUE(client.send({{"BLPOP", "nothing", "0"}}));
  ASSERT_GE(server.command({"CLIENT", "KILL", "TYPE", "normal"}).integer, 1);
  const auto lost = client.receive();
  ASSERT_FALSE(lost);
  EXPECT_THAT(lost.error().message, AllOf(HasSubstr("was lost"), Not(HasSubstr("TLS"))));
}

TEST(SyncClient, WaitsLongerForACommandThatBlocks) {
  const RedisServer server;
  SyncClient client(server.url(), hasty_options);
  ASSERT_TRUE(reply_to_hasty(client, {"PING"}));
  ASSERT_TRUE(client.send({{"BLPOP", "nothing", "0.3"}}));
  EXPECT_EQ(client.receive(milliseconds(5000)).value().at(0).kind, Reply::Kind::nil);
}

TEST(Pipeline, CallsEachHandlerWithItsReplyAndNoneAfterAFailure) {
  RedisServer server;
  SyncClient client(server.url(), patient_options);
  Pipeline pipeline(client);
  std::string heard;
  const auto listen = [&heard](const Reply& reply) { heard += reply.text + ";"; };
  pipeline.add({"ECHO", "one"}, listen);
  pipeline.add({"ECHO", "two"}, listen);
  ASSERT_TRUE(pipeline.send());
  EXPECT_TRUE(pipeline.outstanding());
  ASSERT_TRUE(pipeline.collect());
  EXPECT_EQ(heard, "one;two;");
  EXPECT_FALSE(pipeline.outstanding());

  server.kill();
  pipeline.add({"ECHO", "three"}, listen);
  EXPECT_FALSE(pipeline.send() && pipeline.collect());
  EXPECT_EQ(heard, "one;two;");
  EXPECT_TRUE(pipeline.empty());
  EXPECT_FALSE(pipeline.outstanding());
}

}  // namespace
}  // namespace pollux::redis
