// The messages for what can go wrong with a Redis: one place for the connections that wait and those that do
// not. None shows a password.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <boost/system/error_code.hpp>

#include "base/result.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

// Redis's own refusal, such as "WRONGPASS invalid username-password pair", as an error. `unavailable` where
// the same may succeed later (LOADING, OOM, READONLY …) or once somebody has mended the login or the rights;
// `internal` for what only a change of ours or of the data can mend.
Error refused_by_redis(const Url& url, std::string_view words);

// The refusals after which the connection is of no use, so that a new one should be made: another server may
// answer there, or this one may have loaded its data.
bool ends_connection(std::string_view words);

// Why a read or a write failed, for the errors below: "Redis closed it", or the system's own words.
std::string reason_of(const boost::system::error_code& error);

// All of these are `unavailable`.
Error not_resolved(const Url& url, std::string_view reason);
Error not_connected(const Url& url, std::string_view reason);  // such as "Connection refused"
// Before it had answered anything: as a server does that expects TLS, or a client's certificate.
Error closed_at_once(const Url& url, std::string_view reason);
Error connection_lost(const Url& url, std::string_view reason);
Error no_answer(const Url& url, std::chrono::milliseconds limit);

}  // namespace pollux::redis
