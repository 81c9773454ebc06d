#include "http/languages.hpp"

#include <gtest/gtest.h>

namespace pollux::http {
namespace {

constexpr std::string_view offered[] = {"en", "de", "fr"};

std::string_view preferred(std::string_view accepted) {
  return offered[preferred_language(accepted, offered)];
}

TEST(Languages, TheOneThatIsLikedMost) {
  EXPECT_EQ(preferred("de"), "de");
  EXPECT_EQ(preferred("fr;q=0.5, de;q=0.8"), "de");
  EXPECT_EQ(preferred("fr;q=0.9,de;q=0.8,en"), "en");
  EXPECT_EQ(preferred("nl, fr;q=0.3"), "fr");
}

TEST(Languages, RegionsCountAsTheirLanguage) {
  EXPECT_EQ(preferred("de-AT,de;q=0.9,en;q=0.8"), "de");
  EXPECT_EQ(preferred("FR-ch, en;q=0.9"), "fr");
  EXPECT_EQ(preferred("den"), "en");
}

TEST(Languages, TheFirstWhereNothingIsSaid) {
  EXPECT_EQ(preferred(""), "en");
  EXPECT_EQ(preferred("*"), "en");
  EXPECT_EQ(preferred("nl, pl"), "en");
  EXPECT_EQ(preferred(";;,,=q"), "en");
}

TEST(Languages, NoneThatIsRefused) {
  EXPECT_EQ(preferred("de;q=0, fr;q=0.1"), "fr");
  EXPECT_EQ(preferred("en;q=0, *;q=0.5"), "de");
}

}  // namespace
}  // namespace pollux::http
