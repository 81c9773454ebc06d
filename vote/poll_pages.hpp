// The pages of the polls that people make: /p/CODE in each state of the poll, and /join, where its code is
// typed. The pages of the poll of the settings are in vote_pages.hpp.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/negotiation.hpp"
#include "poll/managed_poll.hpp"
#include "poll/vote.hpp"
#include "vote/page_cache.hpp"

namespace pollux::vote {

struct PollPageContext {
  // Mustache, both in the same languages, at least one. libs/web/README.md lists the names they may use.
  std::span<const http::Translated> poll_template;
  std::span<const http::Translated> join_template;
  // Whether GET /api/results/CODE, relative to the root of the site, answers here: after a vote, pages with a
  // button for each option show the results in them while everyone may see these.
  bool has_results = false;
};

// What the page says about the vote that it answers. All but the first two say that it was not counted.
enum class VoteNotice {
  none,
  accepted,
  other_run,      // the form was of another run, whose question may have been another one
  not_open,       // the poll is a draft
  closed,         // or archived
  invalid,        // the values are no answer to the question
  already_voted,  // the voter has voted, and votes can't be changed
  no_cookie       // the vote came without the cookie that it needs
};

// Views must stay valid during the call.
struct PollVisit {
  const poll::ManagedPoll& poll;
  std::string_view voter{};                    // the form carries it as it is: Sender::form_token()
  std::optional<poll::Selection> selection{};  // the voter's vote in this run, as far as it is known
  VoteNotice notice = VoteNotice::none;        // newer than `poll`: after `closed` the page has no form
  std::span<const std::string_view>
      entered{};                   // after `invalid`: the form's values, for the voter to correct
  bool without_cookie = false;     // the browser did not keep the cookie
  poll::PollTime now{};            // a draft does not announce an opening before it
  std::string_view results_url{};  // of /r/CODE; the page has the link while the voter may see the results
};

enum class JoinError {
  none,
  malformed,  // what was typed is no code
  unknown     // no poll has this code
};

struct JoinVisit {
  std::string_view root = "./";  // the relative path from the request to the root of the site
  std::string_view typed{};      // any bytes; what is no plain text, or too long for a code, is not repeated
  JoinError error = JoinError::none;
};

// Any thread. A page is rendered when it is asked for first, and kept for a while: rendering takes up to a
// millisecond, and an audience opens a page within seconds. Addresses on the page of a poll are relative to
// /p/, those of the page to join to `root`.
class PollPages {
 public:
  // In one language.
  class Translation {
   public:
    Translation(const PollPageContext& context, std::size_t index);

    std::string_view language() const { return language_; }

    // A selection that is none of the poll's question is ignored.
    http::Body poll(const PollVisit& visit) const;
    std::string join(const JoinVisit& visit) const;

   private:
    std::string render(const PollVisit& visit) const;  // with gaps for the voter

    std::string_view language_;
    std::string poll_template_;
    std::string join_template_;
    bool has_results_;
    std::unique_ptr<PageCache> pages_;
  };

  // Throws std::logic_error if there is no template or a broken one: both are part of the program.
  explicit PollPages(const PollPageContext& context);

  // In the language that the Accept-Language field prefers.
  const Translation& in(std::string_view accepted_languages) const;

 private:
  std::vector<std::string_view> languages_;
  std::vector<Translation> translations_;
};

}  // namespace pollux::vote
