// Log lines about requests that the check of the origin rejected, because the operator's proxy may be why.
#pragma once

#include <string>

#include "http/request.hpp"
#include "telemetry/log.hpp"
#include "telemetry/repeat_limit.hpp"

namespace pollux::telemetry {

// At most one line a minute, with both values that did not match and the settings that let such requests
// pass; the next line says how many were left out. Any thread; the log outlives it.
class RejectedOrigins {
 public:
  // `public_url_flag` is the setting that states the page's own address: "--public-url".
  RejectedOrigins(Log& log, std::string public_url_flag);

  void add(const http::Request& request);

 private:
  Log& log_;
  const std::string remedy_;
  RepeatLimit limit_;
};

}  // namespace pollux::telemetry
