#include "worker/poll_copier.hpp"

namespace pollux {

using namespace std::chrono_literals;

PollCopier::PollCopier(const redis::Url& redis, const PostgresUrl& database, Log& log)
    : redis_(redis, {.connect_limit = 1s, .command_limit = 1s}),
      database_(database, {.call_timeout = 1s}),
      log_(log),
      periodic_(period, [this] { copy(); }) {}

void PollCopier::copy() {
  const auto registered = registered_polls(redis_);
  if (!registered) {
    return log_.repeated_warning("The questions could not be read.",
                                 {{"reason", registered.error().message}});
  }
  if (*registered == copied_) return;
  if (const auto done = database_.write(*registered); !done) {
    return log_.repeated_warning("The questions could not be copied.", {{"reason", done.error().message}});
  }
  copied_ = *registered;
}

}  // namespace pollux
