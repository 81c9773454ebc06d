#include "queue/version_clock.hpp"

#include <cstdint>

namespace pollux::queue {

poll::Version VersionClock::next(std::chrono::system_clock::time_point now) {
  using std::chrono::milliseconds;
  const auto since_1970 = std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count();
  const auto time = static_cast<std::uint64_t>(since_1970 < 0 ? 0 : since_1970);
  if (time > last_.time) {
    last_ = {time, 0};
  } else {
    ++last_.sequence;
  }
  return last_;
}

}  // namespace pollux::queue
