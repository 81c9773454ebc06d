#include "base/result.hpp"

#include <stdexcept>

namespace pollux {

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::logic_error("value() of an error: " + error.message);
}

}  // namespace pollux
