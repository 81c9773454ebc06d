#include "vote/page_cache.hpp"

#include <gtest/gtest.h>

namespace pollux::vote {
namespace {

PageCache::Page page_of_bytes(std::size_t bytes) {
  return std::make_shared<const PageText>(std::string(bytes, 'x'));
}

TEST(PageCache, KeepsPages) {
  PageCache cache(1000);
  EXPECT_EQ(cache.find("a"), nullptr);
  const PageCache::Page page = page_of_bytes(10);
  cache.keep("a", page);
  EXPECT_EQ(cache.find("a"), page);
  const PageCache::Page newer = page_of_bytes(10);
  cache.keep("a", newer);
  EXPECT_EQ(cache.find("a"), newer);
}

TEST(PageCache, DropsWhatWasNotAskedForLately) {
  PageCache cache(1000);
  cache.keep("asked for", page_of_bytes(50));
  cache.keep("forgotten", page_of_bytes(50));
  for (int index = 0; index < 20; ++index) {
    cache.keep(std::to_string(index), page_of_bytes(90));
    EXPECT_NE(cache.find("asked for"), nullptr) << index;
  }
  EXPECT_EQ(cache.find("forgotten"), nullptr);
  EXPECT_EQ(cache.find("0"), nullptr);
  EXPECT_NE(cache.find("19"), nullptr);
}

TEST(PageCache, StaysWithinItsBounds) {
  PageCache cache(1000);
  for (int index = 0; index < 100; ++index) cache.keep(std::to_string(index), page_of_bytes(100));
  int kept = 0;
  for (int index = 99; index >= 0; --index) kept += cache.find(std::to_string(index)) == nullptr ? 0 : 1;
  EXPECT_LE(kept, 10);
  EXPECT_GE(kept, 4);
}

TEST(PageCache, TakesAPageThatIsLargerThanItself) {
  PageCache cache(100);
  cache.keep("large", page_of_bytes(1000));
  EXPECT_NE(cache.find("large"), nullptr);
  cache.keep("a", page_of_bytes(10));
  cache.keep("b", page_of_bytes(45));
  EXPECT_EQ(cache.find("large"), nullptr);
}

}  // namespace
}  // namespace pollux::vote
