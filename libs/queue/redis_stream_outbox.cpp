#include "queue/redis_stream_outbox.hpp"

#include <algorithm>
#include <utility>

#include "queue/redis_stream_commands.hpp"

namespace pollux::queue {
namespace {

using redis::Reply;

constexpr std::size_t max_returned_at_once = 1000;

}  // namespace

RedisStreamOutbox::RedisStreamOutbox(const RedisStreamConsumerOptions& options,
                                     const RedisStreamGroups& groups, const RedisRecordedVotes& recorded,
                                     RedisHeldVotes& held, RedisStreamMonitor& monitor,
                                     RedisRoundErrors errors)
    : options_(options),
      groups_(groups),
      recorded_(recorded),
      held_(held),
      monitor_(monitor),
      errors_(std::move(errors)) {}

void RedisStreamOutbox::dead_letter(const RedisEntryPlace& place, std::string reason) {
  if (dead_letters_.add(place.stream, {place.id, std::move(reason)})) return held_.hold(place);
  held_.forget(place);  // it stays pending in Redis, from where it is claimed later
}

void RedisStreamOutbox::leave_to_format(const RedisEntryPlace& place, std::uint32_t format) {
  newer_[{place.stream, format}].push_back(place.id);
}

void RedisStreamOutbox::give_back(std::span<const RedisEntryPlace> places) {
  returned_.insert(returned_.end(), places.begin(), places.end());
}

bool RedisStreamOutbox::empty() const {
  return held_.nothing_to_acknowledge() && dead_letters_.empty() && returned_.empty() && newer_.empty();
}

void RedisStreamOutbox::add_writes(redis::Pipeline& pipeline) {
  add_acknowledgements(pipeline);
  add_newer(pipeline);
  add_dead_letters(pipeline);
}

void RedisStreamOutbox::add_acknowledgements(redis::Pipeline& pipeline) {
  std::map<std::size_t, std::vector<poll::Version>> ids;
  const auto joined = [this](std::size_t stream) { return groups_.joined_name(stream) != nullptr; };
  for (const RedisEntryPlace& place : held_.begin_acknowledgement(joined))
    ids[place.stream].push_back(place.id);
  for (auto& [stream, of_stream] : ids) {
    std::ranges::sort(of_stream);
    const std::string& name = *groups_.joined_name(stream);
    auto command = recorded_.keeps() ? keep_entries(name, of_stream) : acknowledge_entries(name, of_stream);
    pipeline.add(std::move(command), [this](const Reply& reply) {
      if (!reply.is_error()) return;
      acknowledgement_failed_ = true;
      errors_.fail(reply);
    });
  }
}

// They stay pending in Redis, but not with us. If Redis rejects that, a later claim finds them again.
void RedisStreamOutbox::add_newer(redis::Pipeline& pipeline) {
  std::erase_if(newer_, [&](const auto& entries) {
    const auto& [stream, format] = entries.first;
    const std::string* const name = groups_.joined_name(stream);
    if (name != nullptr) pipeline.add(queue::leave_to_format(*name, format, entries.second), report_errors());
    return name != nullptr;
  });
}

// Consecutive entries of one stream go together; what Redis rejects is tried again after the rest.
void RedisStreamOutbox::add_dead_letters(redis::Pipeline& pipeline) {
  const auto usable = [this](std::size_t stream) { return groups_.joined_name(stream) != nullptr; };
  for (auto& batch : dead_letters_.next(options_.now(), usable)) {
    auto command =
        dead_letter_entries(*groups_.joined_name(batch.stream), batch.entries, options_.max_dead_letters);
    pipeline.add(std::move(command), [this, batch = std::move(batch)](const Reply& reply) {
      if (reply.is_error() || reply.elements.size() != 2) {
        dead_letters_.failed(batch, options_.now());
        return errors_.report(reply);
      }
      dead_letters_.succeeded(batch);
      for (const RejectedEntry& entry : batch.entries) held_.forget({batch.stream, entry.id});
      monitor_.report_dead_letters(reply.elements[0].count(), reply.elements[1].count(), batch.entries);
    });
  }
}

void RedisStreamOutbox::add_returns(redis::Pipeline& pipeline) {
  std::map<std::size_t, std::vector<poll::Version>> ids;
  std::erase_if(returned_, [&](const RedisEntryPlace& place) {
    if (groups_.joined_name(place.stream) == nullptr) return false;
    ids[place.stream].push_back(place.id);
    held_.forget(place);
    return true;
  });
  for (const auto& [stream, of_stream] : ids) {
    for (auto rest = std::span(of_stream); !rest.empty();) {
      const auto part = rest.first(std::min(rest.size(), max_returned_at_once));
      pipeline.add(return_entries(*groups_.joined_name(stream), options_.consumer_name, part),
                   report_errors());
      rest = rest.subspan(part.size());
    }
  }
}

void RedisStreamOutbox::end_round() {
  if (std::exchange(acknowledgement_failed_, false)) {
    held_.fail_acknowledgement();
  } else {
    held_.confirm_acknowledgement();
  }
}

void RedisStreamOutbox::reset_connection() {
  held_.fail_acknowledgement();
  acknowledgement_failed_ = false;
}

void RedisStreamOutbox::reset_stream(std::size_t stream) {
  held_.reset(stream);
  dead_letters_.forget(stream);
  std::erase_if(returned_, [stream](const RedisEntryPlace& place) { return place.stream == stream; });
}

redis::Pipeline::Handler RedisStreamOutbox::report_errors() const {
  return [this](const Reply& reply) {
    if (reply.is_error()) errors_.report(reply);
  };
}

}  // namespace pollux::queue
