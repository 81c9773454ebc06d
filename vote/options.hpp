// The settings of the program `pollux-vote`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "program/poll_options.hpp"
#include "redis/url.hpp"
#include "service/network_options.hpp"
#include "service/public_addresses.hpp"
#include "service/service_options.hpp"
#include "service/settings.hpp"
#include "vote/voter_cookies.hpp"

namespace pollux::vote {

enum class QueueKind { stream, list };

struct Options {
  PollOptions poll;
  std::uint32_t run = 1;
  bool keep_run = false;
  http::Endpoint listen{"127.0.0.1", 5000};
  PublicAddresses addresses;
  std::optional<VoterCookies::Key> voter_key;  // none: shared through Redis

  redis::Url redis{.host = "127.0.0.1"};
  QueueKind queue = QueueKind::stream;
  std::size_t stream_shards = 1;
  std::size_t max_in_flight = 10'000;

  NetworkOptions network;
  ServiceOptions service;
};

// Declares every setting; `options` outlives the settings.
void declare(Settings& settings, Options& options);

}  // namespace pollux::vote
