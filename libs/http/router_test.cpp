#include "http/router.hpp"

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

TEST_F(RouterTest, HasNothingElsewhere) {
  EXPECT_EQ(ask(Method::get, "/pag").status, 404u);
  EXPECT_EQ(ask(Method::get, "/page/").status, 404u);
  EXPECT_EQ(ask(Method::options, "/none").status, 404u);
}

}  // namespace
}  // namespace pollux::http
