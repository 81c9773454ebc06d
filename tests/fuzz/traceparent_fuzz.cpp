// The field traceparent of any bytes. What is accepted is written and read again without a change.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tracing/span_context.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto context = pollux::tracing::parse_traceparent({reinterpret_cast<const char*>(data), size});
  if (!context) return 0;
  if (!context->valid()) std::abort();
  if (pollux::tracing::parse_traceparent(pollux::tracing::to_traceparent(*context)) != context) std::abort();
  return 0;
}
