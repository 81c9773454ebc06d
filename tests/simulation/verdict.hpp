// The invariants that hold at the end of every history, once all votes are recorded.
#pragma once

#include "simulation/viewers.hpp"
#include "simulation/vote_services.hpp"
#include "simulation/world.hpp"

namespace pollux::simulation {

// Whether nothing is left to record: the streams are empty but for entries that wait for a newer worker.
bool is_drained(World& world);

// Violations are in the history. A vote may be missing only if a fail-over has forgotten it
// (History::Appended::may_be_lost):
//
//   - Each voter has one recorded vote in a run: the last that was accepted (the first where votes cannot be
//     changed), or else one from which only votes that may be lost lead to it.
//   - The tally of a run is the recount of the recorded votes, and of the accepted ones if none may be lost.
//   - The viewers have this tally, unless the database has forgotten commits: they ignore tallies of lower
//     versions, until there have been as many changes as were forgotten.
//   - Each entry that is no vote is a dead letter, once.
void check_invariants(World& world, const Viewers& viewers, const VoteServices& services);

}  // namespace pollux::simulation
