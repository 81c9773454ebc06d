#include "poll/logo.hpp"

#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "poll/testing/images.hpp"

namespace pollux::poll {
namespace {

using testing::HasSubstr;

std::string why_not(const std::string& image) {
  const auto format = read_format(image);
  return format ? "" : format.error().message;
}

TEST(Logo, HasTypeAndSizeOfItsHeader) {
  EXPECT_EQ(read_format(png(320, 96)).value(), (LogoFormat{LogoType::png, 320, 96}));
  EXPECT_EQ(read_format(jpeg(640, 480)).value(), (LogoFormat{LogoType::jpeg, 640, 480}));
  for (const char* const kind : {"VP8 ", "VP8L", "VP8X"}) {
    EXPECT_EQ(read_format(webp(kind, 1024, 1)).value(), (LogoFormat{LogoType::webp, 1024, 1})) << kind;
  }
}

TEST(Logo, IsReadFromFilesOfOtherPrograms) {
  // One transparent pixel.
  const std::string written =
      decode_base64(
          "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
          "gg==")
          .value();
  EXPECT_EQ(read_format(written).value(), (LogoFormat{LogoType::png, 1, 1}));
}

TEST(Logo, IsNoOtherFormat) {
  for (const char* const other : {"", "<svg xmlns='http://www.w3.org/2000/svg'/>", "GIF89a\1\0\1\0", "BM",
                                  "RIFF", "RIFF....WAVE", "\x89PNG", "\xFF\xD8", "<!doctype html>"}) {
    EXPECT_THAT(why_not(other), HasSubstr("PNG, JPEG or WebP")) << other;
  }
}

TEST(Logo, IsWhole) {
  for (const std::string& image :
       {png(320, 96), jpeg(640, 480), webp("VP8 ", 9, 9), webp("VP8L", 9, 9), webp("VP8X", 9, 9)}) {
    for (std::size_t size = 0; size < image.size(); ++size) {
      EXPECT_NE(why_not(image.substr(0, size)), "") << size << " bytes of " << image.substr(0, 12);
    }
  }
}

TEST(Logo, IsNothingElseBesides) {
  for (const std::string& image : {png(320, 96), jpeg(640, 480), webp("VP8L", 9, 9)}) {
    EXPECT_THAT(why_not(image + "PK\3\4 an archive"), HasSubstr("something follows it"));
    EXPECT_THAT(why_not("<script>" + image), HasSubstr("PNG, JPEG or WebP"));
  }
}

TEST(Logo, HasBounds) {
  EXPECT_EQ(why_not(png(Logo::max_side, Logo::max_side)), "");
  for (const std::string& image : {png(Logo::max_side + 1, 1), png(1, 0x7FFFFFFF), png(0xFFFFFFFF, 1),
                                   jpeg(1, 65535), webp("VP8X", 1 << 24, 1), webp("VP8L", 16384, 1)}) {
    EXPECT_THAT(why_not(image), HasSubstr("1024 pixels"));
  }
  for (const std::string& image : {png(0, 1), png(1, 0), jpeg(0, 9), webp("VP8 ", 9, 0)}) {
    EXPECT_THAT(why_not(image), HasSubstr("damaged"));
  }
  const std::string large = png(9, 9, std::string(Logo::max_bytes, 'x'));
  EXPECT_THAT(why_not(large), HasSubstr("32 KiB"));
}

TEST(Logo, HasChunksThatAreInTheirFile) {
  std::string image = png(9, 9);
  image.replace(33, 4, "\xFF\xFF\xFF\xFF");  // the length of the second chunk
  EXPECT_THAT(why_not(image), HasSubstr("damaged"));
  std::string without_header = png(9, 9);
  without_header.replace(12, 4, "IDAT");
  EXPECT_THAT(why_not(without_header), HasSubstr("damaged"));
  std::string segment = jpeg(9, 9);
  segment.replace(4, 2, "\xFF\xFF");
  EXPECT_THAT(why_not(segment), HasSubstr("damaged"));
}

TEST(Logo, StandsStill) {
  EXPECT_THAT(why_not(animated_png()), HasSubstr("moves"));
  std::string image = webp("VP8X", 9, 9);
  image[20] = 2;
  EXPECT_THAT(why_not(image), HasSubstr("moves"));
}

TEST(Logo, IsKnownByItsHash) {
  const Logo logo = make_logo(png(320, 96), "City school").value();
  EXPECT_EQ(logo.hash, hash_of(png(320, 96)));
  EXPECT_EQ(hash_of("abc"), "ba7816bf8f01cfea414140de5dae2223");  // FIPS 180-4
  EXPECT_EQ(*logo.image, png(320, 96));
  EXPECT_EQ(to_json(logo), R"({"hash":")" + logo.hash +
                               R"(","type":"image/png","width":320,"height":96,"alt":"City school"})");
  Logo without_image = logo;
  without_image.image.reset();
  EXPECT_EQ(without_image, logo);
  EXPECT_NE(make_logo(png(320, 96), "").value(), logo);
  EXPECT_NE(make_logo(png(320, 97), "City school").value(), logo);
}

TEST(Logo, HasAnAlternativeOfPlainText) {
  EXPECT_TRUE(make_logo(png(1, 1), std::string(Logo::max_alternative_bytes, 'x')));
  for (const std::string& wrong :
       {std::string(Logo::max_alternative_bytes + 1, 'x'), std::string("a\nb"), std::string("\xFF")}) {
    EXPECT_FALSE(make_logo(png(1, 1), wrong)) << wrong;
  }
}

TEST(Logo, HasTypesWithNames) {
  for (const LogoType type : {LogoType::png, LogoType::jpeg, LogoType::webp}) {
    EXPECT_EQ(parse_media_type(media_type(type)), type);
  }
  EXPECT_EQ(parse_media_type("image/svg+xml"), std::nullopt);
}

}  // namespace
}  // namespace pollux::poll
