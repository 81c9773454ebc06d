// The pages of one poll, rendered once. What differs between requests is the reader's language, the
// selection, whether the browser keeps cookies, and the voter's token in the form.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/negotiation.hpp"
#include "http/response.hpp"
#include "poll/poll.hpp"
#include "vote/page_text.hpp"

namespace pollux::vote {

struct PageContext {
  // Mustache, at least one language. libs/web/README.md lists the names it may use.
  std::span<const http::Translated> page_template;
  std::string host_name;      // "Processed by": distinguishes replicas; empty: not shown
  std::string results_url{};  // the target of "See the results", relative or not; empty: no link
  std::string public_url{};   // the page's public address; empty: not set
  std::string tally_url{};    // the tally to show after a vote, relative to the page; empty: none is shown
};

// Immutable after construction; any thread.
class VotePages {
 public:
  // In one language.
  class Translation {
   public:
    Translation(const poll::Poll& poll, const PageContext& context, const http::Translated& page_template);

    std::string_view language() const { return language_; }

    // `voter` is the token that the form carries (Sender::form_token()), `selection` one of the poll's.
    http::Body unvoted(std::string_view voter) const { return unvoted_.filled(voter); }
    http::Body voted(const poll::Selection& selection, std::string_view voter) const {
      return voted_.at(selection).filled(voter);
    }
    // The same for a browser that did not keep the cookie: only the form knows the voter.
    http::Body voted_without_cookie(const poll::Selection& selection, std::string_view voter) const {
      return cookieless_.at(selection).filled(voter);
    }
    // For a form of another poll, whose question is no longer asked.
    http::Body changed(std::string_view voter) const { return changed_.filled(voter); }

   private:
    std::string_view language_;
    PageText unvoted_;
    PageText changed_;
    std::map<poll::Selection, PageText> voted_;
    std::map<poll::Selection, PageText> cookieless_;
  };

  VotePages(const poll::Poll& poll, const PageContext& context);

  // In the language that the Accept-Language field prefers.
  const Translation& in(std::string_view accepted_languages) const;

 private:
  std::vector<std::string_view> languages_;
  std::vector<Translation> translations_;
};

}  // namespace pollux::vote
