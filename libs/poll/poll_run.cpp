#include "poll/poll_run.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/edit_distance.hpp"
#include "poll/poll_text.hpp"

namespace pollux::poll {
namespace {

std::size_t distance(const std::u32string& a, const std::u32string& b) {
  return edit_distance<char32_t>(a, b);
}

// If labels change places, or one takes the name of another, votes would count for the wrong option.
bool keep_their_places(const std::vector<std::u32string>& recorded, const std::vector<std::u32string>& now) {
  for (std::size_t i = 0; i < now.size(); ++i) {
    const std::size_t own = distance(recorded[i], now[i]);
    for (std::size_t j = 0; own != 0 && j < recorded.size(); ++j) {
      if (j != i && distance(recorded[j], now[i]) <= own) return false;
    }
  }
  return true;
}

std::vector<std::u32string> comparable_labels(const PollDefinition& definition) {
  std::vector<std::u32string> labels;
  for (const std::string& label : definition.labels) labels.push_back(comparable(label));
  return labels;
}

PollDefinition texts_of(const Question& question) {
  return {.question = question.text(),
          .labels = std::visit([](const auto& answer) { return answer.labels(); }, question.answer())};
}

bool has_default_question(const PollDefinition& definition) {
  return definition.question == default_question(definition.labels);
}

bool has_votes(const RecordedRun& run) {
  return std::ranges::any_of(run.counts, [](const auto& entry) { return entry.second > 0; });
}

bool asks_something_else(const RecordedRun& recorded, const Poll& poll) {
  return recorded.definition && compare(*recorded.definition, definition_of(poll)) == Likeness::other;
}

Result<RunDecision> continue_run(const RecordedRun& newest, const Poll& poll, RunWish wish) {
  const PollDefinition now = definition_of(poll);
  if (const auto stray = stray_selection(newest.counts, poll)) {
    return invalid("There are votes for option " + *stray + ", which " + in_words(now) + " does not have.");
  }
  if (!newest.definition) {
    return RunDecision{
        .run = newest.run,
        .remark = "The recorded votes have no question stored. They count for " + in_words(now) + ".",
        .adopted = true};
  }
  const Likeness likeness = compare(*newest.definition, now);
  if (likeness == Likeness::other && wish != RunWish::keep) {
    return invalid("There are votes for " + in_words(*newest.definition) + ", which would count for " +
                   in_words(now) + ".");
  }
  if (*newest.definition == now) return RunDecision{newest.run, false};
  return RunDecision{newest.run, true,
                     in_words(*newest.definition) + " is now worded " + in_words(now) + ". Its votes stay."};
}

}  // namespace

PollId id_of_run(const PollId& poll, std::uint32_t run) {
  if (run == 1) return poll;
  return PollId::parse(std::string(poll.text()) + "." + std::to_string(run)).value();
}

std::optional<std::uint32_t> run_of(const PollId& id, const PollId& poll) {
  if (id == poll) return 1;
  std::string_view number = id.text();
  const std::string prefix = std::string(poll.text()) + ".";
  if (!number.starts_with(prefix)) return std::nullopt;
  number.remove_prefix(prefix.size());
  std::uint32_t run = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), run);
  const bool canonical = error == std::errc() && end == number.data() + number.size() && number[0] != '0';
  if (!canonical || run < 2 || run > max_run) return std::nullopt;
  return run;
}

PollDefinition definition_of(const Poll& poll) {
  return texts_of(poll.asked());
}

std::string in_words(const PollDefinition& definition) {
  std::string words = "\"" + definition.question + "\" (";
  for (const std::string& label : definition.labels) {
    words.append(words.ends_with('(') ? "" : ", ").append(label);
  }
  return words + ")";
}

std::string text_of(const PollDefinition& definition) {
  std::string text = definition.question;
  for (const std::string& label : definition.labels) text.append("\n").append(label);
  return text;
}

std::optional<PollDefinition> parse_definition(std::string_view text) {
  PollDefinition definition;
  std::string_view rest = text;
  for (bool is_question = true; !rest.empty(); is_question = false) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string line(rest.substr(0, end));
    if (line.empty()) return std::nullopt;
    if (is_question) {
      definition.question = line;
    } else {
      definition.labels.push_back(line);
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (definition.labels.size() < Poll::min_options || definition.labels.size() > Poll::max_options ||
      text.ends_with('\n')) {
    return std::nullopt;
  }
  return definition;
}

Likeness compare(const PollDefinition& recorded, const PollDefinition& now) {
  if (recorded.labels.size() != now.labels.size()) return Likeness::other;
  std::vector<Likeness> of_texts;
  if (!has_default_question(recorded) || !has_default_question(now)) {
    of_texts.push_back(compare_texts(recorded.question, now.question));
  }
  for (std::size_t i = 0; i < now.labels.size(); ++i) {
    of_texts.push_back(compare_texts(recorded.labels[i], now.labels[i]));
  }
  const bool too_many = std::ranges::count(of_texts, Likeness::corrected) > 1;
  const bool places_kept = keep_their_places(comparable_labels(recorded), comparable_labels(now));
  return too_many || !places_kept ? Likeness::other : std::ranges::max(of_texts);
}

Likeness compare(const Question& recorded, const Question& now) {
  const bool same_form = std::visit(
      [&](const auto& answer) {
        const auto* const other = std::get_if<std::remove_cvref_t<decltype(answer)>>(&now.answer());
        return other != nullptr && answer.has_form_of(*other);
      },
      recorded.answer());
  return same_form ? compare(texts_of(recorded), texts_of(now)) : Likeness::other;
}

std::optional<std::string> stray_selection(const SelectionCounts& counts, const Poll& poll) {
  for (const auto& [selection, count] : counts) {
    if (count > 0 && !poll.asked().has_key(selection)) return std::string(selection.text());
  }
  return std::nullopt;
}

Result<RunDecision> decide_run(const std::optional<RecordedRun>& newest, const Poll& poll, RunWish wish) {
  if (!newest) return RunDecision{};
  const bool voted = has_votes(*newest);
  if (voted && wish != RunWish::next) return continue_run(*newest, poll, wish);
  // Open pages may still vote for the previous question, so another question gets another id even without
  // votes.
  if (!voted && !asks_something_else(*newest, poll)) return RunDecision{newest->run};
  if (newest->run >= max_run) return invalid("The poll has reached its last run; use another database.");
  return RunDecision{newest->run + 1, true,
                     "Run " + std::to_string(newest->run + 1) + " begins. The votes of earlier runs stay."};
}

}  // namespace pollux::poll
