#include "http/request_id.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "http/testing/test_request.hpp"

namespace pollux::http {
namespace {

class RequestIdsTest : public testing::Test {
 protected:
  std::string id_of(const std::string& sent) {
    const TestRequest request({{"x-request-id", sent}}, "");
    return std::string(ids_.id_of(&request, space_));
  }

  static bool is_own(const std::string& id) {
    return id.size() == 16 && id.find_first_not_of("0123456789abcdef") == std::string::npos;
  }

  RequestIds ids_;
  RequestIds::Space space_{};
};

TEST_F(RequestIdsTest, MakesADifferentOneForEachRequest) {
  std::set<std::string> made;
  for (int i = 0; i < 1000; ++i) {
    const std::string id(ids_.id_of(nullptr, space_));
    EXPECT_TRUE(is_own(id)) << id;
    made.insert(id);
  }
  EXPECT_EQ(made.size(), 1000U);
}

TEST_F(RequestIdsTest, DifferOnEachThread) {
  RequestIds others;
  RequestIds::Space space;
  EXPECT_NE(ids_.id_of(nullptr, space_), others.id_of(nullptr, space));
}

TEST_F(RequestIdsTest, KeepsTheOneThatAProxyHasSet) {
  for (const std::string id :
       {"12345678", "c0ffee00-5af3-4b1a-8f7e-2f0d3a6b1c9e", "5f2a8c0b9d7e4f61a3b2c1d0e9f87654"}) {
    EXPECT_EQ(id_of(id), id);
  }
  EXPECT_EQ(id_of(std::string(64, 'a')), std::string(64, 'a'));
}

TEST_F(RequestIdsTest, ReplacesOneThatIsTooShortTooLongOrNotPlain) {
  for (const std::string& id :
       {std::string(), std::string("1234567"), std::string(65, 'a'), std::string("with space"),
        std::string("\"},{\"level\":\"error"), std::string("caf\xc3\xa9-caf\xc3\xa9"),
        std::string("12345678\x1b[2J"), std::string("12345678,12345678"), std::string("%0d%0aSet-Cookie")}) {
    EXPECT_TRUE(is_own(id_of(id))) << id;
  }
}

}  // namespace
}  // namespace pollux::http
