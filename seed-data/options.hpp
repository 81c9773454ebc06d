// The settings of the program `pollux-seed`.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "seed-data/vote_page.hpp"
#include "seed-data/vote_plan.hpp"

namespace pollux::seed {

struct Options {
  ServiceUrl url;
  std::vector<Votes> votes{{"a", 2000}, {"b", 1000}};
  bool anonymous = false;

  std::size_t concurrency = 50;
  std::uint32_t rate = 0;                 // votes per second; 0: a closed loop
  std::chrono::milliseconds duration{0};  // 0: send each vote once
  std::size_t threads = 1;

  std::chrono::milliseconds wait{60'000};
  std::chrono::milliseconds give_up_after{60'000};
  std::chrono::milliseconds response_timeout{30'000};

  bool json = false;
};

// Name, summary, commands and exit statuses.
config::ProgramDescription description();

// Declares every setting and command; `options` outlives the settings.
void declare(config::Settings& settings, Options& options);

Pace pace_of(const Options& options);

}  // namespace pollux::seed
