#include "postgres/url.hpp"

#include <gtest/gtest.h>

namespace pollux {
namespace {

TEST(PostgresUrl, IsShownWithoutItsPassword) {
  EXPECT_EQ(url_without_password("postgresql://ann:secret@db.example:5433/votes?sslmode=require"),
            "postgresql://ann@db.example:5433/votes");
  EXPECT_EQ(url_without_password("host=db port=5433 user=ann password=secret dbname=votes"),
            "postgresql://ann@db:5433/votes");
  EXPECT_EQ(url_without_password("postgresql://ann:secret@/votes?host=/run/postgresql"),
            "postgresql://ann@/run/postgresql/votes");
}

TEST(PostgresUrl, ShowsNothingOfWhatCanNotBeRead) {
  EXPECT_EQ(url_without_password("postgresql://ann:se%zzcret@db/votes"), "(not a database URL)");
  const auto refused = check_postgres_url("postgresql://ann:se%zzcret@db/votes");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid);
  EXPECT_EQ(refused.error().message.find("cret"), std::string::npos);
  EXPECT_TRUE(check_postgres_url("postgresql://ann:secret@db/votes"));
}

}  // namespace
}  // namespace pollux
