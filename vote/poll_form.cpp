#include "vote/poll_form.hpp"

#include <algorithm>
#include <cstddef>
#include <variant>

#include "vote/page_template.hpp"

namespace pollux::vote {
namespace {

namespace mustache = kainjow::mustache;

bool contains(const FormValues& values, std::string_view value) {
  return std::ranges::find(values, value) != values.end();
}

mustache::data options_of(const std::vector<poll::Option>& options, const FormValues& chosen) {
  mustache::data list{mustache::data::type::list};
  for (const poll::Option& option : options) {
    mustache::data entry;
    entry.set("id", option.id);
    entry.set("label", option.label);
    entry.set("chosen", contains(chosen, option.id));
    if (const std::string length = length_of_label(option.label); length != "short") {
      entry.set("length", length);
    }
    list.push_back(entry);
  }
  return list;
}

// One function for each kind.
class AnswerForm {
 public:
  AnswerForm(mustache::data& page, bool taps, const FormValues& values)
      : page_(page), taps_(taps), values_(values) {}

  void operator()(const poll::SingleChoice& single) const {
    page_.set("options", options_of(single.options(), values_));
    page_.set("many", single.options().size() > 8);
    if (taps_) return page_.set("cards", true);
    page_.set("checks", true);
    page_.set("type", "radio");
    page_.set("sends", true);
    page_.set("choose_one", true);
  }

  void operator()(const poll::MultipleChoice& multiple) const {
    const auto [min, max] = multiple.limits();
    const std::size_t all = multiple.options().size();
    page_.set("options", options_of(multiple.options(), values_));
    page_.set("many", all > 8);
    page_.set("checks", true);
    page_.set("several", true);
    page_.set("type", "checkbox");
    page_.set("sends", true);
    set_limits(min, max);
    page_.set(hint_of(min, max, all), true);
  }

  void operator()(const poll::Scale& scale) const {
    const poll::Scale::Format& format = scale.format();
    mustache::data numbers{mustache::data::type::list};
    for (std::size_t number = 1; number <= format.size; ++number) {
      mustache::data entry;
      entry.set("number", std::to_string(number));
      entry.set("chosen", contains(values_, std::to_string(number)));
      entry.set("is_low", number == 1 && !format.low.empty());
      entry.set("is_high", number == format.size && !format.high.empty());
      numbers.push_back(entry);
    }
    page_.set("scale", true);
    page_.set("numbers", numbers);
    page_.set("two_rows", format.size > 5);  // on a phone
    page_.set("size", std::to_string(format.size));
    page_.set("ends", !format.low.empty() || !format.high.empty());
    if (!format.low.empty()) page_.set("low", format.low);
    if (!format.high.empty()) page_.set("high", format.high);
    page_.set("skippable", format.skippable);
    page_.set("skipped", contains(values_, poll::Scale::skip_value));
    page_.set("sends", !taps_);
    page_.set("taps", taps_);
  }

  void operator()(const poll::Ranking& ranking) const {
    const std::size_t all = ranking.options().size();
    mustache::data ranks{mustache::data::type::list};
    for (std::size_t place = 1; place <= all; ++place) {
      const FormValues chosen = place <= values_.size() ? FormValues{values_[place - 1]} : FormValues{};
      mustache::data entry;
      entry.set("place", std::to_string(place));
      entry.set("options", options_of(ranking.options(), chosen));
      ranks.push_back(entry);
    }
    page_.set("ranking", true);
    page_.set("ranks", ranks);
    page_.set("sends", true);
    set_limits(ranking.min_ranked(), all);
    page_.set(ranking.min_ranked() == all ? "rank_all" : "rank_some", true);
  }

 private:
  void set_limits(std::size_t min, std::size_t max) const {
    page_.set("min", std::to_string(min));
    page_.set("max", std::to_string(max));
  }

  static std::string hint_of(std::size_t min, std::size_t max, std::size_t all) {
    if (min == max) return "choose_exactly";
    if (min == 0) return max == all ? "choose_any" : "choose_any_up_to";
    if (max == all) return min == 1 ? "choose_some" : "choose_at_least";
    return min == 1 ? "choose_up_to" : "choose_between";
  }

  mustache::data& page_;
  const bool taps_;
  const FormValues& values_;
};

// A label among others in a line that may have another direction: in the isolates of the Unicode
// Bidirectional Algorithm, U+2068 and U+2069.
std::string isolated(const std::string& label) {
  return "\u2068" + label + "\u2069";
}

bool asks_for_one_answer(const poll::Question& question) {
  return std::holds_alternative<poll::SingleChoice>(question.answer()) ||
         std::holds_alternative<poll::Scale>(question.answer());
}

}  // namespace

void set_answers(mustache::data& page, const poll::Question& question, bool can_change,
                 const FormValues& values) {
  std::visit(AnswerForm(page, can_change && asks_for_one_answer(question), values), question.answer());
}

std::string words_of(const poll::Question& question, const FormValues& values) {
  const bool ranked = std::holds_alternative<poll::Ranking>(question.answer());
  std::string words;
  for (std::size_t index = 0; index < values.size(); ++index) {
    if (index > 0) words += ", ";
    if (ranked) words += std::to_string(index + 1) + ".\u00a0";
    const poll::Option* const option = poll::find_option(question.options(), values[index]);
    const bool alone = values.size() == 1 && !ranked;
    if (option != nullptr) {
      words += alone ? option->label : isolated(option->label);
    } else if (values[index] != poll::Scale::skip_value) {
      words += values[index];
    }
  }
  return words;
}

}  // namespace pollux::vote
