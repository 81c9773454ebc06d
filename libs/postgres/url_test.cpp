#include "postgres/url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::postgres {
namespace {

using testing::HasSubstr;

std::string shown(std::string_view text) {
  const auto url = Url::parse(text);
  return url ? url->text() : url.error().message;
}

TEST(PostgresUrl, TextOmitsThePassword) {
  EXPECT_EQ(shown("postgresql://ann:secret@db.example:5433/votes?sslmode=require"),
            "postgresql://ann@db.example:5433/votes");
  EXPECT_EQ(shown("host=db port=5433 user=ann password=secret dbname=votes"),
            "postgresql://ann@db:5433/votes");
  EXPECT_EQ(shown("postgresql://ann:secret@/votes?host=/run/postgresql"),
            "postgresql://ann@/run/postgresql/votes");
  EXPECT_EQ(shown("postgres://ann:se%40cret@[::1]:1,db:2/votes?target_session_attrs=primary"),
            "postgresql://ann@[::1]:1,db:2/votes");
}

TEST(PostgresUrl, ListsItsServersInOrder) {
  EXPECT_FALSE(Url::parse("host=one,two,three port=7,8")) << "one port each, or one for all";
  const auto servers = Url::parse("host=one,two port=7,8 hostaddr=10.0.0.1,10.0.0.2").value().servers();
  ASSERT_EQ(servers.size(), 2U);
  EXPECT_EQ(servers[1].host, "two");
  EXPECT_EQ(servers[1].address, "10.0.0.2");
  EXPECT_EQ(servers[1].port, "8");
  EXPECT_EQ(Url::parse("postgresql://one,two/x?port=9").value().servers()[1].port, "9");
}

TEST(PostgresUrl, AcceptsASeparatePassword) {
  auto url = Url::parse("postgresql://ann:old@db/votes").value();
  url.set_password("n@w/");
  EXPECT_EQ(url.parameters().at("password"), "n@w/");
  EXPECT_EQ(url.text(), "postgresql://ann@db:5432/votes");
}

TEST(PostgresUrl, NamesTheInvalidPart) {
  EXPECT_THAT(shown("mysql://db/votes"), HasSubstr("begins with neither postgresql:// nor"));
  EXPECT_THAT(shown("db.example"), HasSubstr("begins with neither"));
  EXPECT_THAT(shown("postgresql://ann:a@b@db/votes"), HasSubstr("more than one @"));
  EXPECT_THAT(shown("postgresql://ann:a/b@db/votes"), HasSubstr("a / before the @"));
  EXPECT_THAT(shown("postgresql://ann:se%zzcret@db/votes"), HasSubstr("write %25 for %"));
  EXPECT_THAT(shown("postgresql://db:99999/votes"), HasSubstr("port is not a number from 1 to 65535"));
  EXPECT_THAT(shown("postgresql://db:0/votes"), HasSubstr("port is not"));
  EXPECT_THAT(shown("postgresql://a b/votes"), HasSubstr("host is not a name"));
  EXPECT_THAT(shown("postgresql://[::1/votes"), HasSubstr("IPv6 address as [::1]"));
  EXPECT_THAT(shown("postgresql://ann%3Ax@db/votes"), HasSubstr("user has a colon"));
  EXPECT_THAT(shown("postgresql://db/votes&sslmode=require"), HasSubstr("name of its database"));
  EXPECT_THAT(shown("postgresql://db/votes?sslmode=bogus"),
              HasSubstr("sslmode is none of: disable, allow, prefer, require, verify-ca, verify-full"));
  EXPECT_THAT(shown("postgresql://db/votes?connect_timeout=soon"),
              HasSubstr("connect_timeout is not an integer"));
  EXPECT_THAT(shown("postgresql://db/votes?ssl_mode=require"), HasSubstr("that libpq does not know"));
  EXPECT_THAT(shown("postgresql://db/votes?sslmode"), HasSubstr("without a value"));
  EXPECT_THAT(shown("host=db password=two words"), HasSubstr("quote values"));
  EXPECT_THAT(shown("host=db password='two words"), HasSubstr("an unterminated quote"));
}

}  // namespace
}  // namespace pollux::postgres
