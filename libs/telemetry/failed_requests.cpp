#include "telemetry/failed_requests.hpp"

#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

#include "telemetry/repeat_limit.hpp"

namespace pollux::telemetry {

bool is_broken_invariant(const std::exception_ptr& exception) {
  if (!exception) return false;
  try {
    std::rethrow_exception(exception);
  } catch (const std::logic_error&) {
    return true;
  } catch (const std::bad_optional_access&) {
    return true;
  } catch (const std::bad_variant_access&) {
    return true;
  } catch (const std::bad_function_call&) {
    return true;
  } catch (...) {
    return false;
  }
}

std::function<void(const http::HandlerFailure&)> report_failed_requests(std::string listener, Log& log) {
  const auto repeats = std::make_shared<RepeatLimit>(Log::repeat_period);
  return [listener = std::move(listener), &log, repeats](const http::HandlerFailure& failure) {
    if (is_broken_invariant(failure.exception)) {
      log.error("A broken invariant ends the process.", {{"listener", listener},
                                                         {"method", failure.method},
                                                         {"path", failure.path},
                                                         {"what", failure.what}});
      std::abort();
    }
    const std::string route = std::string(failure.method) + " " + std::string(failure.path);
    const auto suppressed = repeats->admit(route, RepeatLimit::Clock::now());
    if (!suppressed) return;
    log.error("A request failed.", {{"listener", listener},
                                    {"method", failure.method},
                                    {"path", failure.path},
                                    {"what", failure.what},
                                    {"suppressed", *suppressed}});
  };
}

}  // namespace pollux::telemetry
