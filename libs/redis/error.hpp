// Error messages of both clients. None shows a password.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <boost/system/error_code.hpp>

#include "base/result.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

// "Redis at redis://cache:6379 ", the start of a message.
std::string redis_at(const Url& url);

// An error reply, such as "WRONGPASS invalid username-password pair", as an error. `unavailable` if the same
// command may succeed later (LOADING, OOM, READONLY …) or once the login or the rights are corrected;
// `internal` if only a change of Pollux or of the data helps.
Error error_of_reply(const Url& url, std::string_view reply);

// Whether an error is that of a full Redis, which rejects commands that need memory.
bool is_out_of_memory(const Error& error);

// Whether the connection is of no use after this error reply: another server may answer at the same address,
// or this one may have loaded its data by then.
bool ends_connection(std::string_view reply);

// All of these are `unavailable`.
Error not_resolved(const Url& url, std::string_view reason);
Error not_connected(const Url& url, std::string_view reason);  // such as "Connection refused"
Error connection_lost(const Url& url, std::string_view reason);
Error no_answer(const Url& url, std::chrono::milliseconds limit);

// A read or a write failed. `answered`: the server has sent a reply on this connection, to the login or
// later. If not, it may expect TLS or a client certificate, and the message says so.
Error connection_lost(const Url& url, const boost::system::error_code& error, bool answered);

}  // namespace pollux::redis
