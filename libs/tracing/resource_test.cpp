#include "tracing/resource.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::tracing {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Attribute text(const std::string& key, const std::string& value) {
  return {key, value};
}

TEST(ResourceAttributes, AreKeysAndValues) {
  EXPECT_THAT(parse_resource_attributes("").value(), IsEmpty());
  EXPECT_THAT(
      parse_resource_attributes("deployment.environment.name=production, k8s.pod.name = vote-1,").value(),
      ElementsAre(text("deployment.environment.name", "production"), text("k8s.pod.name", "vote-1")));
  EXPECT_THAT(parse_resource_attributes("a=1,b=,a=x%2Cy%3Dz=q").value(),
              ElementsAre(text("a", "x,y=z=q"), text("b", "")));
}

TEST(ResourceAttributes, AreRejectedWithTheReason) {
  const auto why = [](const std::string& given) {
    const auto parsed = parse_resource_attributes(given);
    return parsed ? std::string() : parsed.error().message;
  };
  EXPECT_THAT(why("production"), HasSubstr("equals sign"));
  EXPECT_THAT(why("=production"), HasSubstr("key"));
  EXPECT_THAT(why("a b=c"), HasSubstr("key"));
  EXPECT_THAT(why("a=%"), HasSubstr("%25"));
  EXPECT_THAT(why("a=%2"), HasSubstr("%25"));
  EXPECT_THAT(why("a=%zz"), HasSubstr("%25"));
  EXPECT_THAT(why("a=%00"), HasSubstr("plain text"));
  EXPECT_THAT(why("a=%FF"), HasSubstr("plain text"));
  EXPECT_THAT(why("a=" + std::string(257, 'x')), HasSubstr("256 bytes"));
  std::string many;
  for (int i = 0; i <= 64; ++i) many += "k" + std::to_string(i) + "=v,";
  EXPECT_THAT(why(many), HasSubstr("64 attributes"));
}

TEST(ResourceAttributes, AreReplacedByKey) {
  Resource resource;
  resource.set("service.name", "pollux-vote");
  resource.set("process.pid", 17);
  resource.set("service.name", "vote");
  EXPECT_THAT(resource.attributes,
              ElementsAre(text("service.name", "vote"), Attribute{"process.pid", std::int64_t{17}}));
}

}  // namespace
}  // namespace pollux::tracing
