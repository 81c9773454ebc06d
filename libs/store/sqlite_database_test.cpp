// Opening a database: its lock, its migrations, and the messages if it can't be opened.
#include "store/sqlite_database.hpp"

#include <fstream>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/testing/temporary_directory.hpp"
#include "store/sqlite_vote_store.hpp"

namespace pollux::store {
namespace {

using testing::HasSubstr;

TEST(FileLock, IsHeldByOneAtATime) {
  const TemporaryDirectory directory;
  std::optional<FileLock> first = FileLock::acquire(directory.path() / "lock").value();
  const auto second = FileLock::acquire(directory.path() / "lock");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::full);
  first.reset();
  EXPECT_TRUE(FileLock::acquire(directory.path() / "lock"));
}

TEST(FileLock, ReportsTheSystemsReasonIfTheFileCanNotBeCreated) {
  const TemporaryDirectory directory;
  const auto lock = FileLock::acquire(directory.path() / "missing" / "lock");
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code, ErrorCode::unavailable);
  EXPECT_EQ(lock.error().message, "No such file or directory");
}

constexpr Migration first_migration{1, "0001_first",
                                    "CREATE TABLE first (n INTEGER); INSERT INTO first VALUES (1)"};
constexpr Migration second_migration{2, "0002_second", "UPDATE first SET n = n + 1"};
constexpr Migration broken_migration{3, "0003_broken", "UPDATE first SET n = 100; UPDATE missing SET n = 1"};

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
  ASSERT_TRUE(migrate_to(std::vector{first_migration}));
  EXPECT_EQ(number("SELECT n FROM first"), 1);
  ASSERT_TRUE(migrate_to(std::vector{first_migration, second_migration}));
  ASSERT_TRUE(migrate_to(std::vector{first_migration, second_migration}));
  EXPECT_EQ(number("SELECT n FROM first"), 2);
  EXPECT_EQ(number("PRAGMA user_version"), 2);
}

TEST_F(SqliteSchema, ChangesNothingIfAMigrationFails) {
  ASSERT_TRUE(migrate_to(std::vector{first_migration}));
  EXPECT_FALSE(migrate_to(std::vector{first_migration, second_migration, broken_migration}));
  EXPECT_EQ(number("SELECT n FROM first"), 1);
  EXPECT_EQ(number("PRAGMA user_version"), 1);
}

TEST_F(SqliteSchema, RejectsADatabaseOfANewerVersion) {
  ASSERT_TRUE(migrate_to(std::vector{first_migration, second_migration}));
  const auto rejected = migrate_to(std::vector{first_migration});
  ASSERT_FALSE(rejected);
  EXPECT_EQ(
      rejected.error().message,
      "The database votes.db was written by a newer version of this program (its schema is 2, this version "
      "knows 1). Run that version, or use another database.");
}

TEST_F(SqliteSchema, RejectsADatabaseOfAnotherProgram) {
  ASSERT_TRUE(connection_.execute("CREATE TABLE recipes (name TEXT)"));
  const auto rejected = migrate_to(std::vector{first_migration});
  ASSERT_FALSE(rejected);
  EXPECT_EQ(rejected.error().message, "The database votes.db belongs to another program. Use another file.");
  EXPECT_EQ(number("SELECT COUNT(*) FROM sqlite_schema"), 1);
}

TEST(SqliteMigrations, AreNumberedFromOne) {
  int expected = 0;
  for (const Migration& migration : sqlite_migrations())
    EXPECT_EQ(migration.number, ++expected) << migration.name;
  EXPECT_GE(expected, 1);
}

class SqliteVoteStoreOpen : public testing::Test {
 protected:
  auto open(const std::filesystem::path& path) { return SqliteVoteStore::open(path, {}); }
  std::string error_of(const std::filesystem::path& path) {
    const auto store = open(path);
    return store ? "it was opened" : store.error().message;
  }
  void execute(const std::filesystem::path& path, const char* sql) {
    sqlite3* connection = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &connection), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(connection, sql, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(connection);
    sqlite3_close(connection);
  }

  TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_.path() / "pollux.db";
};

