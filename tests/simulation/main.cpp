// vote_simulation [--seeds N] [--first N] [--break NAME]   N histories, those with the seeds from --first on
// vote_simulation --seed N [--break NAME]                  one history, with everything that happens in it
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "simulation/database.hpp"
#include "simulation/simulation.hpp"

namespace {

using namespace pollux::simulation;

constexpr std::uint64_t progress_after = 1000;  // histories

struct Options {
  std::uint64_t seeds = 10'000;
  std::uint64_t first = 1;
  bool one = false;
  Breakage breakage = Breakage::none;
};

[[noreturn]] void fail(const std::string& message) {
  std::cerr << message << '\n';
  std::exit(2);  // NOLINT(concurrency-mt-unsafe): there are no threads
}

std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    fail("\"" + std::string(text) + "\" is not a number.");
  return number;
}

Breakage breakage_of(std::string_view wanted) {
  for (const auto& [name, breakage] : breakages) {
    if (name == wanted) return breakage;
  }
  fail("There is no breakage \"" + std::string(wanted) + "\".");
}

Options parse(int count, char** arguments) {
  Options options;
  for (int n = 1; n + 1 < count; n += 2) {
    const std::string_view name = arguments[n];
    const std::string_view value = arguments[n + 1];
    if (name == "--seeds") {
      options.seeds = number_of(value);
    } else if (name == "--first") {
      options.first = number_of(value);
    } else if (name == "--seed") {
      options.first = number_of(value);
      options.one = true;
    } else if (name == "--break") {
      options.breakage = breakage_of(value);
    } else {
      fail("Unknown option " + std::string(name) + ". Known: --seeds, --first, --seed, --break.");
    }
  }
  if (count % 2 == 0) fail("An option has no value.");
  return options;
}

int replay(const Options& options) {
  Database database;
  Coverage coverage;
  const Verdict verdict = run_history(options.first, options.breakage, database, coverage, &std::cout);
  std::cout << (verdict.violation ? "VIOLATED: " + *verdict.violation : "All invariants hold.") << '\n';
  return verdict.violation ? 1 : 0;
}

// A run that never takes a branch is blind, and fails.
int check(const Coverage& coverage) {
  const auto missing = coverage.missing();
  for (const Branch branch : missing) std::cout << "Never taken: " << name_of(branch) << ".\n";
  return missing.empty() ? 0 : 1;
}

int run(const Options& options) {
  Database database;
  Coverage coverage;
  std::uint64_t votes = 0;
  const auto begin = std::chrono::steady_clock::now();
  const auto seconds = [begin] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  for (std::uint64_t n = 0; n < options.seeds; ++n) {
    const std::uint64_t seed = options.first + n;
    const Verdict verdict = run_history(seed, options.breakage, database, coverage, nullptr);
    votes += verdict.votes;
    if (verdict.violation) {
      std::cout << "Seed " << seed << ", history " << n + 1 << " of " << options.seeds << ": "
                << *verdict.violation << "\nReplay it with --seed " << seed << ".\n";
      return options.breakage == Breakage::none ? 1 : 0;
    }
    if ((n + 1) % progress_after == 0)
      std::cout << n + 1 << " of " << options.seeds << " histories, " << seconds() << " s" << std::endl;
  }
  if (options.breakage != Breakage::none) {
    std::cout << "The breakage was not found in " << options.seeds << " histories.\n";
    return 1;
  }
  std::cout << options.seeds << " histories with " << votes << " votes, " << seconds()
            << " s: all invariants hold.\n";
  for (std::size_t n = 0; n < branch_count; ++n) {
    const auto branch = static_cast<Branch>(n);
    std::cout << "  " << name_of(branch) << ": " << coverage.taken(branch) << '\n';
  }
  return check(coverage);
}

}  // namespace

int main(int count, char** arguments) {
  const Options options = parse(count, arguments);
  return options.one ? replay(options) : run(options);
}
