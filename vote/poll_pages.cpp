#include "vote/poll_pages.hpp"

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
#include "vote/poll_form.hpp"

namespace pollux::vote {
namespace {

namespace mustache = kainjow::mustache;

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
    case VoteNotice::no_cookie:
      return "no_cookie";
  }
  return "";
}

void set_vote(mustache::data& page, const poll::Question& question, const poll::Selection& selection,
              const FormValues& values) {
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

void set_theme(mustache::data& page, const poll::Theme& theme) {
  if (theme.accent) page.set("accent", to_text(*theme.accent).substr(1));
  if (theme.scheme != poll::ColorScheme::automatic) page.set("scheme", std::string(name_of(theme.scheme)));
}

void set_logo(mustache::data& page, const poll::ManagedPoll& poll) {
  const poll::Logo* const logo = poll::shown_logo(poll);
  if (logo == nullptr) return;
  mustache::data image;
  image.set("hash", logo->hash);
  image.set("width", std::to_string(logo->format.width));
  image.set("height", std::to_string(logo->format.height));
  image.set("alt", logo->alternative);
  page.set("logo", image);
}

void set_form(mustache::data& page, const PollVisit& visit, const std::optional<FormValues>& voted) {
  const poll::Question& question = visit.poll.content.question;
  const bool can_change = visit.poll.content.policies.change == poll::ChangePolicy::while_open;
  page.set("can_change", can_change);
  const bool has_voted = voted || visit.notice == VoteNotice::already_voted;
  if (has_voted && !can_change) return;
  page.set("form", true);
  const bool corrects = visit.notice == VoteNotice::invalid;
  const FormValues values =
      corrects ? FormValues(visit.entered.begin(), visit.entered.end()) : voted.value_or(FormValues{});
  set_answers(page, question, can_change, values);
}

// The time of a poll that could not be opened may have passed.
bool announces_opening(const PollVisit& visit) {
  const auto& opens_at = visit.poll.content.schedule.opens_at;
  return opens_at && *opens_at > visit.now;
}

// In each language: pages of a thousand polls with a few answers each.
constexpr std::size_t max_kept_bytes = 16 * 1024 * 1024;

// All that a page depends on but the voter and `entered`. A revision of a poll never changes, but a database
// that was restored from a backup may have another one of that number.
std::string key_of(const PollVisit& visit) {
  std::string key = visit.poll.id.text() + " " + std::to_string(visit.poll.revision) + " " +
                    std::to_string(visit.poll.changed_at.time_since_epoch().count()) + " ";
  key.append(section_of(visit.notice)).append(visit.without_cookie ? " - " : " + ");
  if (announces_opening(visit)) key.append("soon ");
  key.append(visit.results_url).append(" ");
  if (visit.selection) key.append("=").append(visit.selection->text());
  return key;
}

}  // namespace

PollPages::Translation::Translation(const PollPageContext& context, std::size_t index)
    : language_(context.poll_template[index].language),
      poll_template_(context.poll_template[index].text),
      join_template_(context.join_template[index].text),
      has_results_(context.has_results),
      pages_(std::make_unique<PageCache>(max_kept_bytes)) {}

http::Body PollPages::Translation::poll(const PollVisit& visit) const {
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
  const std::optional<FormValues> voted =
      visit.selection ? question.values_of(*visit.selection) : std::nullopt;

  mustache::data page;
  page.set("code", poll.code.text());
  page.set("poll", poll::run_id(poll).text());
  page.set("state", std::string(poll::name_of(state)));
  page.set("revision", std::to_string(poll.revision));
  page.set(std::string(poll::name_of(state)), true);
  page.set("over", state == poll::PollState::closed || state == poll::PollState::archived);
  page.set("voter", std::string(1, PageText::gap));
  page.set("without_cookie", visit.without_cookie);
  set_theme(page, poll.content.theme);
  if (const std::string_view notice = section_of(visit.notice); !notice.empty()) {
    page.set("notice", true);
    page.set(std::string(notice), true);
  }
  // Before it opens, people shall not know the question: it may be a surprise, or not be ready.
  if (state == poll::PollState::draft) {
    if (announces_opening(visit)) set_time(page, "opens_at", poll.content.schedule.opens_at);
    return render_page(poll_template_, page);
  }
  set_logo(page, poll);
  page.set("title", question.text());
  page.set("title_length", length_of_question(question.text()));
  if (voted) set_vote(page, question, *visit.selection, *voted);
  if (state == poll::PollState::open) {
    set_form(page, visit, voted);
    const bool has_buttons = std::holds_alternative<poll::SingleChoice>(question.answer());
    if (has_results_ && has_buttons && poll::shows_results(poll, false)) {
      page.set("tally_url", "../api/results/" + poll.code.text());
    }
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
    translations_.emplace_back(context, index);
    // So that a broken template ends the start.
    (void)render_page(context.poll_template[index].text, {});
    (void)render_page(context.join_template[index].text, {});
  }
}

const PollPages::Translation& PollPages::in(std::string_view accepted_languages) const {
  return translations_[http::preferred_language(accepted_languages, languages_)];
}

}  // namespace pollux::vote
