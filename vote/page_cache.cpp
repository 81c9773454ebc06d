#include "vote/page_cache.hpp"

#include <utility>

namespace pollux::vote {

PageCache::Page PageCache::find(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  if (const auto found = recent_.find(key); found != recent_.end()) return found->second;
  const auto found = older_.find(key);
  if (found == older_.end()) return nullptr;
  Page page = found->second;
  add(key, page);
  return page;
}

void PageCache::keep(const std::string& key, Page page) {
  const std::scoped_lock lock(mutex_);
  add(key, std::move(page));
}

void PageCache::add(const std::string& key, Page page) {
  const std::size_t bytes = key.size() + page->size();
  if (recent_bytes_ + bytes > max_bytes_ / 2) {
    older_ = std::exchange(recent_, {});
    recent_bytes_ = 0;
  }
  if (recent_.insert_or_assign(key, std::move(page)).second) recent_bytes_ += bytes;
}

}  // namespace pollux::vote
