#include "result/poll_result_page.hpp"

#include <cmath>
#include <optional>
#include <utility>
#include <variant>

#include <kainjow/mustache.hpp>

#include "http/stored_image.hpp"
#include "poll/poll_code.hpp"
#include "result/result_page.hpp"

namespace pollux::result {
namespace {

namespace mustache = kainjow::mustache;
using Cells = std::vector<std::string>;

// Of what does not exist, such as the mean without votes.
constexpr std::string_view no_number = "–";

mustache::data list() {
  return mustache::data{mustache::data::type::list};
}

mustache::data texts(const Cells& cells) {
  mustache::data all = list();
  for (const std::string& cell : cells) all.push_back(mustache::data("text", cell));
  return all;
}

mustache::data row(const std::string& label, const Cells& cells) {
  mustache::data made;
  made.set("label", label);
  made.set("cells", texts(cells));
  return made;
}

// The tables with the numbers of one kind of question, in one language.
class Tables {
 public:
  Tables(mustache::data& page, const poll::Question& question, std::string_view language)
      : page_(page), question_(question), language_(language) {}

  void operator()(const poll::ChoiceResults& results) const {
    std::vector<std::uint64_t> counts;
    for (const poll::OptionCount& each : results.options) counts.push_back(each.count);
    const bool is_single = std::holds_alternative<poll::SingleChoice>(question_.answer());
    const auto shares = is_single ? tenths_of_percent(counts) : tenths_of(counts, results.voters);
    mustache::data rows = list();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      rows.push_back(row(results.options[i].option.label,
                         {number_in(language_, counts[i]), percentage_in(language_, shares[i])}));
    }
    page_.set("choice", true);
    page_.set("rows", rows);
  }

  void operator()(const poll::ScaleResults& results) const {
    const auto& format = std::get<poll::Scale>(question_.answer()).format();
    const auto shares = tenths_of_percent(results.counts);
    mustache::data rows = list();
    for (std::size_t i = 0; i < results.counts.size(); ++i) {
      std::string label = std::to_string(i + 1);
      const std::string& end = i == 0 ? format.low : i + 1 == format.size ? format.high : std::string();
      if (!end.empty()) label += " – " + end;
      rows.push_back(
          row(label, {number_in(language_, results.counts[i]), percentage_in(language_, shares[i])}));
    }
    page_.set("scale", true);
    page_.set("rows", rows);
    page_.set("mean", decimal(results.mean));
    page_.set("median", decimal(results.median));
    if (format.skippable) page_.set("skipped", number_in(language_, results.skipped));
  }

  void operator()(const poll::RankingResults& results) const {
    mustache::data rows = list();
    for (const poll::RankedOption& each : results.options) {
      rows.push_back(row(each.option.label, {number_in(language_, each.points), decimal(each.average_rank),
                                             number_in(language_, each.ranked)}));
    }
    page_.set("ranking", true);
    page_.set("rows", rows);
    if (results.runoff && results.runoff->winner) set_runoff(*results.runoff);
    if (!results.runoff && results.voters > 0) page_.set("no_runoff", true);
  }

 private:
  // Shares of which a voter may be in several.
  static std::vector<unsigned> tenths_of(const std::vector<std::uint64_t>& counts, std::uint64_t whole) {
    std::vector<unsigned> tenths;
    for (const std::uint64_t count : counts) {
      const double share = whole == 0 ? 0 : static_cast<double>(count) / static_cast<double>(whole);
      tenths.push_back(static_cast<unsigned>(std::lround(share * 1000)));
    }
    return tenths;
  }

  std::string decimal(std::optional<double> number) const {
    return number ? decimal_in(language_, *number) : std::string(no_number);
  }

  void set_runoff(const poll::Runoff& runoff) const {
    const std::vector<poll::Option>& options = question_.options();
    mustache::data rounds = list();
    for (std::size_t i = 1; i <= runoff.rounds.size(); ++i) {
      rounds.push_back(mustache::data("number", std::to_string(i)));
    }
    mustache::data rows = list();
    for (std::size_t option = 0; option < options.size(); ++option) {
      Cells cells;
      for (const poll::RunoffRound& round : runoff.rounds) {
        const auto& count = round.counts[option];
        cells.push_back(count ? number_in(language_, *count) : std::string(no_number));
      }
      rows.push_back(row(options[option].label, cells));
    }
    Cells exhausted;
    for (const poll::RunoffRound& round : runoff.rounds) {
      exhausted.push_back(number_in(language_, round.exhausted));
    }
    if (runoff.rounds.back().exhausted > 0) page_.set("exhausted", row("", exhausted));
    page_.set("runoff", true);
    page_.set("rounds", rounds);
    page_.set("runoff_rows", rows);
    page_.set("winner", options[*runoff.winner].label);
  }

