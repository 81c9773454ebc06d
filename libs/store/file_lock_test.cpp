#include "store/file_lock.hpp"

#include <optional>

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.hpp"

namespace pollux::store {
namespace {

TEST(FileLock, IsHeldByOneAtATime) {
  const TemporaryDirectory directory;
  std::optional<FileLock> first = FileLock::acquire(directory.path() / "lock").value();
  const auto second = FileLock::acquire(directory.path() / "lock");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::full);
  first.reset();
  EXPECT_TRUE(FileLock::acquire(directory.path() / "lock"));
}

TEST(FileLock, GivesTheSystemsReasonWhereTheFileCanNotBe) {
  const TemporaryDirectory directory;
  const auto lock = FileLock::acquire(directory.path() / "missing" / "lock");
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code, ErrorCode::unavailable);
  EXPECT_EQ(lock.error().message, "No such file or directory");
}

}  // namespace
}  // namespace pollux::store
