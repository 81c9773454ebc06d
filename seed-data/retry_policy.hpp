// When a vote that was not taken is sent again.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace pollux::seed {

// Whether a service that answers so may take the same request later: 429, 502, 503 and 504.
bool may_succeed_later(unsigned status);

// The seconds of a Retry-After header (RFC 9110, section 10.2.3). Its other form, a date, is not understood
// and counts as absent: it would need clocks that agree.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value);

// How long to wait before the next attempt: 100 ms after the first, then twice as long each time, at most 5
// s; of that a random part between half and all, so that clients that failed together do not come back
// together. What the service asked for (at most a minute of it) is a lower bound, to which the random part is
// added. `failures` counts from 1; `random` is from 0 to 1.
std::chrono::milliseconds pause_after(unsigned failures, std::optional<std::chrono::seconds> retry_after,
                                      double random);

}  // namespace pollux::seed
