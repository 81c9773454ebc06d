// The pages of one poll, rendered once: all that they depend on in a request is the reader's language, the
// option that was chosen, and whether the browser keeps cookies.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/languages.hpp"
#include "http/response.hpp"
#include "poll/poll.hpp"

namespace pollux::vote {

struct PageContext {
  std::span<const http::Translated>
      page_template;        // Mustache, at least one language; web/README.md says which names it may use
  std::string host_name;    // "Processed by": tells replicas apart
  std::string results_url;  // where "See the results" leads; empty: no link
};

// Immutable after construction; any thread.
class VotePages {
 public:
  // In one language.
  class Translation {
   public:
    Translation(const Poll& poll, const PageContext& context, const http::Translated& page_template);

    std::string_view language() const { return language_; }
    http::Body unvoted() const { return unvoted_; }
    // `selection` is one of the poll's.
    http::Body voted(const Selection& selection) const { return voted_.at(selection); }
    // The same for a browser that sent no cookie, whose voter will be somebody else the next time.
    http::Body voted_without_cookie(const Selection& selection) const { return cookieless_.at(selection); }

   private:
    using Page = std::shared_ptr<const std::string>;

    std::string_view language_;
    Page unvoted_;
    std::map<Selection, Page> voted_;
    std::map<Selection, Page> cookieless_;
  };

  VotePages(const Poll& poll, const PageContext& context);

  // In the language that an Accept-Language field likes most.
  const Translation& in(std::string_view accepted_languages) const;

 private:
  std::vector<std::string_view> languages_;
  std::vector<Translation> translations_;
};

}  // namespace pollux::vote
