#include "vote/vote_pages.hpp"

#include <stdexcept>

#include <kainjow/mustache.hpp>

#include "vote/page_template.hpp"

namespace pollux::vote {
namespace {

namespace mustache = kainjow::mustache;

struct Shown {
  const poll::Option* selected = nullptr;
  bool without_cookie = false;
  bool changed = false;
};

PageText render(const poll::Poll& poll, const PageContext& context, std::string_view page_text,
                const Shown& shown) {
  mustache::data options{mustache::data::type::list};
  for (const poll::Option& option : poll.options()) {
    mustache::data entry;
    entry.set("id", option.id);
    entry.set("label", option.label);
    entry.set("chosen", &option == shown.selected);
    if (const std::string length = length_of_label(option.label); length != "short") {
      entry.set("length", length);
    }
    options.push_back(entry);
  }
  mustache::data page;
  page.set("title", poll.question());
  page.set("title_length", length_of_question(poll.question()));
  if (!context.public_url.empty()) page.set("public_url", context.public_url);
  page.set("options", options);
  page.set("voted", shown.selected != nullptr);
  if (shown.selected != nullptr) page.set("chosen_label", shown.selected->label);
  page.set("without_cookie", shown.without_cookie);
  page.set("question_changed", shown.changed);
  page.set("poll", poll.id().text());
  page.set("voter", std::string(1, PageText::gap));
  if (!context.host_name.empty()) page.set("hostname", context.host_name);
  if (!context.tally_url.empty()) page.set("tally_url", context.tally_url);
  if (!context.results_url.empty()) page.set("results_url", context.results_url);

  return PageText(render_page(page_text, page));
}

}  // namespace

VotePages::Translation::Translation(const poll::Poll& poll, const PageContext& context,
                                    const http::Translated& page_template)
    : language_(page_template.language),
      unvoted_(render(poll, context, page_template.text, {})),
      changed_(render(poll, context, page_template.text, {.changed = true})) {
  for (const poll::Option& option : poll.options()) {
    const poll::Selection selection = poll::Selection::parse(option.id).value();
    voted_.emplace(selection, render(poll, context, page_template.text, {.selected = &option}));
    cookieless_.emplace(
        selection, render(poll, context, page_template.text, {.selected = &option, .without_cookie = true}));
  }
}

VotePages::VotePages(const poll::Poll& poll, const PageContext& context) {
  for (const http::Translated& each : context.page_template) {
    languages_.push_back(each.language);
    translations_.emplace_back(poll, context, each);
  }
  if (translations_.empty()) throw std::logic_error("The vote page has no template.");
}

const VotePages::Translation& VotePages::in(std::string_view accepted_languages) const {
  return translations_[http::preferred_language(accepted_languages, languages_)];
}

}  // namespace pollux::vote
