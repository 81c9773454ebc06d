#include "vote/vote_pages.hpp"

#include <stdexcept>

#include <kainjow/mustache.hpp>

namespace pollux::vote {
namespace {

namespace mustache = kainjow::mustache;

std::string render(const Poll& poll, const PageContext& context, const Option* chosen) {
  mustache::data options{mustache::data::type::list};
  for (const Option& option : poll.options()) {
    mustache::data entry;
    entry.set("id", option.id);
    entry.set("label", option.label);
    entry.set("chosen", &option == chosen);
    options.push_back(entry);
  }
  mustache::data page;
  page.set("title", poll.question());
  page.set("options", options);
  page.set("voted", chosen != nullptr);
  if (chosen != nullptr) page.set("chosen_label", chosen->label);
  page.set("hostname", context.host_name);
  if (!context.results_url.empty()) page.set("results_url", context.results_url);

  mustache::mustache page_template{std::string(context.page_template)};
  std::string rendered = page_template.render(page);
  // The template is part of the program, so a broken one is a broken build.
  if (!page_template.is_valid()) throw std::logic_error("The vote page: " + page_template.error_message());
  return rendered;
}

}  // namespace

VotePages::VotePages(const Poll& poll, const PageContext& context)
    : unvoted_(std::make_shared<const std::string>(render(poll, context, nullptr))) {
  for (const Option& option : poll.options()) {
    voted_.emplace(Selection::parse(option.id).value(),
                   std::make_shared<const std::string>(render(poll, context, &option)));
  }
}

}  // namespace pollux::vote
