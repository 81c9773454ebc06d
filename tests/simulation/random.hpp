// Random numbers that are the same on every platform, unlike the distributions of the standard library.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>
#include <vector>

namespace pollux::simulation {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }  // bound > 0
  bool chance(std::uint64_t per_mille) { return below(1000) < per_mille; }

  std::chrono::milliseconds between(std::chrono::milliseconds least, std::chrono::milliseconds most) {
    const auto range = static_cast<std::uint64_t>((most - least).count()) + 1;
    return least + std::chrono::milliseconds(static_cast<std::int64_t>(below(range)));
  }

  template <class Value>
  const Value& pick(const std::vector<Value>& values) {
    return values[below(values.size())];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace pollux::simulation
