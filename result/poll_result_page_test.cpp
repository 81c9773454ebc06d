#include "result/poll_result_page.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "directory/in_process_poll_directory.hpp"
#include "feed/in_process_tally_feed.hpp"
#include "http/testing/test_request.hpp"
#include "result/testing/managed_polls.hpp"

namespace pollux::result {
namespace {

using poll::PollState;
using poll::ResultsPolicy;
using testing::HasSubstr;
using testing::Not;

constexpr http::Translated page_templates[] = {
    {"en",
     "{{title}}{{^title}}?{{/title}}|{{#draft}}draft{{/draft}}{{#open}}open{{/open}}{{#final}}final{{/final}}"
     "{{#hidden}}hidden{{/hidden}}{{#later}}later{{/later}}{{#after_vote}}after "
     "vote{{/after_vote}}|{{voters}}|"
     "{{#rows}}{{label}}:{{#cells}} {{text}}{{/cells}};{{/rows}}"
     "{{#scale}}mean {{mean}} median {{median}} skipped {{skipped}}{{/scale}}"
     "{{#runoff}}{{#rounds}}#{{number}}{{/rounds}}{{#runoff_rows}} {{label}}{{#cells}} {{text}}{{/cells}}"
     "{{/runoff_rows}}{{#exhausted}} without{{#cells}} {{text}}{{/cells}}{{/exhausted}} won by "
     "{{winner}}{{/runoff}}{{#no_runoff}}too "
     "many{{/no_runoff}}|{{#presenting}}big{{/presenting}}"},
    {"de", "{{#rows}}{{#cells}} {{text}}{{/cells}};{{/rows}}{{mean}}"},
    {"fr",
     "{{#accent}}{{accent}}.css{{/accent}} {{#scheme}}{{scheme}}{{/scheme}}"
     "{{#logo}}{{hash}} {{width}}x{{height}} {{alt}}{{/logo}}"}};

class PollResultPageTest : public testing::Test {
 protected:
  // Without running threads everything happens at once, and nothing is pushed.
  void publish(const poll::ManagedPoll& poll, const std::vector<std::string>& votes) {
    directory_.publish(poll).value();
    results_.find(poll.code.text(), http::Reply(std::make_shared<http::TestAnswer>()),
                  [](const ResultsNow&, const LiveResults&) {});
    feed_.update(tally_of(poll, votes));
  }

  std::string page(const ResultsNow& now, std::size_t language = 0) const {
    return page_.render(now, {.language = language});
  }

  std::shared_ptr<http::TestAnswer> get(std::string_view path,
                                        std::vector<std::pair<std::string, std::string>> fields = {},
                                        std::string_view query = "") {
    http::Router router;
    page_.add_routes(router);
    http::TestRequest sent(std::move(fields));
    sent.request.path = path;
    sent.request.query = query;
    auto slot = std::make_shared<http::TestAnswer>();
    router(sent.request, http::Reply(slot));
    return slot;
  }

