#include "http/server_statistics.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace pollux::http {
namespace {

// Only the owning thread writes, so a load and a store do what a slower fetch_add would.
template <class Number>
void add_to(std::atomic<Number>& number, Number amount) {
  number.store(number.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

// Where the search begins. By the address of the route, because hashing its text would take longer: a route
// has one address for as long as the server runs. Two addresses of one text are merged when they are read.
std::size_t slot_of(const ResponseKind& kind, std::size_t slots) {
  const auto route = reinterpret_cast<std::uintptr_t>(kind.route.data());
  const auto method = static_cast<std::uint64_t>(kind.method);
  const std::uint64_t mixed = (route * 31 + kind.status * 8 + method) * 0x9E37'79B9'7F4A'7C15;
  return static_cast<std::size_t>(mixed >> 32) % slots;
}

}  // namespace

DurationHistogram::Counts& DurationHistogram::Counts::operator+=(const Counts& other) {
  for (std::size_t i = 0; i < buckets.size(); ++i) buckets[i] += other.buckets[i];
  sum += other.sum;
  return *this;
}

std::uint64_t DurationHistogram::Counts::total() const {
  return std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0});
}

void DurationHistogram::add(std::chrono::nanoseconds duration) {
  const std::int64_t nanoseconds = std::max<std::int64_t>(duration.count(), 0);
  std::size_t bucket = 0;
  while (bucket < bounds.size() && nanoseconds > bounds[bucket] * 1000) ++bucket;
  add_to(buckets_[bucket], std::uint64_t{1});
  add_to(nanoseconds_, nanoseconds);
}

DurationHistogram::Counts DurationHistogram::counts() const {
  Counts counts;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    counts.buckets[i] = buckets_[i].load(std::memory_order_relaxed);
  }
  counts.sum = std::chrono::nanoseconds(nanoseconds_.load(std::memory_order_relaxed));
  return counts;
}

void ThreadStatistics::count(const ResponseKind& kind, std::chrono::nanoseconds took) {
  find_or_add(kind).durations.add(took);
}

ThreadStatistics::Series& ThreadStatistics::find_or_add(const ResponseKind& kind) {
  for (std::size_t slot = slot_of(kind, table_.size());; slot = (slot + 1) % table_.size()) {
    Series* const found = table_[slot].load(std::memory_order_relaxed);
    if (found != nullptr && found->kind == kind) return *found;
    if (found != nullptr) continue;
    if (series_.size() == max_kinds) return excess_;
    Series& added = series_.emplace_back(kind);
    table_[slot].store(&added, std::memory_order_release);
    return added;
  }
}

void ThreadStatistics::append_to(std::vector<Responses>& counted) const {
  const auto append = [&counted](const Series& series) {
    counted.push_back({series.kind, series.durations.counts()});
  };
  for (const auto& slot : table_) {
    if (const Series* const series = slot.load(std::memory_order_acquire)) append(*series);
  }
  if (excess_.durations.counts().total() > 0) append(excess_);
}

std::vector<ThreadStatistics::Responses> ServerStatistics::responses() const {
  std::vector<ThreadStatistics::Responses> of_threads;
  for (const ThreadStatistics& thread : threads) thread.append_to(of_threads);
  std::map<ResponseKind, DurationHistogram::Counts> merged;
  for (const auto& [kind, durations] : of_threads) merged[kind] += durations;
  std::vector<ThreadStatistics::Responses> all;
  for (const auto& [kind, durations] : merged) all.push_back({kind, durations});
  return all;
}

DurationHistogram::Counts ServerStatistics::loop_lag() const {
  DurationHistogram::Counts lag;
  for (const ThreadStatistics& thread : threads) lag += thread.loop_lag.counts();
  return lag;
}

}  // namespace pollux::http
