// A value or an error, for failures that are part of life: bad input, a full queue, a disk that says no.
// Broken invariants do not come this way; they end the process.
#pragma once

#include <string>
#include <utility>

#include <boost/system/result.hpp>

namespace pollux {

// Few on purpose: a code exists only where somebody acts differently upon it.
enum class ErrorCode {
  invalid,      // the input can never succeed; sending it again is useless
  full,         // a bound was reached; the same may succeed later
  unavailable,  // something that we need is away; the same may succeed later
  internal,     // ours to mend
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;  // one sentence for a person: what happened and, where it helps, what to do
};

// Found by boost::system::result when value() is called on an error: a broken invariant of the caller.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

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
