#include "config/secret.hpp"

#include <barrier>
#include <filesystem>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/temporary_directory.hpp"

namespace pollux::config {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class SecretFile : public testing::Test {
 protected:
  std::string error_of(std::size_t size) const {
    const auto secret = read_or_create_secret(path_, size);
    return secret ? "" : secret.error().message;
  }

  TemporaryDirectory folder_;
  const fs::path path_ = folder_.path() / "key";
};

TEST_F(SecretFile, IsCreatedOnceWithPermissionsForItsOwnerOnly) {
  const auto made = read_or_create_secret(path_, 32);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->reveal().size(), 32U);
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(read_or_create_secret(path_, 32)->reveal(), made->reveal());
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), {}), 1) << "nothing else may stay behind";
}

TEST_F(SecretFile, IsOnlyReadIfItIsPresent) {
  EXPECT_EQ(read_secret_if_present(path_, 32)->has_value(), false);
  EXPECT_FALSE(fs::exists(path_));
  const auto made = read_or_create_secret(path_, 32);
  EXPECT_EQ(read_secret_if_present(path_, 32).value()->reveal(), made->reveal());
  EXPECT_FALSE(read_secret_if_present(path_, 16)) << "of another size";
}

TEST_F(SecretFile, DiffersBetweenFiles) {
  const auto one = read_or_create_secret(path_, 32);
  const auto other = read_or_create_secret(folder_.path() / "other", 32);
  EXPECT_NE(one->reveal(), other->reveal());
}

TEST_F(SecretFile, IsTheSameForProgramsThatStartTogether) {
  for (int round = 0; round < 20; ++round) {
    const fs::path path = folder_.path() / std::to_string(round);
    constexpr std::size_t starters = 8;
    std::barrier start(starters);
    std::vector<std::string> seen(starters);
    std::vector<std::thread> threads;
    for (std::string& bytes : seen) {
      threads.emplace_back([&] {
        start.arrive_and_wait();
        const auto secret = read_or_create_secret(path, 32);
        bytes = secret ? secret->reveal() : secret.error().message;
      });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), 1U);
    EXPECT_EQ(seen[0].size(), 32U) << seen[0];
  }
}

TEST_F(SecretFile, IsRejectedIfOthersMayReadIt) {
  ASSERT_TRUE(read_or_create_secret(path_, 32));
  fs::permissions(path_, fs::perms::others_read, fs::perm_options::add);
  EXPECT_THAT(error_of(32), HasSubstr("chmod o= "));
  fs::permissions(path_, fs::perms(0660));
  EXPECT_EQ(error_of(32), "") << "the group's rights are let be";
}

TEST_F(SecretFile, IsRejectedWithAnotherSize) {
  ASSERT_TRUE(read_or_create_secret(path_, 16));
  EXPECT_THAT(error_of(32), HasSubstr("has 16 bytes instead of 32"));
}

TEST_F(SecretFile, ReportsWhyItCannotBeCreated) {
  EXPECT_THAT(read_or_create_secret(folder_.path() / "none" / "key", 32).error().message,
              HasSubstr("cannot be created: No such file or directory."));
  fs::create_directory(path_);
  EXPECT_THAT(error_of(32), HasSubstr("is not a file"));
}

}  // namespace

}  // namespace pollux::config
