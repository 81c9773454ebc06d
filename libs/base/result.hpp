// A value or an error, for expected failures: bad input, a full queue, a disk error. Broken invariants end
// the process instead.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include <boost/system/result.hpp>

namespace pollux {

// A code exists only if callers act differently on it.
enum class ErrorCode {
  invalid,      // the input is wrong; retrying is useless
  full,         // a limit is reached; retrying may succeed
  unavailable,  // a dependency is down; retrying may succeed
  internal,     // a fault of this program or its configuration
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;  // for people: what happened and, if helpful, what to do
};

// Called by boost::system::result if value() is called on an error, which is a broken invariant of the
// caller.
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::logic_error("value() of an error: " + error.message);
}

template <class T>
using Result = boost::system::result<T, Error>;

inline Error invalid(std::string message) {
  return {ErrorCode::invalid, std::move(message)};
}
inline Error full(std::string message) {
  return {ErrorCode::full, std::move(message)};
}
inline Error unavailable(std::string message) {
  return {ErrorCode::unavailable, std::move(message)};
}

}  // namespace pollux
