// Streams of results: Server-Sent Events.
#include <cstddef>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin_api/admin_api.hpp"

namespace pollux::admin {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class AdminApiStreams : public AdminApi {
 protected:
  // The stream of a poll, after its head.
  http::WireClient follow(const std::string& path, const std::string& fields = "") {
    http::WireClient client(server_->port());
    client.send("GET /api/v1" + path + "/results/stream HTTP/1.1\r\nHost: h\r\nCookie: pollux_session=" +
                owner_.session + "\r\n" + fields + "\r\n");
    return client;
  }
  static std::string event(http::WireClient& client) { return client.read_until("\n\n"); }

  ApiClient owner_ = make_owner();
  const std::string path_ = poll(owner_);
  const std::string id_ = path_.substr(7);
};

TEST_F(AdminApiStreams, HaveTheResultsAndEachChange) {
  http::WireClient stream = follow(path_);
  EXPECT_THAT(stream.read_until("\r\n\r\n"), AllOf(HasSubstr("HTTP/1.1 200"), HasSubstr("text/event-stream"),
                                                   HasSubstr("Cache-Control: no-store")));
  EXPECT_THAT(event(stream),
              AllOf(HasSubstr("id: 1.0\nevent: results\ndata: " + owner_.get(path_ + "/results").text)));
  record(id_, "ann", "a");
  EXPECT_THAT(event(stream), AllOf(HasSubstr("id: 1.1\n"), HasSubstr("\"voters\":1")));
  owner_.post(path_ + "/open");
  EXPECT_THAT(event(stream), AllOf(HasSubstr("id: 2.1\n"), Not(HasSubstr("\"opened_at\":null"))));
}

TEST_F(AdminApiStreams, GoOnAfterTheLastEventThatTheClientHas) {
  record(id_, "ann", "a");
  http::WireClient stream = follow(path_, "Last-Event-ID: 1.1\r\n");
  stream.read_until("\r\n\r\n");
  record(id_, "bob", "a");
  EXPECT_THAT(event(stream), HasSubstr("id: 1.2\n")) << "not what the client has";
}

TEST_F(AdminApiStreams, ShowThatTheyAreAliveAndEndInTime) {
  http::WireClient stream = follow(path_);
  stream.read_until("\r\n\r\n");
  event(stream);
  pass(15s);
  EXPECT_THAT(event(stream), HasSubstr("\r\n:\n\n"));
  pass(15min);
  EXPECT_THAT(stream.read_until("\r\n0\r\n\r\n"), HasSubstr("0\r\n\r\n"))
      << "so that its right is checked again";
}

TEST_F(AdminApiStreams, EndWithThePoll) {
  http::WireClient stream = follow(path_);
  stream.read_until("\r\n\r\n");
  event(stream);
  ASSERT_EQ(owner_.send("DELETE", path_, "", {if_match(owner_.get(path_))}).status, 204U);
  EXPECT_THAT(event(stream), HasSubstr("event: end\n"));
}

TEST_F(AdminApiStreams, AreForThoseWhoMayReadTheResults) {
  ApiClient bob = make_editor(owner_, "Bob");
  EXPECT_EQ(bob.get(path_ + "/results/stream").code(), "not_found");
  ApiClient program = client();
  program.key = owner_.post("/keys", R"({"label":"x","scopes":["polls:read"]})").text_at("secret");
  EXPECT_EQ(program.get(path_ + "/results/stream").code(), "forbidden");
  EXPECT_EQ(client().get(path_ + "/results/stream").code(), "unauthenticated");
}

TEST_F(AdminApiStreams, AreLimitedInNumberAndEndBeforeTheServer) {
  std::vector<http::WireClient> streams;
  for (std::size_t number = 0; number < ResultStreams::max_at_once; ++number) {
    streams.push_back(follow(path_));
    streams.back().read_until("\r\n\r\n");
    event(streams.back());
  }
  EXPECT_EQ(owner_.get(path_ + "/results/stream").code(), "unavailable");
  streams.pop_back();
  EXPECT_TRUE(eventually([&] {
    http::WireClient again = follow(path_);
    return again.read_until("\r\n").find(" 200 ") != std::string::npos;
  })) << "once a client has disconnected";
  service_->end_streams();
  for (http::WireClient& stream : streams) {
    EXPECT_THAT(stream.read_until("0\r\n\r\n"), HasSubstr("0\r\n\r\n"));
  }
  EXPECT_EQ(owner_.get(path_ + "/results/stream").code(), "unavailable");
}

}  // namespace
}  // namespace pollux::admin
