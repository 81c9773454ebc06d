// What Redis and PostgreSQL send, as any bytes: replies of RESP with entries of a stream, elements of the
// list of example-voting-app, and notifications about tallies. A vote that is read is written and read again
// without a change.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "compat/example_vote.hpp"
#include "feed/tally_notification_format.hpp"
#include "queue/vote_entry.hpp"
#include "redis/protocol.hpp"

namespace compat = pollux::compat;
namespace feed = pollux::feed;
namespace queue = pollux::queue;
namespace redis = pollux::redis;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_entry(const queue::RedisStreamEntry& entry) {
  const auto format = queue::format_of_vote_entry(entry.fields);
  const auto vote = queue::decode_vote_entry(entry.fields, {});
  if (!vote || !format || *format > queue::vote_entry_format) return;
  const auto encoded = queue::encode_vote_entry(*vote);
  require(encoded.size() % 2 == 0);
  std::vector<queue::VoteEntryField> fields;
  for (std::size_t n = 0; n < encoded.size(); n += 2) fields.push_back({encoded[n], encoded[n + 1]});
  require(queue::decode_vote_entry(fields, {}).value() == *vote);
}

void check_details(std::string_view payload) {
  const auto changed = feed::decode_details(payload);
  if (!changed) return;
  const auto again = feed::decode_details(feed::encode_details(*changed));
  require(again && again->poll == changed->poll);
}

void check_example_vote(std::string_view json) {
  const auto vote = compat::decode_example_vote(json);
  if (!vote) return;
  require(compat::decode_example_vote(compat::encode_example_vote(*vote).value()).value() == *vote);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check_details(input);
  check_example_vote(input);
  redis::ReplyReader reader;
  reader.feed(input);
  for (;;) {
    const auto reply = reader.next();
    if (!reply || !*reply) return 0;
    for (const queue::RedisStreamEntry& entry : queue::parse_stream_entries(**reply)) {
      if (!entry.deleted) check_entry(entry);
    }
  }
}
