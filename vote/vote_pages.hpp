// The pages of one poll, rendered once: nothing on them depends on the request but the option that was just
// chosen.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "http/response.hpp"
#include "poll/poll.hpp"

namespace pollux::vote {

struct PageContext {
  std::string_view page_template;  // Mustache; web/vote/ says which names it may use
  std::string host_name;           // "Processed by": tells replicas apart
  std::string results_url;         // where "See the results" leads; empty: no link
};

// Immutable after construction; any thread.
class VotePages {
 public:
  VotePages(const Poll& poll, const PageContext& context);

  http::Body unvoted() const { return unvoted_; }
  // `selection` is one of the poll's.
  http::Body voted(const Selection& selection) const { return voted_.at(selection); }

 private:
  using Page = std::shared_ptr<const std::string>;

  Page unvoted_;
  std::map<Selection, Page> voted_;
};

}  // namespace pollux::vote
