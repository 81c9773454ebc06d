#include "vote/vote_pages.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace pollux::vote {
namespace {

poll::Poll poll_with(const std::vector<std::string>& labels) {
  return poll::Poll::create(poll::PollId::parse("default").value(), "Which?", labels).value();
}

// The pages of one language.
VotePages pages_of(std::string_view page_template, const poll::Poll& poll, std::string results_url = "") {
  const http::Translated translations[] = {{"en", page_template}};
  return {poll,
          {.page_template = translations, .host_name = "front-1", .results_url = std::move(results_url)}};
}

poll::Selection selection(std::string_view id) {
  return poll::Selection::parse(id).value();
}

TEST(VotePages, ShowTheOptionsAndTheSelection) {
  const VotePages pages = pages_of(
      "{{title}}{{#options}} {{id}}={{label}}{{#chosen}}!{{/chosen}}{{/options}}"
      "{{#voted}} for {{chosen_label}}{{/voted}}{{#without_cookie}} once{{/without_cookie}} by {{hostname}}",
      poll_with({"Cats", "Dogs"}));
  EXPECT_EQ(pages.in("").unvoted("").view(), "Which? a=Cats b=Dogs by front-1");
  EXPECT_EQ(pages.in("").voted(selection("b"), "").view(), "Which? a=Cats b=Dogs! for Dogs by front-1");
  EXPECT_EQ(pages.in("").voted_without_cookie(selection("a"), "").view(),
            "Which? a=Cats! b=Dogs for Cats once by front-1");
}

TEST(VotePages, HaveTheLengthOfLongLabels) {
  const VotePages pages = pages_of("{{#options}}[{{#length}}{{length}}{{/length}}]{{/options}}",
                                   poll_with({"Cats", std::string(25, 'x'), std::string(61, 'x')}));
  EXPECT_EQ(pages.in("").unvoted("").view(), "[][medium][long]");
}

TEST(VotePages, ShowTheHostAndTheTallyOnlyIfTheyAreSet) {
  const http::Translated translations[] = {
      {"en", "{{#tally_url}}{{tally_url}}{{/tally_url}}|{{#hostname}}by {{hostname}}{{/hostname}}"}};
  const poll::Poll poll = poll_with({"Cats", "Dogs"});
  const VotePages none(poll, {.page_template = translations, .host_name = ""});
  EXPECT_EQ(none.in("").unvoted("").view(), "|");
  const VotePages both(poll,
                       {.page_template = translations, .host_name = "front-1", .tally_url = "api/tally"});
  EXPECT_EQ(both.in("").unvoted("").view(), "api/tally|by front-1");
}

TEST(VotePages, CarryTheVoterAndThePoll) {
  const VotePages pages =
      pages_of("{{voter}}@{{poll}}{{#question_changed}} changed{{/question_changed}} {{voter}}.",
               poll_with({"Cats", "Dogs"}));
  EXPECT_EQ(pages.in("").unvoted("v1").view(), "v1@default v1.");
  EXPECT_EQ(pages.in("").voted(selection("b"), "voter-2").view(), "voter-2@default voter-2.");
  EXPECT_EQ(pages.in("").voted_without_cookie(selection("b"), "").view(), "@default .");
  EXPECT_EQ(pages.in("").changed("v3").view(), "v3@default changed v3.");
}

TEST(VotePages, AreInTheReadersLanguage) {
  const http::Translated translations[] = {{"en", "Vote"}, {"de", "Abstimmen"}};
  const VotePages pages(poll_with({"Cats", "Dogs"}),
                        {.page_template = translations, .host_name = "h", .results_url = ""});
  EXPECT_EQ(pages.in("de-AT, en;q=0.5").unvoted("").view(), "Abstimmen");
  EXPECT_EQ(pages.in("de").voted(selection("a"), "").view(), "Abstimmen");
  EXPECT_EQ(pages.in("de").language(), "de");
  EXPECT_EQ(pages.in("nl").unvoted("").view(), "Vote");
}

TEST(VotePages, LinkToTheResultsIfTheirAddressIsSet) {
  const std::string_view page_template = "{{#results_url}}<a href=\"{{results_url}}\">{{/results_url}}";
  const poll::Poll poll = poll_with({"Cats", "Dogs"});
  EXPECT_EQ(pages_of(page_template, poll, "http://results/?a=1&b=2").in("").unvoted("").view(),
            "<a href=\"http://results/?a=1&amp;b=2\">");
  EXPECT_EQ(pages_of(page_template, poll).in("").unvoted("").view(), "");
}

TEST(VotePages, EscapeLabels) {
  const VotePages pages = pages_of("{{#options}}<b title=\"{{label}}\">{{/options}}",
                                   poll_with({"<script>alert(1)</script>", "\"&'"}));
  EXPECT_EQ(pages.in("").unvoted("").view(),
            "<b title=\"&lt;script&gt;alert(1)&lt;/script&gt;\"><b title=\"&quot;&amp;&apos;\">");
}

TEST(VotePages, RejectABrokenTemplate) {
  EXPECT_THROW(pages_of("{{#options}}", poll_with({"Cats", "Dogs"})), std::logic_error);
  EXPECT_THROW(VotePages(poll_with({"Cats", "Dogs"}), {}), std::logic_error);
}

}  // namespace
}  // namespace pollux::vote
