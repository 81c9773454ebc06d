// Runs of a poll: each time that it is held with another question or other options, its votes are counted
// apart. Run 1 of the poll `default` is recorded under the id `default`, run N under `default.N`.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "poll/correction.hpp"
#include "poll/poll.hpp"
#include "poll/tally.hpp"

namespace pollux::poll {

inline constexpr std::uint32_t max_run = 1'000'000;

// The id of a poll's run; 1 ≤ run ≤ max_run.
PollId id_of_run(const PollId& poll, std::uint32_t run);
// The run of the poll that an id stands for; none if it is another poll's.
std::optional<std::uint32_t> run_of(const PollId& id, const PollId& poll);

// What people were asked.
struct PollDefinition {
  std::string question;
  std::vector<std::string> labels;  // of the options a, b, c …

  friend bool operator==(const PollDefinition&, const PollDefinition&) = default;
};

using PollDefinitions = std::map<PollId, PollDefinition>;  // by the ids of the runs

PollDefinition definition_of(const Poll& poll);
std::string in_words(const PollDefinition& definition);  // "Cats vs Dogs!" (Cats, Dogs)

// As stores keep it: the question and the labels, a line each. Nothing for a text that is none of ours.
std::string text_of(const PollDefinition& definition);
std::optional<PollDefinition> parse_definition(std::string_view text);

// As the texts are like each other; one of them at most may be corrected. A question that is made from the
// labels does not count beside them. `other` too if a label becomes as like another one as like its own.
Likeness compare(const PollDefinition& recorded, const PollDefinition& now);

// The first selection that has votes and is none of the poll's options.
std::optional<std::string> stray_selection(const SelectionCounts& counts, const Poll& poll);

// A run as a store knows it.
struct RecordedRun {
  std::uint32_t run = 1;
  std::optional<PollDefinition>
      definition;          // none: not said yet, or recorded by a version that did not keep it
  SelectionCounts counts;  // what was voted
};

enum class RunWish { newest, next, keep };  // keep: the newest, whose question is the same in other words

struct RunChoice {
  std::uint32_t run = 1;
  bool define = true;    // the definition is to be recorded
  std::string remark{};  // what somebody should know, in a sentence; empty: nothing
  bool adopted = false;  // nobody knows whether the votes that are there were for this question
};

// The run that votes for `poll` belong to. An error (`invalid`) says what was recorded and why `poll` can't
// go on with it.
Result<RunChoice> choose_run(const std::optional<RecordedRun>& newest, const Poll& poll, RunWish wish);

}  // namespace pollux::poll
