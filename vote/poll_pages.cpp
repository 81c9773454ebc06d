#include "vote/poll_pages.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <stdexcept>
#include <utility>
#include <variant>

#include <kainjow/mustache.hpp>

#include "base/bounded_text.hpp"
#include "poll/poll_code.hpp"
#include "poll/results_visibility.hpp"
#include "vote/page_template.hpp"

namespace pollux::vote {
namespace {

namespace mustache = kainjow::mustache;

using Values = std::vector<std::string_view>;  // of the form's fields `vote`

bool contains(const Values& values, std::string_view value) {
  return std::ranges::find(values, value) != values.end();
}

std::string utc(poll::PollTime time, const char* format) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text;
  return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

// The script shows it in the reader's time zone.
void set_time(mustache::data& page, const std::string& name, std::optional<poll::PollTime> time) {
  if (!time) return;
  mustache::data entry;
  entry.set("utc", utc(*time, "%Y-%m-%dT%H:%M:%SZ"));
  entry.set("time", utc(*time, "%Y-%m-%d %H:%M UTC"));
  page.set(name, entry);
}

// The notice is newer than the poll.
poll::PollState state_of(const PollVisit& visit) {
  const poll::PollState state = visit.poll.state;
  if (visit.notice == VoteNotice::not_open) return poll::PollState::draft;
  if (visit.notice != VoteNotice::closed || state == poll::PollState::archived) return state;
  return poll::PollState::closed;
}

// The name of the section of the template; empty: it has none.
std::string_view section_of(VoteNotice notice) {
  switch (notice) {
    case VoteNotice::none:
    case VoteNotice::accepted:
      break;
    case VoteNotice::other_run:
      return "other_run";
    case VoteNotice::not_open:
      return "not_open";
    case VoteNotice::closed:
      return "late";
    case VoteNotice::invalid:
      return "invalid";
    case VoteNotice::already_voted:
      return "already_voted";
  }
  return "";
}

mustache::data options_of(const std::vector<poll::Option>& options, const Values& chosen) {
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

// The part of the page in which the question is answered: one function for each kind. If votes can be
// changed, one tap on an answer is the vote, where one answer is asked; else the form has a button of its
// own, so that a slip of the finger is not final.
class AnswerForm {
 public:
  AnswerForm(mustache::data& page, bool taps, const Values& values)
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
      const Values chosen = place <= values_.size() ? Values{values_[place - 1]} : Values{};
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
  const Values& values_;
};

// A label among others in a line that may have another direction: in the isolates of the Unicode
// Bidirectional Algorithm, U+2068 and U+2069.
std::string isolated(const std::string& label) {
  return "\u2068" + label + "\u2069";
}

// The voter's answer in words; empty if it has none (a skipped question, or none of the options).
std::string words_of(const poll::Question& question, const Values& values) {
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

bool asks_for_one_answer(const poll::Question& question) {
  return std::holds_alternative<poll::SingleChoice>(question.answer()) ||
         std::holds_alternative<poll::Scale>(question.answer());
}

void set_vote(mustache::data& page, const poll::Question& question, const poll::Selection& selection,
              const Values& values) {
  page.set("voted", true);
  page.set("selection", selection.text());
  if (const std::string words = words_of(question, values); !words.empty()) {
    page.set("chosen_label", words);
    page.set("listed", words.find("\u2068") != std::string::npos);
  } else {
    page.set(values.empty() ? "none_chosen" : "skip_chosen", true);
  }
}

void set_results(mustache::data& page, const PollVisit& visit, poll::PollState state, bool voted) {
  if (state != poll::PollState::draft && !visit.results_url.empty() &&
      poll::shows_results(visit.poll, voted)) {
    return page.set("results_url", std::string(visit.results_url));
  }
  if (state != poll::PollState::open) return;
  const poll::ResultsPolicy policy = visit.poll.content.policies.results;
  page.set("results_after_vote", policy == poll::ResultsPolicy::after_vote && !voted);
  page.set("results_after_close", policy == poll::ResultsPolicy::after_close);
}

void set_form(mustache::data& page, const PollVisit& visit, const std::optional<Values>& voted) {
  const poll::Question& question = visit.poll.content.question;
  const bool can_change = visit.poll.content.policies.change == poll::ChangePolicy::while_open;
  page.set("can_change", can_change);
  const bool has_voted = voted || visit.notice == VoteNotice::already_voted;
  if (has_voted && !can_change) return;
  page.set("form", true);
  const bool corrects = visit.notice == VoteNotice::invalid;
  const Values values =
      corrects ? Values(visit.entered.begin(), visit.entered.end()) : voted.value_or(Values{});
  std::visit(AnswerForm(page, can_change && asks_for_one_answer(question), values), question.answer());
}

// In each language: pages of a thousand polls with a few answers each.
constexpr std::size_t max_kept_bytes = 16 * 1024 * 1024;

// All that a page depends on but the voter and `entered`. A revision of a poll never changes, but a database
// that was restored from a backup may have another one of that number.
std::string key_of(const PollVisit& visit) {
  std::string key = visit.poll.id.text() + " " + std::to_string(visit.poll.revision) + " " +
                    std::to_string(visit.poll.changed_at.time_since_epoch().count()) + " ";
  key.append(section_of(visit.notice)).append(visit.without_cookie ? " - " : " + ");
  key.append(visit.results_url).append(" ");
  if (visit.selection) key.append("=").append(visit.selection->text());
  return key;
}

}  // namespace

PollPages::Translation::Translation(const http::Translated& poll_template,
                                    const http::Translated& join_template, std::string host_name)
    : language_(poll_template.language),
      poll_template_(poll_template.text),
      join_template_(join_template.text),
      host_name_(std::move(host_name)),
      pages_(std::make_unique<PageCache>(max_kept_bytes)) {}

std::string PollPages::Translation::poll(const PollVisit& visit) const {
  // What was entered wrongly differs from voter to voter.
  if (visit.notice == VoteNotice::invalid) return PageText(render(visit)).filled(visit.voter);
  const std::string key = key_of(visit);
  if (const PageCache::Page kept = pages_->find(key)) return kept->filled(visit.voter);
  const auto page = std::make_shared<const PageText>(render(visit));
  pages_->keep(key, page);
  return page->filled(visit.voter);
}

std::string PollPages::Translation::render(const PollVisit& visit) const {
  const poll::ManagedPoll& poll = visit.poll;
  const poll::Question& question = poll.content.question;
  const poll::PollState state = state_of(visit);
  const std::optional<Values> voted = visit.selection ? question.values_of(*visit.selection) : std::nullopt;

  mustache::data page;
  page.set("code", poll.code.text());
  page.set("poll", poll::run_id(poll).text());
  page.set("state", std::string(poll::name_of(state)));
  page.set("revision", std::to_string(poll.revision));
  page.set(std::string(poll::name_of(state)), true);
  page.set("over", state == poll::PollState::closed || state == poll::PollState::archived);
  page.set("voter", std::string(1, PageText::gap));
  page.set("without_cookie", visit.without_cookie);
  if (!host_name_.empty()) page.set("hostname", host_name_);
  if (const std::string_view notice = section_of(visit.notice); !notice.empty()) {
    page.set("notice", true);
    page.set(std::string(notice), true);
  }
  // Before it opens, people shall not know the question: it may be a surprise, or not be ready.
  if (state == poll::PollState::draft) {
    set_time(page, "opens_at", poll.content.schedule.opens_at);
    return render_page(poll_template_, page);
  }
  page.set("title", question.text());
  page.set("title_length", length_of_question(question.text()));
  if (voted) set_vote(page, question, *visit.selection, *voted);
  if (state == poll::PollState::open) {
    set_form(page, visit, voted);
    set_time(page, "closes_at", poll.content.schedule.closes_at);
  }
  set_results(page, visit, state, voted.has_value());
  return render_page(poll_template_, page);
}

std::string PollPages::Translation::join(const JoinVisit& visit) const {
  constexpr std::size_t longest_typed = 40;  // what was meant as a code
  mustache::data page;
  page.set("root", std::string(visit.root));
  page.set("alphabet", std::string(poll::PollCode::alphabet));
  if (!visit.typed.empty() && visit.typed.size() <= longest_typed && is_plain_text(visit.typed)) {
    page.set("typed", std::string(visit.typed));
  }
  page.set("error", visit.error != JoinError::none);
  page.set("malformed", visit.error == JoinError::malformed);
  page.set("unknown", visit.error == JoinError::unknown);
  return render_page(join_template_, page);
}

PollPages::PollPages(const PollPageContext& context) {
  if (context.poll_template.empty() || context.poll_template.size() != context.join_template.size()) {
    throw std::logic_error("The pages of polls have no templates, or not in the same languages.");
  }
  for (std::size_t index = 0; index < context.poll_template.size(); ++index) {
    languages_.push_back(context.poll_template[index].language);
    translations_.emplace_back(context.poll_template[index], context.join_template[index], context.host_name);
    // So that a broken template ends the start.
    (void)render_page(context.poll_template[index].text, {});
    (void)render_page(context.join_template[index].text, {});
  }
}

const PollPages::Translation& PollPages::in(std::string_view accepted_languages) const {
  return translations_[http::preferred_language(accepted_languages, languages_)];
}

}  // namespace pollux::vote
