// A vote as the fields of an entry of a Redis Stream. Producers and consumers of every version share this:
//
//   poll <id> voter <id> selection <text>     what this program writes; for a sampled vote also
//   traceparent <text>                        the span that queued it (W3C Trace Context)
//   format 2                                  if the selection has several keys, which must be counted
//   format 3, once 1                          if the voter's first vote counts and not the last
//   original <text>                           a vote that was imported in the words of another application
//
// An entry may have the field `format`, a number from 1; without it the format is 1. A reader ignores unknown
// fields and does not touch an entry whose format is newer than its own. So a new field that old readers may
// ignore is simply added; if ignoring it would record something else than was meant, the format goes up.
// docs/adr/0020-formats-of-stream-entries.md says in which order programs are replaced.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include <boost/container/static_vector.hpp>

#include "base/result.hpp"
#include "poll/vote.hpp"
#include "redis/protocol.hpp"

namespace pollux::queue {

// Names and values alternate, for XADD. They are views of the vote, which must outlive them.
using EncodedVoteEntry = boost::container::static_vector<std::string_view, 10>;
EncodedVoteEntry encode_vote_entry(const poll::Vote& vote);

// The name of the field for the trace of a sampled vote.
inline constexpr std::string_view traceparent_field = "traceparent";

struct VoteEntryField {
  std::string_view name;
  std::string_view value;
};

// The newest format that decode_vote_entry() reads. Format 2 has the fields of format 1, and format 3 may
// have the field `once`, too.
inline constexpr std::uint32_t vote_entry_format = 3;

// The format of an entry, regardless of its other fields; `invalid` if it is given twice or is no number from
// 1 to 999999.
Result<std::uint32_t> format_of_vote_entry(std::span<const VoteEntryField> fields);

// Decodes the value of the field `original`. Any thread.
using ImportedVoteDecoder = std::function<Result<poll::Vote>(std::string_view)>;

// Of an entry in a format up to vote_entry_format. The fields may come in any order. A field that is missing
// or given twice is `invalid`, with a message that shows nothing of what was received. Without a decoder an
// imported vote is `invalid`. A traceparent field that is not valid, or given twice, only means that the vote
// has no trace.
Result<poll::Vote> decode_vote_entry(std::span<const VoteEntryField> fields,
                                     const ImportedVoteDecoder& decode_imported);

// The vote of an entry with that id, as text, which is its version; or why this program can't read it.
Result<poll::QueuedVote> read_queued_vote(std::span<const VoteEntryField> fields, std::string_view entry_id,
                                          const ImportedVoteDecoder& decode_imported);

// An entry as Redis returns it: https://redis.io/docs/latest/commands/xreadgroup/
struct RedisStreamEntry {
  poll::Version id;
  bool deleted = false;                // still pending, but no longer in the stream
  std::vector<VoteEntryField> fields;  // views of the reply
};

// The entries of [[id, [name, value, …]], …]. Skips any other form, which Redis never sends.
std::vector<RedisStreamEntry> parse_stream_entries(const redis::Reply& entries);

}  // namespace pollux::queue
