// Opening a database: what a person reads when it can't be.
#include <fstream>
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

TEST_F(SqliteVoteStoreOpen, MakesTheDirectoriesThatAreMissing) {
  EXPECT_TRUE(open(directory_.path() / "far" / "away" / "pollux.db"));
}

TEST_F(SqliteVoteStoreOpen, RefusesASecondProgramAlsoByAnotherNameOfTheFile) {
  {
    const auto first = open(path_);
    ASSERT_TRUE(first);
    EXPECT_EQ(error_of(path_),
              "The database " + path_.string() +
                  " is in use by another program. Stop that program or use another database.");
    std::filesystem::create_symlink(path_, directory_.path() / "link.db");
    EXPECT_THAT(error_of(directory_.path() / "link.db"), HasSubstr("is in use by another program"));
  }
  EXPECT_TRUE(open(path_)) << "and lets it in when the first is gone";
}

TEST_F(SqliteVoteStoreOpen, RefusesANewerSchema) {
  ASSERT_TRUE(open(path_));
  execute(path_, "PRAGMA user_version = 999");
  EXPECT_THAT(error_of(path_), HasSubstr("was written by a newer version of this program"));
}

TEST_F(SqliteVoteStoreOpen, RefusesADamagedFile) {
  std::ofstream(path_) << std::string(100'000, 'x');
  EXPECT_EQ(error_of(path_),
            "The database " + path_.string() +
                " is damaged or not a database (file is not a database). Restore it from a copy, or "
                "use another one.");
}

TEST_F(SqliteVoteStoreOpen, RefusesTheDatabaseOfAnotherProgram) {
  execute(path_, "CREATE TABLE recipes (name TEXT)");
  EXPECT_THAT(error_of(path_), HasSubstr("belongs to another program"));
}

TEST_F(SqliteVoteStoreOpen, RefusesADirectory) {
  EXPECT_EQ(error_of(directory_.path()),
            "The database " + directory_.path().string() + " is a directory. Name a file in it.");
}

TEST_F(SqliteVoteStoreOpen, SaysWhyADirectoryCanNotBeMade) {
  std::ofstream(directory_.path() / "file") << "x";
  const auto path = directory_.path() / "file" / "pollux.db";
  EXPECT_THAT(error_of(path), testing::AllOf(HasSubstr(path.string()), HasSubstr("Not a directory"),
                                             HasSubstr("use another path")));
}

// Rights bind everybody but root, so root becomes nobody for a while.
class Unprivileged {
 public:
  explicit Unprivileged(const std::filesystem::path& own_directory) : root_(::geteuid() == 0) {
    if (!root_) return;
    EXPECT_EQ(::chown(own_directory.c_str(), nobody, nobody), 0);
    EXPECT_EQ(::seteuid(nobody), 0);
  }
  ~Unprivileged() {
    if (root_) {
      EXPECT_EQ(::seteuid(0), 0);
    }
  }

 private:
  static constexpr uid_t nobody = 65534;
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

TEST_F(SqliteVoteStoreOpen, RefusesAFileWithTwoNames) {
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
