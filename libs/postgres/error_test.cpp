#include "postgres/error.hpp"

#include <gtest/gtest.h>

namespace pollux {
namespace {

constexpr std::string_view database = "postgresql://ann@db:5432/votes";

TEST(PostgresError, IsUnavailableWhereTheSameCallMaySucceedLater) {
  for (const std::string_view state : {"", "08006", "57P01", "57P03", "53300", "53100", "40P01", "40001",
                                       "28P01", "3D000", "42501", "42P01", "25006", "55P03", "58030"}) {
    EXPECT_EQ(postgres_error(state, database, "x").code, ErrorCode::unavailable) << state;
  }
}

TEST(PostgresError, BlamesTheDataWhereTheyAreToBlame) {
  EXPECT_EQ(postgres_error("22021", database, "x").code, ErrorCode::invalid);
  EXPECT_EQ(postgres_error("23505", database, "x").code, ErrorCode::invalid);
}

TEST(PostgresError, IsOursToMendOtherwise) {
  const Error error = postgres_error("42601", database, "syntax error at \"SELEKT\".\nLINE 1");
  EXPECT_EQ(error.code, ErrorCode::internal);
  EXPECT_EQ(error.message,
            "The database postgresql://ann@db:5432/votes failed (syntax error at \"SELEKT\"), state 42601.");
}

TEST(PostgresError, TellsOfTheLastAddressThatWasTried) {
  const Error error =
      postgres_error("", database,
                     "connection to server at \"db\" (::1), port 5432 failed: Connection refused\n"
                     "\tIs the server running on that host and accepting TCP/IP connections?\n"
                     "connection to server at \"db\" (127.0.0.1), port 5432 failed: timeout\n");
  EXPECT_EQ(
      error.message,
      "The database postgresql://ann@db:5432/votes can't be reached or was lost (connection to server at "
      "\"db\" (127.0.0.1), port 5432 failed: timeout). Look whether it runs and may be reached from here.");
}

}  // namespace
}  // namespace pollux
