#include "seed-data/post_data.hpp"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/temporary_directory.hpp"

namespace pollux::seed {
namespace {

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(PostData, HoldsOneVoteWithoutAnEndOfLine) {
  const TemporaryDirectory folder;
  const auto directory = folder.path() / "some" / "where";
  ASSERT_TRUE(make_post_data(directory));
  EXPECT_EQ(content_of(directory / "posta"), "vote=a");
  EXPECT_EQ(content_of(directory / "postb"), "vote=b");
}

TEST(PostData, ReplacesWhatIsThere) {
  const TemporaryDirectory folder;
  folder.write("posta", "something longer than a vote");
  ASSERT_TRUE(make_post_data(folder.path()));
  EXPECT_EQ(content_of(folder.path() / "posta"), "vote=a");
}

TEST(PostData, SaysWhatCannotBeWritten) {
  const TemporaryDirectory folder;
  const std::string file = folder.write("file", "");
  EXPECT_EQ(make_post_data(file).error().message,
            "The directory " + file + " cannot be made: Not a directory.");
  std::filesystem::create_directory(folder.path() / "posta");
  EXPECT_EQ(make_post_data(folder.path()).error().message,
            "The file " + (folder.path() / "posta").string() + " cannot be written: Is a directory.");
}

}  // namespace
}  // namespace pollux::seed
