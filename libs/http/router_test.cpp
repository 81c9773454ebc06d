#include "http/router.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "http/testing/test_request.hpp"

namespace pollux::http {
namespace {

constexpr StaticFile small_files[] = {{"/a.css", "text/css", "\"1\"", false, "css", "", ""},
                                      {"/page", "text/html", "\"2\"", false, "never seen", "", ""}};

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    router_.on(Method::get, "/page", [](const Request&, const Reply& reply) { reply(text(200, "got")); })
        .on(Method::post, "/page", [](const Request&, const Reply& reply) { reply(text(200, "posted")); })
        .files(files_);
  }

  Response ask(Method method, std::string_view path) {
    TestRequest sent({}, "");
    sent.request.method = method;
    sent.request.path = path;
    const auto sink = std::make_shared<TestAnswer>();
    router_(sent.request, Reply(sink));
    return *std::move(sink->answer);
  }

  static std::string allow(const Response& response) { return header_of(response, "Allow"); }

  StaticFiles files_{small_files};
  Router router_;
};

TEST_F(RouterTest, CallsTheHandlerOfMethodAndPath) {
  EXPECT_EQ(ask(Method::get, "/page").body.view(), "got");
  EXPECT_EQ(ask(Method::head, "/page").body.view(), "got");
  EXPECT_EQ(ask(Method::post, "/page").body.view(), "posted");
}

TEST_F(RouterTest, ServesFilesAfterTheHandlers) {
  EXPECT_EQ(ask(Method::get, "/a.css").body.view(), "css");
  EXPECT_EQ(ask(Method::head, "/a.css").status, 200u);
}

TEST_F(RouterTest, TellsWhichMethodsThereAre) {
  for (const auto method : {Method::put, Method::delete_, Method::other}) {
    EXPECT_EQ(ask(method, "/page").status, 405u);
    EXPECT_EQ(allow(ask(method, "/page")), "GET, HEAD, POST, OPTIONS");
  }
  EXPECT_EQ(ask(Method::post, "/a.css").status, 405u);
  EXPECT_EQ(allow(ask(Method::post, "/a.css")), "GET, HEAD, OPTIONS");
  EXPECT_EQ(ask(Method::options, "/page").status, 204u);
  EXPECT_EQ(allow(ask(Method::options, "/page")), "GET, HEAD, POST, OPTIONS");
}

TEST_F(RouterTest, AnswersBelowAPathAndWithoutIt) {
  router_.under("/vote/").on(Method::get, "/vote/own",
                             [](const Request&, const Reply& reply) { reply(text(200, "as it is")); });
  EXPECT_EQ(ask(Method::get, "/page").body.view(), "got");
  EXPECT_EQ(ask(Method::get, "/vote/page").body.view(), "got");
  EXPECT_EQ(ask(Method::get, "/vote/a.css").body.view(), "css");
  EXPECT_EQ(ask(Method::put, "/vote/page").status, 405u);
  EXPECT_EQ(ask(Method::get, "/vote/own").body.view(), "as it is");
  for (const auto* const path : {"/vote/", "/vote/none", "/votepage", "/vote/vote/page", "/other/page"}) {
    EXPECT_EQ(ask(Method::get, path).status, 404u) << path;
  }
}

TEST_F(RouterTest, AddsTheSlashThatIsMissingAtTheEndOfItsPath) {
  router_.under("/vote/");
  const Response response = ask(Method::get, "/vote");
  EXPECT_EQ(response.status, 308u);
  EXPECT_EQ(header_of(response, "Location"), "/vote/");
}

// Answers with the segments.
void tell_segments(const Request&, const Reply& reply, const Segments& segments) {
  std::string all;
  for (const std::string_view segment : segments) all.append("[").append(segment).append("]");
  reply(text(200, all));
}

TEST_F(RouterTest, CallsTheHandlerOfAPatternWithWhatStandsForItsStars) {
  router_.on_each(Method::get, "/p/*", tell_segments)
      .on_each(Method::post, "/p/*", tell_segments)
      .on_each(Method::get, "/p/*/state", tell_segments)
      .on_each(Method::get, "/p/*/runs/*", tell_segments);
  EXPECT_EQ(ask(Method::get, "/p/K7M3XQ").body.view(), "[K7M3XQ]");
  EXPECT_EQ(ask(Method::head, "/p/K7M3XQ").body.view(), "[K7M3XQ]");
  EXPECT_EQ(ask(Method::post, "/p/k7m 3xq").body.view(), "[k7m 3xq]");
  EXPECT_EQ(ask(Method::get, "/p/K7M3XQ/state").body.view(), "[K7M3XQ]");
  EXPECT_EQ(ask(Method::get, "/p/K7M3XQ/runs/2").body.view(), "[K7M3XQ][2]");
  EXPECT_EQ(allow(ask(Method::put, "/p/K7M3XQ")), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(ask(Method::post, "/p/K7M3XQ/state").status, 405u);
  for (const auto* const path : {"/p/", "/p", "/p/x/", "/p//state", "/p/x/y", "/p/x/runs/", "/p/x/runs/2/",
                                 "/p/x/stat", "/p/x/states", "/q/p/x"}) {
    EXPECT_EQ(ask(Method::get, path).status, 404u) << path;
  }
}

TEST_F(RouterTest, PrefersAnExactPathToAPattern) {
  router_.on_each(Method::get, "/*", tell_segments).under("/vote/");
  EXPECT_EQ(ask(Method::get, "/page").body.view(), "got");
  EXPECT_EQ(ask(Method::get, "/a.css").body.view(), "css");
  EXPECT_EQ(ask(Method::get, "/other").body.view(), "[other]");
  EXPECT_EQ(ask(Method::get, "/vote/other").body.view(), "[other]");
  EXPECT_EQ(ask(Method::get, "/vote/page").body.view(), "got");
}

TEST_F(RouterTest, TakesPatternsOfABoundedNumberOfSegmentsOnly) {
  EXPECT_NO_THROW(router_.on_each(Method::get, "/*/*/*/*", tell_segments));
  EXPECT_THROW(router_.on_each(Method::get, "/*/*/*/*/*", tell_segments), std::invalid_argument);
  EXPECT_THROW(router_.on_each(Method::get, "/p", tell_segments), std::invalid_argument);
}

TEST_F(RouterTest, NamesTheRouteOfAPatternByThePattern) {
  router_.on_each(Method::get, "/p/*", tell_segments);
  class Named final : public ReplySink {
   public:
    void send(Response) override {}
    void upgrade(WebSocketOptions, std::shared_ptr<WebSocketListener>) override {}
    void matched(std::string_view route) override { name = route; }
    std::string name;
  };
  const TestRequest sent({}, "");
  Request request = sent.request;
  request.path = "/p/K7M3XQ";
  const auto sink = std::make_shared<Named>();
  router_(request, Reply(sink));
  EXPECT_EQ(sink->name, "/p/*");
}

TEST_F(RouterTest, HasNothingElsewhere) {
  EXPECT_EQ(ask(Method::get, "/pag").status, 404u);
  EXPECT_EQ(ask(Method::get, "/page/").status, 404u);
  EXPECT_EQ(ask(Method::options, "/none").status, 404u);
}

}  // namespace
}  // namespace pollux::http
