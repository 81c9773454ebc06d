#include "store/sqlite_schema.hpp"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.hpp"

namespace pollux::store {
namespace {

constexpr Migration first{1, "0001_first", "CREATE TABLE first (n INTEGER); INSERT INTO first VALUES (1)"};
constexpr Migration second{2, "0002_second", "UPDATE first SET n = n + 1"};
constexpr Migration broken{3, "0003_broken", "UPDATE first SET n = 100; UPDATE missing SET n = 1"};

class SqliteSchema : public testing::Test {
 protected:
  Result<void> migrate_to(std::span<const Migration> migrations) {
    return migrate(connection_, migrations, "votes.db");
  }
  std::int64_t number(const std::string& sql) { return connection_.number(sql).value(); }

  TemporaryDirectory directory_;
  SqliteConnection connection_ = SqliteConnection::open(directory_.path() / "votes.db").value();
};

TEST_F(SqliteSchema, AppliesEachMigrationOnce) {
  ASSERT_TRUE(migrate_to(std::vector{first}));
  EXPECT_EQ(number("SELECT n FROM first"), 1);
  ASSERT_TRUE(migrate_to(std::vector{first, second}));
  ASSERT_TRUE(migrate_to(std::vector{first, second}));
  EXPECT_EQ(number("SELECT n FROM first"), 2);
  EXPECT_EQ(number("PRAGMA user_version"), 2);
}

TEST_F(SqliteSchema, ChangesNothingWhereAMigrationFails) {
  ASSERT_TRUE(migrate_to(std::vector{first}));
  EXPECT_FALSE(migrate_to(std::vector{first, second, broken}));
  EXPECT_EQ(number("SELECT n FROM first"), 1);
  EXPECT_EQ(number("PRAGMA user_version"), 1);
}

TEST_F(SqliteSchema, RefusesADatabaseOfANewerProgram) {
  ASSERT_TRUE(migrate_to(std::vector{first, second}));
  const auto refused = migrate_to(std::vector{first});
  ASSERT_FALSE(refused);
  EXPECT_EQ(
      refused.error().message,
      "The database votes.db was written by a newer version of this program (its schema is 2, this version "
      "knows 1). Run that version, or use another database.");
}

TEST_F(SqliteSchema, RefusesADatabaseOfAnotherProgram) {
  ASSERT_TRUE(connection_.execute("CREATE TABLE recipes (name TEXT)"));
  const auto refused = migrate_to(std::vector{first});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "The database votes.db belongs to another program. Use another file.");
  EXPECT_EQ(number("SELECT COUNT(*) FROM sqlite_schema"), 1);
}

TEST(SqliteMigrations, AreNumberedFromOne) {
  int expected = 0;
  for (const Migration& migration : sqlite_migrations())
    EXPECT_EQ(migration.number, ++expected) << migration.name;
  EXPECT_GE(expected, 1);
}

}  // namespace
}  // namespace pollux::store
