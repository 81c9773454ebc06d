// Rendered pages that may be asked for again: an audience opens the same page in the same seconds, and gives
// the same few answers.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "vote/page_text.hpp"

namespace pollux::vote {

// Any thread. Keeps at most `max_bytes` of pages and keys, give or take one page: when half of that is new,
// what was not asked for since the last time is dropped.
class PageCache {
 public:
  using Page = std::shared_ptr<const PageText>;

  explicit PageCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Null if it is not kept.
  Page find(const std::string& key);
  void keep(const std::string& key, Page page);

 private:
  using Pages = std::unordered_map<std::string, Page>;

  void add(const std::string& key, Page page);  // with the lock

  const std::size_t max_bytes_;
  std::mutex mutex_;
  Pages recent_;
  std::size_t recent_bytes_ = 0;
  Pages older_;
};

}  // namespace pollux::vote
