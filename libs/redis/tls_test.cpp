// TLS to a real redis-server with certificates of our own, by both clients.
#include "redis/tls.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/testing/eventually.hpp"
#include "redis/async_connection.hpp"
#include "redis/sync_client.hpp"
#include "redis/testing/certificates.hpp"
#include "redis/testing/redis_server.hpp"

namespace pollux::redis {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using testing::Certificates;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RedisServer;

// One for all cases: openssl takes a while.
const Certificates& certificates() {
  static const Certificates made;
  return made;
}
const Certificates::Pair& for_localhost() {
  static const auto made = certificates().issue("localhost", "DNS:localhost,IP:127.0.0.1");
  return made;
}

std::vector<std::string> tls_server(const Certificates::Pair& own, const std::string& ask_clients = "no") {
  return {"--tls-cert-file",    own.certificate,
          "--tls-key-file",     own.key,
          "--tls-ca-cert-file", certificates().authority().certificate,
          "--tls-auth-clients", ask_clients};
}

Url url_of(const RedisServer& server, const std::string& host = "localhost") {
  Url url = server.url();
  url.host = host;
  url.port = server.tls_port();
  url.tls = true;
  url.tls_options.ca_file = certificates().authority().certificate;
  return url;
}

// What a PING by each client comes to: "PONG" or the error, which must be the same for both but for its end.
std::string by_sync_client(const Url& url, milliseconds limit) {
  SyncClient client(url, {limit, limit});
  const auto reply = client.run({"PING"});
  return reply ? reply->text : reply.error().message;
}

std::string by_async_connection(const Url& url, milliseconds limit) {
  boost::asio::io_context context{1};
  AsyncConnection connection(context, {.url = url, .deadline = limit});
  connection.start();
  const std::string before = connection.state().error().message;
  const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (std::chrono::steady_clock::now() < until) {
    context.run_for(milliseconds(5));
    const auto state = connection.state();
    if (state) return "PONG";
    if (state.error().message != before) return state.error().message;
  }
  return "(nothing)";
}

class RedisTls : public ::testing::TestWithParam<std::string (*)(const Url&, milliseconds)> {
 protected:
  static std::string ping(const Url& url, milliseconds limit = milliseconds(5000)) {
    return GetParam()(url, limit);
  }
};

INSTANTIATE_TEST_SUITE_P(BothClients, RedisTls, ::testing::Values(&by_sync_client, &by_async_connection),
                         [](const auto& instance) { return instance.index == 0 ? "Sync" : "Async"; });

TEST_P(RedisTls, ReachesAServerWhoseCertificateAnAuthorityOfOursSigned) {
  const RedisServer server(tls_server(for_localhost()), RedisServer::with_tls);
  EXPECT_EQ(ping(url_of(server)), "PONG");
  EXPECT_EQ(ping(url_of(server, "127.0.0.1")), "PONG") << "an address in the certificate";
}

TEST_P(RedisTls, LogsInAsAUserOfTheServer) {
  const RedisServer server(tls_server(for_localhost()), RedisServer::with_tls);
  server.command({"ACL", "SETUSER", "vote", "on", ">sesame", "~*", "+@all"});
  Url url = url_of(server);
  url.user = "vote";
  url.password = "sesame";
  url.database = 3;
  EXPECT_EQ(ping(url), "PONG");
  url.password = "wrong secret";
  EXPECT_THAT(ping(url), AllOf(HasSubstr("does not accept the user and password"), Not(HasSubstr("secret"))));
}

TEST_P(RedisTls, TrustsNoOtherAuthority) {
  const RedisServer server(tls_server(for_localhost()), RedisServer::with_tls);
  Url url = url_of(server);
  url.tls_options.ca_file.clear();
  EXPECT_THAT(ping(url), AllOf(HasSubstr("can't be trusted"), HasSubstr("Set --redis-ca-file")));
  const Certificates others;
  url.tls_options.ca_file = others.authority().certificate;
  EXPECT_THAT(ping(url), HasSubstr("can't be trusted"));
}

TEST_P(RedisTls, WantsTheNameThatItAskedFor) {
  const auto elsewhere = certificates().issue("elsewhere", "DNS:redis.example");
  const RedisServer server(tls_server(elsewhere), RedisServer::with_tls);
  Url url = url_of(server);
  EXPECT_THAT(ping(url), HasSubstr("its certificate is not for localhost"));
  EXPECT_THAT(ping(url_of(server, "127.0.0.1")), HasSubstr("its certificate is not for 127.0.0.1"));
  url.tls_options.server_name = "redis.example";
  EXPECT_EQ(ping(url), "PONG");
}

TEST_P(RedisTls, RejectsAnExpiredCertificate) {
  const auto old = certificates().issue("old", "DNS:localhost", -1);
  const RedisServer server(tls_server(old), RedisServer::with_tls);
  EXPECT_THAT(ping(url_of(server)), HasSubstr("its certificate has expired"));
}

TEST_P(RedisTls, ShowsACertificateOfItsOwn) {
  const RedisServer server(tls_server(for_localhost(), "yes"), RedisServer::with_tls);
  Url url = url_of(server);
  EXPECT_THAT(ping(url), HasSubstr("--redis-certificate-file"));
  const auto own = certificates().issue("client", "DNS:pollux");
  url.tls_options.certificate_file = own.certificate;
  url.tls_options.key_file = own.key;
  EXPECT_EQ(ping(url), "PONG");
  url.tls_options.key_file = for_localhost().key;
  EXPECT_THAT(ping(url), HasSubstr("does not belong to the certificate"));
}

TEST_P(RedisTls, NamesAFileThatIsNoUse) {
  const RedisServer server(tls_server(for_localhost()), RedisServer::with_tls);
  Url url = url_of(server);
  url.tls_options.ca_file = "/nowhere/ca.pem";
  EXPECT_THAT(ping(url), AllOf(HasSubstr("/nowhere/ca.pem"), HasSubstr("--redis-ca-file")));
  const TemporaryDirectory directory;
  url.tls_options.ca_file = directory.write("ca.pem", "no certificate").string();
  EXPECT_THAT(ping(url), HasSubstr("in PEM form"));
}

TEST_P(RedisTls, SaysThatAPortIsForTheOtherProtocol) {
  const RedisServer server(tls_server(for_localhost()), RedisServer::with_tls);
  Url url = url_of(server);
  url.port = server.port();
  // A plain Redis waits for the end of what it takes for a line. Within this time the files for TLS are read,
  // too.
  EXPECT_THAT(ping(url, milliseconds(2000)), HasSubstr("or not speak TLS on this port"));
  url = url_of(server);
  url.tls = false;
  EXPECT_THAT(ping(url), HasSubstr("begins with rediss://"));
}

// Reading a pipe blocks until a writer opens it.
TEST(RedisTlsAsyncConnection, HoldsNoThreadWhileAFileCannotBeRead) {
  const RedisServer server(tls_server(for_localhost()), RedisServer::with_tls);
  const TemporaryDirectory directory;
  Url url = url_of(server);
  const std::string authority = url.tls_options.ca_file;
  url.tls_options.ca_file = (directory.path() / "ca.pem").string();
  ASSERT_EQ(::mkfifo(url.tls_options.ca_file.c_str(), S_IRUSR | S_IWUSR), 0);

  std::promise<void> late;
  std::jthread writer([&, said = late.get_future()] {
    said.wait_for(std::chrono::seconds(10));  // so that a thread that is held comes free
    std::ofstream pipe(url.tls_options.ca_file);
    const auto copy = directory.path() / "copy.pem";
    std::filesystem::copy_file(authority, copy);
    std::filesystem::rename(copy, url.tls_options.ca_file);  // for the next attempts
    pipe << std::ifstream(authority).rdbuf();
  });
  boost::asio::io_context context{1};
  AsyncConnection connection(context, {.url = url, .deadline = milliseconds(50)});
  connection.start();
  EXPECT_TRUE(eventually([&] {
    context.run_for(milliseconds(5));
    return !connection.state() &&
           connection.state().error().message.find("could not be read within 50 ms") != std::string::npos;
  }));
  late.set_value();
  EXPECT_TRUE(eventually([&] {
    context.run_for(milliseconds(5));
    return connection.state().has_value();
  }));
}

TEST(RedisTlsSyncClient, CarriesLargeValues) {
  const RedisServer server(tls_server(for_localhost()), RedisServer::with_tls);
  SyncClient client(url_of(server), {milliseconds(5000), milliseconds(5000)});
  const std::string large(3'000'000, 'x');
  ASSERT_TRUE(client.run({"SET", "key", large}));
  EXPECT_EQ(client.run({"GET", "key"}).value().text, large);
}

TEST(RedisTlsSyncClient, DoesNotWaitForAServerThatIsFrozen) {
  RedisServer server(tls_server(for_localhost()), RedisServer::with_tls);
  const Url url = url_of(server);
  server.freeze();
  SyncClient client(url, {milliseconds(2000), milliseconds(2000)});
  EXPECT_THAT(client.run({"PING"}).error().message, HasSubstr("did not answer within 2000 ms"));
}

}  // namespace
}  // namespace pollux::redis