  directory::InProcessPollDirectory directory_;
  feed::TallyFanOut feed_;
  telemetry::Metrics metrics_;
  IoThreads threads_{1};
  socketio::Server sockets_{threads_, {}};
  const std::vector<std::uint8_t> key_ = std::vector<std::uint8_t>(32, 7);
  const std::shared_ptr<const poll::ResultsPass> passes_ = std::make_shared<const poll::ResultsPass>(key_);
  ManagedResults results_{threads_, directory_, feed_, Push(threads_, sockets_, ResultMetrics(metrics_), {}),
                          passes_,  {}};
  PollResultPage page_{{.page_template = page_templates, .addresses = {}}, results_};
};

TEST_F(PollResultPageTest, HasATableOfEachKind) {
  EXPECT_EQ(page(results_now(open_poll(), {"a", "b", "a"})),
            "Tea or coffee?|open|3|Tea: 2 66.7%;Coffee: 1 33.3%;|");
  EXPECT_EQ(page(results_now(open_poll(which_days), {"+a+c", "+a", "+"})),
            "Which days?|open|3|Monday: 2 66.7%;Tuesday: 0 0.0%;Friday: 1 33.3%;|");
  EXPECT_EQ(page(results_now(open_poll(how_was_it), {"4", "5", "skip"})),
            "How was it?|open|3|1 – Poor: 0 0.0%;2: 0 0.0%;3: 0 0.0%;4: 1 50.0%;5 – Great: 1 50.0%;"
            "mean 4.50 median 4.50 skipped 1|");
  EXPECT_EQ(page(results_now(open_poll(in_which_order), {">a>b", ">b", ">c>b", ">b>c", ">a"})),
            "In which order?|open|5|Red: 4 1.00 2;Green: 6 1.50 4;Blue: 3 1.50 2;"
            "#1#2 Red 2 2 Green 2 3 Blue 1 – won by Green|");
  EXPECT_THAT(page(results_now(open_poll(in_which_order), {">a", ">a", ">a", ">b", ">b", ">c"})),
              HasSubstr("#1#2 Red 3 3 Green 2 2 Blue 1 – without 0 1 won by Red|"));
  EXPECT_THAT(page(results_now(open_poll(how_was_it), {})), HasSubstr("mean – median –"));
}

TEST_F(PollResultPageTest, SaysWhyARankingHasNoRunOff) {
  const poll::ManagedPoll poll = open_poll(in_which_order);
  poll::Tally tally = tally_of(poll, {">a>b", ">b"});
  // As a reader returns it if there are too many different rankings.
  tally.counts.erase(poll::Selection::parse(">a>b").value());
  tally.omitted_keys = 1;
  ResultsNow now = results_now(poll, {});
  now.tally = std::make_shared<const poll::Tally>(tally);
  EXPECT_THAT(page(now), HasSubstr("too many|"));
  EXPECT_THAT(page(results_now(poll, {})), Not(HasSubstr("too many")));
}

TEST_F(PollResultPageTest, LooksAsThePollDemands) {
  poll::ManagedPoll poll = open_poll();
  EXPECT_EQ(page(results_now(poll, {}), 2), " ");
  poll.content.theme = {.accent = parse_color("#0b7267"), .scheme = poll::ColorScheme::light};
  EXPECT_EQ(page(results_now(poll, {}), 2), "0b7267.css light");
}

TEST_F(PollResultPageTest, HasTheLogoOfAPollThatWasOpened) {
  poll::ManagedPoll poll = open_poll();
  poll.content.theme.logo = {.hash = "0a1b",
                             .format = {.type = poll::LogoType::png, .width = 320, .height = 96},
                             .alternative = "A & B"};
  EXPECT_EQ(page(results_now(poll, {}), 2), " 0a1b 320x96 A &amp; B");
  poll.state = poll::PollState::draft;
  EXPECT_EQ(page(results_now(poll, {}), 2), " ");
}

TEST_F(PollResultPageTest, IsInTheReadersLanguage) {
  EXPECT_EQ(page(results_now(open_poll(how_was_it), {"4", "5"}), 1),
            " 0 0,0\u00a0%; 0 0,0\u00a0%; 0 0,0\u00a0%; 1 50,0\u00a0%; 1 50,0\u00a0%;4,50");
  publish(open_poll(), {});
  EXPECT_EQ(get("/r/K7MXQ4", {{"Accept-Language", "de-AT"}})->header("Content-Language"), "de");
}

TEST_F(PollResultPageTest, HasNoHiddenNumber) {
  const auto with = [&](PollState state, ResultsPolicy policy) {
    return page(results_now(with_state(with_policy(open_poll(), policy), state), {"a", "b", "a"}));
  };
  EXPECT_EQ(with(PollState::draft, ResultsPolicy::live), "?|draft|||");
  EXPECT_EQ(with(PollState::open, ResultsPolicy::after_close), "Tea or coffee?|later|3||");
  EXPECT_EQ(with(PollState::open, ResultsPolicy::after_vote), "Tea or coffee?|after vote|3||");
  EXPECT_EQ(with(PollState::closed, ResultsPolicy::after_close),
            "Tea or coffee?|final|3|Tea: 2 66.7%;Coffee: 1 33.3%;|");
  EXPECT_EQ(with(PollState::open, ResultsPolicy::hidden), "Tea or coffee?|hidden|||");
  EXPECT_EQ(with(PollState::archived, ResultsPolicy::hidden), "Tea or coffee?|hidden|||");
}

TEST_F(PollResultPageTest, IsAnsweredByCode) {
  publish(open_poll(), {"a"});
  EXPECT_EQ(get("/r/K7MXQ4")->answer->status, 200U);
  EXPECT_EQ(get("/r/k7m-xq4")->body(), get("/r/K7MXQ4")->body());
  EXPECT_EQ(get("/r/K7MXQ6")->answer->status, 404U);
  EXPECT_EQ(get("/r/nonsense")->answer->status, 404U);
  EXPECT_THAT(get("/r/K7MXQ4", {}, "present")->body(), HasSubstr("|big"));
}

TEST_F(PollResultPageTest, IsSentAgainOnlyIfItChanged) {
  publish(open_poll(), {"a"});
  const std::string etag = get("/r/K7MXQ4")->header("ETag");
  EXPECT_EQ(get("/r/K7MXQ4", {{"If-None-Match", etag}})->answer->status, 304U);
  publish(open_poll(), {"a", "b"});
  EXPECT_EQ(get("/r/K7MXQ4", {{"If-None-Match", etag}})->answer->status, 200U);
}

TEST_F(PollResultPageTest, ShowsWhatVotersMaySeeToThoseWithAPass) {
  const poll::ManagedPoll poll = with_policy(open_poll(), ResultsPolicy::after_vote);
  publish(poll, {"a", "b", "a"});
  const std::string pass = "pass=" + passes_->of(run_id(poll));
  EXPECT_THAT(get("/r/K7MXQ4", {}, pass)->body(), HasSubstr("|open|3|Tea: 2 66.7%"));
  EXPECT_THAT(get("/r/K7MXQ4")->body(), HasSubstr("|after vote|3||"));
  EXPECT_THAT(get("/r/K7MXQ4", {}, "pass=" + std::string(32, '0'))->body(), HasSubstr("|after vote|3||"));
  poll::ManagedPoll next = with_state(poll, PollState::open);
  next.run = 2;
  EXPECT_FALSE(results_.is_valid(passes_->of(run_id(poll)), results_now(next, {"b"}))) << "of the run before";
  EXPECT_TRUE(results_.is_valid(passes_->of(run_id(next)), results_now(next, {"b"})));
}

TEST_F(PollResultPageTest, RedirectsToTheVotePageOfThePoll) {
  EXPECT_EQ(get("/r/k7mxq4/vote", {{"Host", "h:8081"}})->answer->status, 404U) << "its address is unknown";
  page_.set_vote_port(8080);
  EXPECT_EQ(get("/r/k7mxq4/vote", {{"Host", "h:8081"}})->header("Location"), "http://h:8080/p/K7MXQ4");
  EXPECT_EQ(get("/r/nonsense/vote", {{"Host", "h:8081"}})->answer->status, 404U);
}

}  // namespace
}  // namespace pollux::result
