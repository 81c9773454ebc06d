#include "vote/vote_pages.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace pollux::vote {
namespace {

Poll poll_of(const std::vector<std::string>& labels) {
  return Poll::create(PollId::parse("default").value(), "Which?", labels).value();
}

std::string text(const http::Body& body) {
  return std::string(body.view());
}

TEST(VotePages, ShowTheOptionsAndTheOneThatWasChosen) {
  const VotePages pages(
      poll_of({"Cats", "Dogs"}),
      {.page_template = "{{title}}{{#options}} {{id}}={{label}}{{#chosen}}!{{/chosen}}{{/options}}"
                        "{{#voted}} for {{chosen_label}}{{/voted}} by {{hostname}}",
       .host_name = "front-1",
       .results_url = ""});
  EXPECT_EQ(text(pages.unvoted()), "Which? a=Cats b=Dogs by front-1");
  EXPECT_EQ(text(pages.voted(Selection::parse("b").value())), "Which? a=Cats b=Dogs! for Dogs by front-1");
}

TEST(VotePages, LinkToTheResultsWhereTheyAreKnown) {
  const std::string_view page_template = "{{#results_url}}<a href=\"{{results_url}}\">{{/results_url}}";
  const Poll poll = poll_of({"Cats", "Dogs"});
  EXPECT_EQ(text(VotePages(poll, {page_template, "h", "http://results/?a=1&b=2"}).unvoted()),
            "<a href=\"http://results/?a=1&amp;b=2\">");
  EXPECT_EQ(text(VotePages(poll, {page_template, "h", ""}).unvoted()), "");
}

TEST(VotePages, EscapeLabels) {
  const VotePages pages(poll_of({"<script>alert(1)</script>", "\"&'"}),
                        {"{{#options}}<b title=\"{{label}}\">{{/options}}", "h", ""});
  EXPECT_EQ(text(pages.unvoted()),
            "<b title=\"&lt;script&gt;alert(1)&lt;/script&gt;\"><b title=\"&quot;&amp;&apos;\">");
}

TEST(VotePages, RefuseABrokenTemplate) {
  EXPECT_THROW(VotePages(poll_of({"Cats", "Dogs"}), {"{{#options}}", "h", ""}), std::logic_error);
}

}  // namespace
}  // namespace pollux::vote
