// The settings of the program `pollux-vote`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "config/poll_options.hpp"
#include "config/public_addresses.hpp"
#include "config/secret.hpp"
#include "config/service_options.hpp"
#include "config/settings.hpp"
#include "queue/redis_confirmations.hpp"
#include "queue/redis_queue_options.hpp"
#include "redis/url.hpp"
#include "vote/page_options.hpp"
#include "vote/vote_limits.hpp"
#include "vote/voter_tokens.hpp"

namespace pollux::vote {

enum class QueueKind { stream, list };

struct Options {
  config::PollOptions poll;
  std::uint32_t run = 1;
  bool keep_run = false;
  http::Endpoint listen{"127.0.0.1", 5000};
  PageOptions page;
  config::PublicAddresses addresses;
  VoteLimits limits;
  std::optional<VoterTokens::Key> voter_key;  // none: shared through Redis
  std::optional<VoterTokens::Key> accepted_voter_key;

  redis::Url redis{.host = "127.0.0.1"};
  QueueKind queue = QueueKind::stream;
  std::size_t stream_shards = 1;
  std::size_t max_in_flight = queue::RedisQueueOptions().max_in_flight;
  queue::RedisAck ack = queue::RedisQueueOptions().ack;
  bool managed_polls = false;
  config::Secret pass_secret;  // of the results of those polls; none: result services can't check passes

  config::NetworkOptions network;
  config::ServiceOptions service{.tracing = {.program = "pollux-vote"}};
};

// Declares every setting; `options` outlives the settings.
void declare(config::Settings& settings, Options& options);

}  // namespace pollux::vote
