#include "program/redis_setting.hpp"

namespace pollux {

void declare_redis(Settings& settings, redis::Url& url) {
  setting::Value value = setting::parsed<redis::Url>(
      &url, redis::Url::parse, "URL", "a URL such as redis://user:password@host:6379/0 or unix:///path",
      url.text());
  value.secret = true;
  value.well_known = true;
  value.explain = [](std::string_view text) {
    const auto parsed = redis::Url::parse(text);
    return parsed ? "" : parsed.error().message;
  };
  settings.group("Redis");
  settings.add("redis-url", std::move(value),
               "The Redis that holds the queue. What is special in a password is escaped (@ as %40).");
}

}  // namespace pollux
