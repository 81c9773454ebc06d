#include "engineio/handshake.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "http/testing/test_request.hpp"

namespace pollux::engineio {
namespace {

class FakeHeaders : public http::Headers {
 public:
  std::optional<std::string_view> find(std::string_view name) const override {
    const auto field = fields.find(name);
    if (field == fields.end()) return std::nullopt;
    return field->second;
  }
  std::optional<std::string_view> nth(std::string_view name, std::size_t n) const override {
    return n == 0 ? find(name) : std::nullopt;
  }
  std::size_t count(std::string_view name) const override { return fields.count(name); }

  std::map<std::string, std::string, std::less<>> fields{{"Host", "www.example"}};
};

// A valid upgrade request; each test makes one thing invalid.
class EngineIoHandshake : public ::testing::Test {
 protected:
  EngineIoHandshake() {
    request_.method = http::Method::get;
    request_.query = "EIO=4&transport=websocket";
    request_.headers = &headers_;
    request_.wants_websocket = true;
  }

  std::optional<RejectReason> reason() const {
    const auto target = read_target(request_);
    if (const auto* reason = std::get_if<RejectReason>(&target)) return *reason;
    const auto& wanted = std::get<Target>(target);
    if (wanted.session_id.empty()) return check_opening(request_, wanted, options_);
    if (wanted.session_id != "known") return RejectReason::unknown_session;
    return check_session_request(request_, wanted, current_, options_);
  }
  std::optional<RejectReason> error_of(std::string_view query) {
    request_.query = query;
    return reason();
  }

