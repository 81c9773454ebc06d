// Counters of an Engine.IO server since its start, and a gauge. Read on any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "engineio/close_reason.hpp"
#include "engineio/handshake.hpp"

namespace pollux::engineio {

struct Statistics {
  std::atomic<std::int64_t> sessions{0};  // open now
  std::atomic<std::uint64_t> opened{0};
  std::atomic<std::uint64_t> received{0};                          // packets
  std::atomic<std::uint64_t> sent{0};                              // packets
  std::array<std::atomic<std::uint64_t>, refusals> refused{};      // requests, by Refusal
  std::array<std::atomic<std::uint64_t>, close_reasons> closed{};  // sessions, by CloseReason

  std::uint64_t refused_for(Refusal refusal) const { return refused[static_cast<std::size_t>(refusal)]; }
  std::uint64_t closed_for(CloseReason reason) const { return closed[static_cast<std::size_t>(reason)]; }
};

}  // namespace pollux::engineio
