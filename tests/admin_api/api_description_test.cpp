// The description of the API and its routes, compared both ways.
#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin_api/admin_api.hpp"
#include "poll/poll_code.hpp"
#include "poll/ranking.hpp"

namespace pollux::admin {
namespace {

namespace json = boost::json;
using Operation = std::pair<std::string, std::string>;  // "get", "/polls"

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(), [](char c) { return static_cast<char>(c | 0x20); });
  return lowered;
}

const json::object& described_paths() {
  static const json::value description = json::parse(api_description());
  return description.at("paths").as_object();
}

std::set<Operation> described_operations() {
  std::set<Operation> operations;
  for (const auto& path : described_paths()) {
    for (const auto& operation : path.value().as_object()) operations.emplace(operation.key(), path.key());
  }
  return operations;
}

std::set<Operation> served_operations() {
  std::set<Operation> operations{{"get", "/openapi.json"}};
  const RouteTable table = api_routes();
  for (const Route& route : table.routes()) operations.emplace(lower(name_of(route.method)), route.path);
  return operations;
}

TEST(ApiDescription, HasExactlyTheRoutesThatAreServed) {
  EXPECT_EQ(described_operations(), served_operations());
}

TEST(ApiDescription, SaysWhatEachRouteNeeds) {
  const RouteTable table = api_routes();
  for (const Route& route : table.routes()) {
    SCOPED_TRACE(std::string(name_of(route.method)) + " " + route.path);
    const json::object& operation =
        described_paths().at(route.path).at(lower(name_of(route.method))).as_object();
    EXPECT_EQ(operation.contains("requestBody"), route.has_body);
    EXPECT_EQ(operation.contains("security"), route.caller == Caller::anyone);
    const json::object& responses = operation.at("responses").as_object();
    EXPECT_EQ(responses.contains("415"), route.has_body);
    EXPECT_TRUE(responses.contains("400") && responses.contains("429") && responses.contains("503"));
    EXPECT_TRUE(route.caller == Caller::anyone || (responses.contains("401") && responses.contains("403")));
  }
}

TEST(ApiDescription, HasAParameterForEachPartOfAPath) {
  for (const auto& path : described_paths()) {
    const std::string_view text = path.key();
    const auto expected = std::ranges::count(text, '{');
    for (const auto& operation : path.value().as_object()) {
      const json::object& described = operation.value().as_object();
      std::ptrdiff_t found = 0;
      if (described.contains("parameters")) {
        found =
            std::ranges::count_if(described.at("parameters").as_array(), [](const json::value& parameter) {
              const std::string_view reference(parameter.at("$ref").as_string());
              return reference.ends_with("Id");
            });
      }
      EXPECT_EQ(found, expected) << text;
    }
  }
}

TEST(ApiDescription, HasTheBoundsOfTheProgram) {
  const json::value description = json::parse(api_description());
  const json::value& schemas = description.at("components").at("schemas");
  EXPECT_EQ(schemas.at("Ranking").at("properties").at("options").at("maxItems").as_int64(),
            std::int64_t{poll::Ranking::max_options});
  EXPECT_EQ(
      schemas.at("Poll").at("properties").at("code").at("pattern").as_string(),
      "^[" + std::string(poll::PollCode::alphabet) + "]{" + std::to_string(poll::PollCode::length) + "}$");
}

TEST_F(AdminApi, ServesItsDescriptionToAnyone) {
  ApiClient anyone = client();
  anyone.is_our_page = false;
  const ApiAnswer answer = anyone.get("/openapi.json");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.field("Content-Type"), "application/json");
  EXPECT_EQ(answer.text, api_description());
  EXPECT_EQ(answer.text_at("openapi"), "3.1.0");
  EXPECT_EQ(anyone.post("/openapi.json").status, 405U);
}

TEST_F(AdminApi, ListsTheMethodsOfAPath) {
  ApiClient anyone = client();
  const ApiAnswer wrong = anyone.send("PUT", "/polls");
  EXPECT_EQ(wrong.status, 405U);
  EXPECT_EQ(wrong.field("Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(wrong.code(), "method_not_allowed");
  const ApiAnswer asked = anyone.send("OPTIONS", "/polls");
  EXPECT_EQ(asked.status, 204U);
  EXPECT_EQ(asked.field("Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(anyone.get("/nothing").code(), "not_found");
}

}  // namespace
}  // namespace pollux::admin
