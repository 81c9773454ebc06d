#include "queue/redis_held_votes.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace pollux::queue {
namespace {

constexpr auto version_of = [](const auto& vote) { return vote.queued.version; };

// What one stream gave is in order already.
void sort_by_version(auto& votes) {
  if (!std::ranges::is_sorted(votes, {}, version_of)) std::ranges::stable_sort(votes, {}, version_of);
}

}  // namespace

std::size_t RedisHeldVotes::Hash::operator()(const RedisEntryPlace& place) const noexcept {
  // Ids differ in the low bits of both numbers; odd factors spread them (Knuth, multiplicative hashing).
  const std::uint64_t mixed =
      place.id.time * 0x9E3779B97F4A7C15ULL ^ place.id.sequence * 0xC2B2AE3D27D4EB4FULL;
  return std::hash<std::uint64_t>{}(mixed + place.stream);
}

void RedisHeldVotes::add(std::vector<Ready> read) {
  sort_by_version(read);
  for (Ready& vote : read) {
    held_.insert({vote.stream, vote.queued.version});
    ready_.push_back(std::move(vote));
  }
}

std::vector<poll::QueuedVote> RedisHeldVotes::deliver(std::size_t max) {
  std::vector<poll::QueuedVote> batch;
  batch.reserve(std::min(max, ready_.size()));
  while (batch.size() < max && !ready_.empty()) {
    Ready& next = ready_.front();
    const bool alone = next.alone;
    if (alone && !batch.empty()) break;
    delivered_.push_back({next.stream, next.queued});
    batch.push_back(std::move(next.queued));
    ready_.pop_front();
    if (alone) break;
  }
  sort_by_version(delivered_);
  return batch;
}

template <class Taken>
void RedisHeldVotes::end_delivery(std::span<const poll::QueuedVote> votes, const Taken& taken) {
  for (const poll::QueuedVote& queued : votes) {
    // Streams number their entries independently: the vote distinguishes those with the same id. If it is the
    // same, too, it was delivered twice, and what holds for one holds for the other.
    for (Delivered& entry : std::ranges::equal_range(delivered_, queued.version, {}, version_of)) {
      if (entry.ended || entry.queued.vote != queued.vote) continue;
      taken(RedisEntryPlace{entry.stream, queued.version}, queued);
      entry.ended = true;
    }
  }
  std::erase_if(delivered_, [](const Delivered& entry) { return entry.ended; });
}

void RedisHeldVotes::acknowledge(std::span<const poll::QueuedVote> votes) {
  end_delivery(votes, [this](const RedisEntryPlace& place, const poll::QueuedVote&) {
    if (place.stream != lost) to_acknowledge_.push_back(place);
  });
}

void RedisHeldVotes::acknowledge(const RedisEntryPlace& place) {
  hold(place);
  to_acknowledge_.push_back(place);
}

std::size_t RedisHeldVotes::give_back(std::span<const poll::QueuedVote> votes, bool alone) {
  const std::size_t before = ready_.size();
  end_delivery(votes, [&](const RedisEntryPlace& place, const poll::QueuedVote& queued) {
    ready_.push_front({place.stream, queued, alone, true});
  });
  // Including those of an earlier call.
  const auto rest = std::ranges::find(ready_, false, &Ready::returned);
  std::stable_sort(ready_.begin(), rest, [](const Ready& left, const Ready& right) {
    return left.queued.version < right.queued.version;
  });
  return ready_.size() - before;
}

std::vector<RedisEntryPlace> RedisHeldVotes::take_back(std::span<const poll::QueuedVote> votes) {
  std::vector<RedisEntryPlace> places;
  end_delivery(votes, [&](const RedisEntryPlace& place, const poll::QueuedVote&) {
    if (place.stream != lost) places.push_back(place);
  });
  return places;
}

std::vector<RedisEntryPlace> RedisHeldVotes::take_back_all() {
  std::vector<RedisEntryPlace> places;
  for (const Delivered& vote : delivered_) {
    if (vote.stream != lost) places.push_back({vote.stream, vote.queued.version});
  }
  for (const Ready& vote : ready_) {
    if (vote.stream != lost) places.push_back({vote.stream, vote.queued.version});
  }
  delivered_.clear();
  ready_.clear();
  return places;
}

std::vector<RedisEntryPlace> RedisHeldVotes::begin_acknowledgement(
    const std::function<bool(std::size_t stream)>& may) {
  const auto selected =
      std::stable_partition(to_acknowledge_.begin(), to_acknowledge_.end(),
                            [&](const RedisEntryPlace& place) { return !may(place.stream); });
  on_their_way_.insert(on_their_way_.end(), selected, to_acknowledge_.end());
  to_acknowledge_.erase(selected, to_acknowledge_.end());
  return on_their_way_;
}

void RedisHeldVotes::reset(std::size_t stream) {
  const auto of_stream = [stream](const RedisEntryPlace& place) { return place.stream == stream; };
  std::erase_if(held_, of_stream);
  std::erase_if(to_acknowledge_, of_stream);
  std::erase_if(on_their_way_, of_stream);
  for (Ready& vote : ready_)
    if (vote.stream == stream) vote.stream = lost;
  for (Delivered& vote : delivered_)
    if (vote.stream == stream) vote.stream = lost;
}

void RedisHeldVotes::confirm_acknowledgement() {
  for (const RedisEntryPlace& place : on_their_way_) held_.erase(place);
  on_their_way_.clear();
}

void RedisHeldVotes::fail_acknowledgement() {
  to_acknowledge_.insert(to_acknowledge_.end(), on_their_way_.begin(), on_their_way_.end());
  on_their_way_.clear();
}

}  // namespace pollux::queue