TEST_F(SqliteVoteStoreOpen, CreatesMissingDirectories) {
  EXPECT_TRUE(open(directory_.path() / "some" / "directory" / "pollux.db"));
}

TEST_F(SqliteVoteStoreOpen, RejectsASecondProgramAlsoThroughASymbolicLink) {
  {
    const auto opened = open(path_);
    ASSERT_TRUE(opened);
    EXPECT_EQ(error_of(path_),
              "The database " + path_.string() +
                  " is in use by another program. Stop that program or use another database.");
    std::filesystem::create_symlink(path_, directory_.path() / "link.db");
    EXPECT_THAT(error_of(directory_.path() / "link.db"), HasSubstr("is in use by another program"));
  }
  EXPECT_TRUE(open(path_)) << "and accepts it when the first is closed";
}

TEST_F(SqliteVoteStoreOpen, RejectsANewerSchema) {
  ASSERT_TRUE(open(path_));
  execute(path_, "PRAGMA user_version = 999");
  EXPECT_THAT(error_of(path_), HasSubstr("was written by a newer version of this program"));
}

TEST_F(SqliteVoteStoreOpen, RejectsADamagedFile) {
  std::ofstream(path_) << std::string(100'000, 'x');
  EXPECT_EQ(error_of(path_),
            "The database " + path_.string() +
                " is damaged or not a database (file is not a database). Restore a backup, or use another "
                "one.");
}

TEST_F(SqliteVoteStoreOpen, RejectsTheDatabaseOfAnotherProgram) {
  execute(path_, "CREATE TABLE recipes (name TEXT)");
  EXPECT_THAT(error_of(path_), HasSubstr("belongs to another program"));
}

TEST_F(SqliteVoteStoreOpen, RejectsADirectory) {
  EXPECT_EQ(error_of(directory_.path()),
            "The database " + directory_.path().string() + " is a directory. Use the path of a file.");
}

TEST_F(SqliteVoteStoreOpen, SaysWhyADirectoryCanNotBeCreated) {
  std::ofstream(directory_.path() / "file") << "x";
  const auto path = directory_.path() / "file" / "pollux.db";
  EXPECT_THAT(error_of(path), testing::AllOf(HasSubstr(path.string()), HasSubstr("Not a directory"),
                                             HasSubstr("use another path")));
}

// Permissions do not bind root, so root gives up its rights for a while.
class Unprivileged {
 public:
  explicit Unprivileged(const std::filesystem::path& own_directory) : root_(::geteuid() == 0) {
    if (!root_) return;
    EXPECT_EQ(::chown(own_directory.c_str(), unprivileged, unprivileged), 0);
    EXPECT_EQ(::seteuid(unprivileged), 0);
  }
  ~Unprivileged() {
    if (root_) {
      EXPECT_EQ(::seteuid(0), 0);
    }
  }

 private:
  static constexpr uid_t unprivileged = 65534;
  const bool root_;
};

TEST_F(SqliteVoteStoreOpen, SaysWhyAFileCanNotBeWritten) {
  const Unprivileged unprivileged(directory_.path());
  std::filesystem::permissions(directory_.path(), std::filesystem::perms(0500));
  EXPECT_THAT(error_of(path_), testing::AllOf(HasSubstr(path_.string()), HasSubstr("Permission denied")));
  std::filesystem::permissions(directory_.path(), std::filesystem::perms(0700));
  ASSERT_TRUE(open(path_));
  std::filesystem::permissions(path_, std::filesystem::perms(0400));
  EXPECT_THAT(error_of(path_), HasSubstr("can't be written"));
}

TEST_F(SqliteVoteStoreOpen, RejectsAFileWithTwoNames) {
  ASSERT_TRUE(open(path_));
  const auto other = directory_.path() / "other.db";
  std::filesystem::create_hard_link(path_, other);
  for (const auto& name : {path_, other}) {
    const auto store = open(name);
    ASSERT_FALSE(store);
    EXPECT_NE(store.error().message.find("2 names (hard links)"), std::string::npos) << store.error().message;
  }
  std::filesystem::remove(other);
  EXPECT_TRUE(open(path_));
}

}  // namespace
}  // namespace pollux::store
