#include "admin/route_table.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace pollux::admin {
namespace {

using http::Method;

class RouteTableTest : public testing::Test {
 protected:
  RouteTableTest() {
    for (const auto& [method, path] :
         {std::pair(Method::get, "/polls"), std::pair(Method::post, "/polls"),
          std::pair(Method::get, "/polls/{poll}"), std::pair(Method::post, "/polls/{poll}/open"),
          std::pair(Method::get, "/polls/{poll}/runs/{run}")}) {
      table_.add({.method = method, .path = path, .handler = {}});
    }
  }

  // The route, with its parameters; empty if there is none.
  std::string find(Method method, std::string_view path) const {
    const auto match = table_.find(method, path);
    if (!match) return "";
    if (match->route == nullptr) return "allow: " + match->allow;
    std::string found = match->route->path;
    for (const auto& [name, value] : match->parameters)
      found.append(" ").append(name).append("=").append(value);
    return found;
  }

  RouteTable table_;
};

TEST_F(RouteTableTest, FindsRoutesByMethodAndPath) {
  EXPECT_EQ(find(Method::get, "/polls"), "/polls");
  EXPECT_EQ(table_.find(Method::post, "/polls")->route, &table_.routes()[1]);
  EXPECT_EQ(find(Method::get, "/polls/a1"), "/polls/{poll} poll=a1");
  EXPECT_EQ(find(Method::head, "/polls/a1"), "/polls/{poll} poll=a1");
  EXPECT_EQ(find(Method::post, "/polls/a1/open"), "/polls/{poll}/open poll=a1");
  EXPECT_EQ(find(Method::get, "/polls/a1/runs/2"), "/polls/{poll}/runs/{run} poll=a1 run=2");
}

TEST_F(RouteTableTest, ListsOtherMethodsOfAPath) {
  EXPECT_EQ(find(Method::put, "/polls"), "allow: GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(find(Method::get, "/polls/a1/open"), "allow: POST, OPTIONS");
  EXPECT_EQ(find(Method::head, "/polls/a1/open"), "allow: POST, OPTIONS");
}

TEST_F(RouteTableTest, HasNothingForOtherPaths) {
  for (const std::string_view path : {"", "/", "polls", "/polls/", "/poll", "/polls//open", "/polls/a1/open/",
                                      "/polls/a1/close", "/polls/a1/runs", "/Polls"}) {
    EXPECT_EQ(find(Method::get, path), "") << path;
  }
}

}  // namespace
}  // namespace pollux::admin
