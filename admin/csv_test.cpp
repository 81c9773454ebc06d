#include "admin/csv.hpp"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace pollux::admin {
namespace {

TEST(CsvField, IsNeverAFormula) {
  for (const std::string_view text : {"=1", "+1", "-1", "@A1", "\tx"}) {
    EXPECT_EQ(csv_field(text), "'" + std::string(text));
  }
  EXPECT_EQ(csv_field("=\"a\",b"), "\"'=\"\"a\"\",b\"");
  EXPECT_EQ(csv_field("1-1"), "1-1");
  EXPECT_EQ(csv_field(""), "");
}

TEST(CsvLine, SeparatesFieldsAndEnds) {
  EXPECT_EQ(csv_line(std::array<std::string, 3>{"", "a,b", "@c"}), ",\"a,b\",'@c\r\n");
}

}  // namespace
}  // namespace pollux::admin
