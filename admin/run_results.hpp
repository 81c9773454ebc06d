// The results of one run of a poll, as the API and the exports have them.
#pragma once

#include <cstdint>
#include <string>

#include "admin/services.hpp"
#include "poll/managed_poll.hpp"
#include "poll/poll_store.hpp"
#include "poll/ports.hpp"
#include "poll/question.hpp"

namespace pollux::admin {

struct RunResults {
  poll::PollRun run;
  std::uint64_t version = 0;  // of the tally
  poll::QuestionResults results;
};

// The run that the parameter `run` of the request names, or else the current one.
ApiResult<poll::PollRun> wanted_run(const Call& call, const poll::ManagedPoll& poll);

ApiResult<RunResults> count_run(poll::TallyReader& tallies, const poll::ManagedPoll& poll,
                                const poll::PollRun& run);

// The schema RunResults of openapi.json.
std::string json_of(const poll::ManagedPoll& poll, const RunResults& counted);

// "pollux-K7MXQ4-run-1-votes.csv"
std::string file_name(const poll::ManagedPoll& poll, std::uint32_t run, const std::string& rest);

}  // namespace pollux::admin
