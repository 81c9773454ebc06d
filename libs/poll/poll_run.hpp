// Runs of a poll. Each time that a poll is held with another question or other options, its votes are counted
// separately. Run 1 of the poll `default` is recorded under the id `default`, run N under `default.N`.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "poll/likeness.hpp"
#include "poll/poll.hpp"
#include "poll/question.hpp"
#include "poll/tally.hpp"

namespace pollux::poll {

inline constexpr std::uint32_t max_run = 1'000'000;

// The id of a run of the poll; 1 ≤ run ≤ max_run.
PollId id_of_run(const PollId& poll, std::uint32_t run);
// The run of the poll that an id stands for; none if it is the id of another poll.
std::optional<std::uint32_t> run_of(const PollId& id, const PollId& poll);

// What voters are asked in a run.
struct PollDefinition {
  std::string question;
  std::vector<std::string> labels;  // of the options a, b, c …

  friend bool operator==(const PollDefinition&, const PollDefinition&) = default;
};

using PollDefinitions = std::map<PollId, PollDefinition>;  // by the ids of the runs

PollDefinition definition_of(const Poll& poll);
std::string in_words(const PollDefinition& definition);  // "Cats vs Dogs!" (Cats, Dogs)

// The stored form: the question and the labels, one per line. None for any other text.
std::string text_of(const PollDefinition& definition);
std::optional<PollDefinition> parse_definition(std::string_view text);

// Compares the texts one by one, each by compare_texts() (likeness.hpp); at most one of them may be
// corrected. A question that is made from the labels is not compared. `other` too if a label becomes as
// similar to another one as to its own.
Likeness compare(const PollDefinition& recorded, const PollDefinition& now);

// The same for questions of one kind whose bounds are equal; others are `other`.
Likeness compare(const Question& recorded, const Question& now);

// The first selection that has votes and is not an option of the poll.
std::optional<std::string> stray_selection(const SelectionCounts& counts, const Poll& poll);

// A run as a store has it.
struct RecordedRun {
  std::uint32_t run = 1;
  std::optional<PollDefinition> definition;  // none: not defined yet, or by a version that did not record it
  SelectionCounts counts;
};

enum class RunWish { newest, next, keep };  // keep: the newest, although its question was reworded

struct RunDecision {
  std::uint32_t run = 1;
  bool define = true;    // record the definition
  std::string remark{};  // a message for the log; empty: none
  bool adopted = false;  // it is unknown whether the recorded votes were for this question
};

// The run that votes for `poll` belong to. An error (`invalid`) says what is recorded and why `poll` can't
// continue it.
Result<RunDecision> decide_run(const std::optional<RecordedRun>& newest, const Poll& poll, RunWish wish);

}  // namespace pollux::poll