  mustache::data& page_;
  const poll::Question& question_;
  const std::string_view language_;
};

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

void set_state(mustache::data& page, const poll::ManagedPoll& poll, bool has_voted) {
  const bool is_over = poll.state == poll::PollState::closed || poll.state == poll::PollState::archived;
  const bool is_draft = poll.state == poll::PollState::draft;
  const bool shown = are_shown(poll, has_voted);
  const bool never = poll.content.policies.results == poll::ResultsPolicy::hidden;
  const bool after_vote = poll.content.policies.results == poll::ResultsPolicy::after_vote;
  page.set("draft", is_draft);
  page.set("open", poll.state == poll::PollState::open && shown);
  page.set("final", is_over && shown);
  page.set("hidden", !is_draft && !shown && never);
  page.set("after_vote", !is_draft && !shown && after_vote);
  page.set("later", !is_draft && !shown && !never && !after_vote);
}

}  // namespace

PollResultPage::PollResultPage(Options options, ManagedResults& results)
    : options_(std::move(options)), results_(results) {
  for (const http::Translated& each : options_.page_template) {
    number_in(each.language, 0);  // a new language without a form is noticed when the program starts
    languages_.push_back(each.language);
  }
}

void PollResultPage::add_routes(http::Router& router) {
  router.on_each(
      http::Method::get, "/r/*",
      [this](const auto& request, const auto& reply, const auto& parts) { show(request, reply, parts[0]); });
  router.on_each(http::Method::get, "/r/*/vote",
                 [this](const auto& request, const auto& reply, const auto& parts) {
                   redirect_to_vote(request, reply, parts[0]);
                 });
  router.on_each(http::Method::get, "/r/*/logo/*",
                 [this](const auto& request, const auto& reply, const auto& parts) {
                   show_logo(request, reply, parts);
                 });
}

void PollResultPage::show(const http::Request& request, const http::Reply& reply, std::string_view code) {
  const Reader reader{.language = http::preferred_language(request.header("Accept-Language"), languages_),
                      .presenting = is_presenting(request),
                      .pass = ManagedResults::pass_in(request)};
  results_.find(code, reply, [this, reply, request = request, reader](const ResultsNow& now, const auto&) {
    if (!now.poll) return reply(http::text(404, "This poll does not exist."));
    Reader checked = reader;
    if (!results_.is_valid(reader.pass, now)) checked.pass.clear();
    std::string page = render(now, checked);
    const std::string etag = http::entity_tag_of(page);
    http::Response response = http::html(200, std::move(page));
    if (http::is_not_modified(request, etag)) response = {.status = 304};
    response.set("ETag", etag);
    response.set("Cache-Control", "no-cache");
    response.set("Content-Language", std::string(languages_[reader.language]));
    response.set("Vary", "Accept-Language");
    reply(std::move(response));
  });
}

void PollResultPage::show_logo(const http::Request& request, const http::Reply& reply,
                               const http::Segments& parts) {
  results_.find(parts[0], reply,
                [reply, request = request, hash = std::string(parts[1])](const ResultsNow& now, const auto&) {
                  const poll::Logo* const logo = now.poll ? poll::shown_logo(*now.poll) : nullptr;
                  if (logo == nullptr || logo->hash != hash || !logo->image)
                    return reply(http::no_such_image());
                  reply(http::stored_image(request, media_type(logo->format.type), hash, logo->image));
                });
}

void PollResultPage::redirect_to_vote(const http::Request& request, const http::Reply& reply,
                                      std::string_view code) const {
  const auto parsed = poll::PollCode::parse(code);
  if (!parsed) return reply(http::text(404, "This poll does not exist."));
  const std::string address = vote_address(options_.addresses, vote_port_, request);
  if (address.empty()) {
    return reply(http::text(404, "The address of the vote page is unknown. Set --public-url.\n"));
  }
  const std::string target = address + "p/" + parsed->text();
  http::Response response = http::text(302, "Vote at " + target + "\n");
  response.set("Location", target);
  reply(std::move(response));
}

std::string PollResultPage::render(const ResultsNow& now, const Reader& reader) const {
  const bool has_voted = !reader.pass.empty();
  const poll::ManagedPoll& poll = *now.poll;
  const poll::Question& question = poll.content.question;
  const std::string_view spoken = languages_[reader.language];
  mustache::data page;
  page.set("code", poll.code.text());
  page.set("now", public_results_json(now, has_voted));
  if (has_voted) page.set("pass", reader.pass);
  page.set("presenting", reader.presenting);
  set_theme(page, poll.content.theme);
  set_logo(page, poll);
  if (poll.state != poll::PollState::draft) page.set("title", question.text());
  set_state(page, poll, has_voted);
  const ShownResults shown = shown_results(now, has_voted);
  if (shown.voters) page.set("voters", number_in(spoken, *shown.voters));
  if (shown.results) std::visit(Tables(page, question, spoken), *shown.results);
  const std::uint16_t vote_port = vote_port_;
  if (options_.addresses.vote) {
    page.set("vote_url", options_.addresses.vote->text());
  } else if (vote_port != 0) {
    page.set("vote_port", std::to_string(vote_port));
  }
  page.set("votable", options_.addresses.vote.has_value() || vote_port != 0);
  if (options_.addresses.result) page.set("public_url", options_.addresses.result->text());
  mustache::mustache page_template{std::string(options_.page_template[reader.language].text)};
  return page_template.render(page);
}

}  // namespace pollux::result