  FakeHeaders headers_;
  http::Request request_;
  Options options_;
  Transport current_ = Transport::polling;  // of the session "known"
};

TEST_F(EngineIoHandshake, AcceptsAValidRequest) {
  EXPECT_EQ(reason(), std::nullopt);
  EXPECT_EQ(error_of("EIO=4&transport=websocket&t=abc&b64=1&sid=&unknown"), std::nullopt);
}

TEST_F(EngineIoHandshake, RejectsAnUnknownTransport) {
  for (const char* query :
       {"", "EIO=4", "EIO=4&transport=", "EIO=4&transport=abc", "EIO=4&transport=WEBSOCKET",
        "EIO=4&transport=Polling", "EIO=4&transport=websocket&transport=websocket"}) {
    EXPECT_EQ(error_of(query), RejectReason::unknown_transport) << query;
  }
}

TEST_F(EngineIoHandshake, RejectsAnUnknownSession) {
  for (const char* query : {"EIO=4&transport=websocket&sid=x", "transport=websocket&sid=__proto__",
                            "transport=websocket&sid=&sid="}) {
    EXPECT_EQ(error_of(query), RejectReason::unknown_session) << query;
  }
}

TEST_F(EngineIoHandshake, OpensByPolling) {
  request_.wants_websocket = false;
  EXPECT_EQ(error_of("EIO=4&transport=polling"), std::nullopt);
  request_.wants_websocket = true;
  EXPECT_EQ(reason(), RejectReason::surplus_web_socket);
}

TEST_F(EngineIoHandshake, RejectsWhatASessionOnWebSocketDoesNotAccept) {
  current_ = Transport::websocket;
  for (const char* query : {"EIO=4&transport=websocket&sid=known", "EIO=4&transport=polling&sid=known"}) {
    request_.wants_websocket = true;
    EXPECT_EQ(error_of(query), RejectReason::surplus_web_socket) << query;
    request_.wants_websocket = false;
    EXPECT_EQ(error_of(query), RejectReason::bad_request) << query;
  }
}

TEST_F(EngineIoHandshake, AnUpgradeNeedsGetAndTheSameOriginAndVersion) {
  EXPECT_EQ(error_of("EIO=4&transport=polling&sid=known"), RejectReason::surplus_web_socket);
  EXPECT_EQ(error_of("EIO=3&transport=websocket&sid=known"), RejectReason::bad_request);
  request_.method = http::Method::post;
  EXPECT_EQ(error_of("EIO=4&transport=websocket&sid=known"), RejectReason::bad_method);
}

TEST_F(EngineIoHandshake, ReadsWhetherTheClientWantsBase64) {
  for (const auto& [query, wants_it] :
       {std::pair{"b64=1", true}, {"b64=0", true}, {"b64=", false}, {"", false}}) {
    const std::string whole = std::string("EIO=4&transport=websocket&") + query;
    request_.query = whole;
    EXPECT_EQ(std::get<Target>(read_target(request_)).is_base64, wants_it) << query;
  }
}

TEST_F(EngineIoHandshake, APollingSessionAcceptsGetPostAndUpgrade) {
  EXPECT_EQ(error_of("EIO=4&transport=websocket&sid=known"), std::nullopt);
  request_.wants_websocket = false;
  EXPECT_EQ(reason(), RejectReason::bad_request);
  EXPECT_EQ(error_of("EIO=4&transport=polling&sid=known"), std::nullopt);
  request_.method = http::Method::post;
  EXPECT_EQ(reason(), std::nullopt);
  for (const auto method :
       {http::Method::put, http::Method::head, http::Method::options, http::Method::delete_}) {
    request_.method = method;
    EXPECT_EQ(reason(), RejectReason::bad_method);
  }
}

TEST_F(EngineIoHandshake, ASessionKeepsItsVersion) {
  request_.wants_websocket = false;
  for (const char* query : {"EIO=3&transport=polling&sid=known", "transport=polling&sid=known",
                            "EIO=04&transport=polling&sid=known"}) {
    EXPECT_EQ(error_of(query), RejectReason::bad_request) << query;
  }
}

TEST_F(EngineIoHandshake, ASessionRejectsPagesOfOtherOrigins) {
  headers_.fields["Origin"] = "https://evil.example";
  EXPECT_EQ(error_of("EIO=4&transport=websocket&sid=known"), RejectReason::forbidden);
}

TEST_F(EngineIoHandshake, ASessionAcceptsBodiesUpToTheMaximumPayload) {
  options_.max_payload = 5;
  request_.wants_websocket = false;
  request_.method = http::Method::post;
  request_.body = "4abcd";
  EXPECT_EQ(error_of("EIO=4&transport=polling&sid=known"), std::nullopt);
  request_.body = "4abcde";
  EXPECT_EQ(reason(), RejectReason::too_large);
}

TEST_F(EngineIoHandshake, OpensWithGetOnly) {
  for (const auto method :
       {http::Method::post, http::Method::put, http::Method::head, http::Method::options}) {
    request_.method = method;
    EXPECT_EQ(reason(), RejectReason::bad_method);
  }
}

TEST_F(EngineIoHandshake, NeedsAnUpgradeForWebSocket) {
  request_.wants_websocket = false;
  EXPECT_EQ(reason(), RejectReason::bad_request);
}

TEST_F(EngineIoHandshake, RejectsOtherVersions) {
  for (const char* query : {"transport=websocket", "EIO=3&transport=websocket", "EIO=04&transport=websocket",
                            "EIO=abc&transport=websocket", "EIO=4&EIO=4&transport=websocket"}) {
    EXPECT_EQ(error_of(query), RejectReason::unsupported_version) << query;
  }
}

TEST_F(EngineIoHandshake, RejectsPagesOfOtherOrigins) {
  headers_.fields["Origin"] = "https://evil.example";
  EXPECT_EQ(reason(), RejectReason::forbidden);
  options_.allowed_origins = {"https://evil.example"};
  EXPECT_EQ(reason(), std::nullopt);
}

TEST_F(EngineIoHandshake, RejectsControlCharactersInTheOrigin) {
  headers_.fields["Origin"] = "https://www.example\x01";
  EXPECT_EQ(reason(), RejectReason::bad_request);
}

TEST_F(EngineIoHandshake, ChecksInTheOrderOfTheProtocol) {
  request_.method = http::Method::post;
  request_.wants_websocket = false;
  headers_.fields["Origin"] = "https://evil.example\x01";
  EXPECT_EQ(error_of("EIO=3&transport=abc&sid=x"), RejectReason::unknown_transport);
  EXPECT_EQ(error_of("EIO=3&transport=websocket&sid=x"), RejectReason::bad_request);
  headers_.fields["Origin"] = "https://evil.example";
  EXPECT_EQ(error_of("EIO=3&transport=websocket&sid=x"), RejectReason::unknown_session);
  EXPECT_EQ(error_of("EIO=3&transport=websocket"), RejectReason::bad_method);
  request_.method = http::Method::get;
  EXPECT_EQ(reason(), RejectReason::bad_request);
  request_.wants_websocket = true;
  EXPECT_EQ(reason(), RejectReason::forbidden);
  headers_.fields.erase("Origin");
  EXPECT_EQ(reason(), RejectReason::unsupported_version);
}

TEST_F(EngineIoHandshake, RejectsABrokenQuery) {
  EXPECT_EQ(error_of("EIO=4&transport=websocket&t=%zz"), RejectReason::bad_request);
}

TEST(EngineIoRejection, IsTheProtocolsJson) {
  const auto response = rejection_response(RejectReason::unknown_transport, false);
  EXPECT_EQ(response.status, 400U);
  EXPECT_EQ(response.body.view(), R"({"code":0,"message":"Transport unknown"})");
  EXPECT_FALSE(response.close);
  EXPECT_EQ(rejection_response(RejectReason::forbidden, false).status, 403U);
  EXPECT_EQ(rejection_response(RejectReason::unsupported_version, false).body.view(),
            R"({"code":5,"message":"Unsupported protocol version"})");
}

TEST(EngineIoRejection, OfAnUpgradeIsTheMessageAndCloses) {
  const auto response = rejection_response(RejectReason::unknown_session, true);
  EXPECT_EQ(response.status, 400U);
  EXPECT_EQ(response.body.view(), "Session ID unknown");
  EXPECT_TRUE(response.close);
}

TEST(EngineIoRejection, OfTooManySessionsIs503) {
  EXPECT_EQ(rejection_response(RejectReason::no_place, true).status, 503U);
  EXPECT_EQ(rejection_response(RejectReason::draining, false).status, 503U);
}

TEST(EngineIoRejection, OfABodyHasNoBody) {
  EXPECT_EQ(rejection_response(RejectReason::too_large, false).status, 413U);
  EXPECT_EQ(rejection_response(RejectReason::too_large, false).body.view(), "");
  EXPECT_EQ(rejection_response(RejectReason::broken_transfer, false).status, 400U);
  EXPECT_EQ(rejection_response(RejectReason::broken_transfer, false).body.view(), "");
}

TEST(EngineIoOpenPacket, HasExactlyTheKeysOfTheProtocol) {
  EXPECT_EQ(open_packet("abc", Transport::websocket, Options{}),
            R"(0{"sid":"abc","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})");
  EXPECT_TRUE(open_packet("abc", Transport::polling, Options{})
                  .starts_with(R"(0{"sid":"abc","upgrades":["websocket"],"pingInterval")"));
}

using http::TestRequest;
using Fields = std::vector<std::pair<std::string, std::string>>;

Fields fields_from(const std::string& origin) {
  return {{"Host", "www.example"}, {"Origin", origin}};
}

http::Response answer_to(const std::string& origin, const Options& options) {
  const TestRequest request(fields_from(origin), "");
  http::Response response;
  add_cross_origin_fields(response, request.request, options);
  return response;
}

Options allowing(std::vector<std::string> origins, bool credentials = false) {
  Options options;
  options.allowed_origins = std::move(origins);
  options.allow_credentials = credentials;
  return options;
}

TEST(EngineIoCrossOrigin, IsOffByDefault) {
  EXPECT_TRUE(answer_to("https://app.example", {}).headers.empty());
  TestRequest request(
      {{"Host", "www.example"}, {"Origin", "https://app.example"}, {"Access-Control-Request-Method", "GET"}},
      "");
  request.request.method = http::Method::options;
  EXPECT_FALSE(answer_preflight(request.request, {}));
  EXPECT_FALSE(may_connect(request.request, {}));
}

TEST(EngineIoCrossOrigin, AcceptsTheOwnPage) {
  EXPECT_TRUE(may_connect(TestRequest(fields_from("https://www.example"), "").request, {}));
}

TEST(EngineIoCrossOrigin, ReportsWhatItRejects) {
  Options options = allowing({"https://app.example"});
  std::vector<std::string> rejected;
  options.on_foreign_origin = [&](const http::Request& request) {
    rejected.emplace_back(request.header("Origin"));
  };
  may_connect(TestRequest(fields_from("https://www.example"), "").request, options);
  may_connect(TestRequest(fields_from("https://evil.example"), "").request, options);
  EXPECT_EQ(rejected, std::vector<std::string>{"https://evil.example"});
}

TEST(EngineIoCrossOrigin, NamesTheAllowedOrigin) {
  const auto options = allowing({"https://app.example"});
  const auto response = answer_to("https://app.example", options);
  EXPECT_EQ(http::header_of(response, "Access-Control-Allow-Origin"), "https://app.example");
  EXPECT_EQ(http::header_of(response, "Access-Control-Allow-Credentials"), "");
  EXPECT_EQ(http::header_of(response, "Vary"), "Origin");
  EXPECT_TRUE(may_connect(TestRequest(fields_from("https://app.example"), "").request, options));
}

TEST(EngineIoCrossOrigin, AddsNothingForOtherOrigins) {
  const auto options = allowing({"https://app.example"});
  const auto response = answer_to("https://evil.example", options);
  EXPECT_EQ(http::header_of(response, "Access-Control-Allow-Origin"), "");
  EXPECT_EQ(http::header_of(response, "Vary"), "Origin");
  EXPECT_FALSE(may_connect(TestRequest(fields_from("https://evil.example"), "").request, options));
}

TEST(EngineIoCrossOrigin, AllowsCookiesOnlyForNamedOrigins) {
  const auto options = allowing({"*", "https://app.example"}, true);
  EXPECT_EQ(http::header_of(answer_to("https://app.example", options), "Access-Control-Allow-Credentials"),
            "true");
  const auto other = answer_to("https://other.example", options);
  EXPECT_EQ(http::header_of(other, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(http::header_of(other, "Access-Control-Allow-Credentials"), "");
  EXPECT_EQ(http::header_of(answer_to("*", options), "Access-Control-Allow-Credentials"), "");
}

TEST(EngineIoCrossOrigin, CanAllowEveryOrigin) {
  EXPECT_TRUE(may_connect(TestRequest(fields_from("https://any.example"), "").request, allowing({"*"})));
}

TEST(EngineIoCrossOrigin, AnswersThePreflight) {
  TestRequest request(
      {{"Host", "www.example"}, {"Origin", "https://app.example"}, {"Access-Control-Request-Method", "POST"}},
      "");
  request.request.method = http::Method::options;
  const auto answer = answer_preflight(request.request, allowing({"https://app.example"}));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 204U);
  EXPECT_EQ(http::header_of(*answer, "Access-Control-Allow-Origin"), "https://app.example");
  EXPECT_EQ(http::header_of(*answer, "Access-Control-Allow-Methods"), "GET, POST");
}

}  // namespace
}  // namespace pollux::engineio
