// One history: voters, workers, people who open and close polls, and faults, all of which a seed determines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

#include "simulation/branches.hpp"
#include "simulation/breakage.hpp"
#include "simulation/database.hpp"

namespace pollux::simulation {

struct Verdict {
  std::optional<std::string> violation;  // of an invariant; none: all hold
  std::size_t votes = 0;                 // that Redis took
};

// The same seed gives the same history. Clears the database. `trace` gets a line for each thing that happens;
// null: none.
Verdict run_history(std::uint64_t seed, Breakage breakage, Database& database, Coverage& coverage,
                    std::ostream* trace);

}  // namespace pollux::simulation
