#include "vote/poll_pages.hpp"

#include <chrono>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "poll/question_json.hpp"

namespace pollux::vote {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using namespace std::chrono_literals;

constexpr poll::PollTime noon = std::chrono::sys_days(2026y / 11 / 27) + 12h;

constexpr const char* lunch = R"({"kind":"single","text":"Lunch?","options":["Noodles","Pizza"]})";
constexpr const char* toppings =
    R"({"kind":"multiple","text":"Toppings?","options":["Ham","Corn","Kale"],"min":1,"max":2})";
constexpr const char* stars =
    R"({"kind":"scale","text":"How was it?","size":3,"low":"Bad","high":"Good","skippable":true})";
constexpr const char* order = R"({"kind":"ranking","text":"Where to?","options":["Rome","Oslo"],"min":1})";

poll::ManagedPoll open_poll(const char* question, poll::PollPolicies policies = {}) {
  poll::PollContent content{
      .title = "T", .question = poll::parse_question_json(question).value(), .policies = policies};
  const poll::ManagedPoll draft = poll::new_poll(poll::PollId::parse("0a1b").value(),
                                                 poll::PollCode::parse("K7MXQ3").value(), content, noon);
  return poll::changed(draft, poll::PollAction::open, noon).value();
}

poll::Selection chosen(std::string_view text) {
  return poll::Selection::parse(text).value();
}

// A page of one language, for one visit.
std::string page_of(std::string_view poll_template, const PollVisit& visit) {
  const http::Translated polls[] = {{"en", poll_template}};
  const http::Translated joins[] = {{"en", ""}};
  return std::string(PollPages({.poll_template = polls, .join_template = joins}).in("").poll(visit).view());
}

std::string join_page(std::string_view join_template, const JoinVisit& visit) {
  const http::Translated polls[] = {{"en", ""}};
  const http::Translated joins[] = {{"en", join_template}};
  return PollPages({.poll_template = polls, .join_template = joins}).in("").join(visit);
}

TEST(PollPages, IdentifyThePollItsRunAndTheVoter) {
  const poll::ManagedPoll poll = open_poll(lunch);
  EXPECT_EQ(page_of("{{code}} {{poll}} {{state}} {{revision}} {{voter}} {{title}}",
                    {.poll = poll, .voter = "me.signed"}),
            "K7MXQ3 0a1b open 2 me.signed Lunch?");
}

TEST(PollPages, LookAsThePollDemands) {
  constexpr auto page = "{{#accent}}{{accent}}.css{{/accent}} {{#scheme}}{{scheme}}{{/scheme}}";
  poll::ManagedPoll poll = open_poll(lunch);
  EXPECT_EQ(page_of(page, {.poll = poll}), " ");
  poll.content.theme = {.accent = parse_color("#0b7267"), .scheme = poll::ColorScheme::dark};
  EXPECT_EQ(page_of(page, {.poll = poll}), "0b7267.css dark");
  poll.state = poll::PollState::draft;
  EXPECT_EQ(page_of(page, {.poll = poll}), "0b7267.css dark") << "before the question is shown, too";
  poll.content.theme = {.scheme = poll::ColorScheme::light};
  EXPECT_EQ(page_of(page, {.poll = poll}), " light");
}

TEST(PollPages, HaveTheLogoOfAPollThatWasOpened) {
  constexpr auto page = "{{code}} {{#logo}}{{hash}} {{width}}x{{height}} {{alt}}{{/logo}}";
  poll::ManagedPoll poll = open_poll(lunch);
  EXPECT_EQ(page_of(page, {.poll = poll}), "K7MXQ3 ");
  poll.content.theme.logo = {.hash = "0a1b",
                             .format = {.type = poll::LogoType::png, .width = 320, .height = 96},
                             .alternative = "A & B"};
  EXPECT_EQ(page_of(page, {.poll = poll}), "K7MXQ3 0a1b 320x96 A &amp; B");
  poll.state = poll::PollState::draft;
  EXPECT_EQ(page_of(page, {.poll = poll}), "K7MXQ3 ");
}

TEST(PollPages, HaveAButtonForEachOptionIfOneTapIsTheVote) {
  constexpr auto page =
      "{{#cards}}{{#options}}{{id}}={{label}}{{#chosen}}!{{/chosen}} "
      "{{/options}}{{/cards}}{{#sends}}send{{/sends}}";
  const poll::ManagedPoll poll = open_poll(lunch);
  EXPECT_EQ(page_of(page, {.poll = poll}), "a=Noodles b=Pizza ");
  EXPECT_EQ(page_of(page, {.poll = poll, .selection = chosen("b")}), "a=Noodles b=Pizza! ");
}

TEST(PollPages, AskForConfirmationIfTheVoteIsFinal) {
  constexpr auto page =
      "{{#cards}}cards{{/cards}}{{#checks}}{{type}} {{/checks}}{{#taps}}taps{{/taps}}{{#sends}}send{{/sends}}"
      "{{#can_change}} can change{{/can_change}}";
  for (const char* question : {lunch, stars}) {
    const poll::ManagedPoll poll = open_poll(question, {.change = poll::ChangePolicy::never});
    EXPECT_THAT(page_of(page, {.poll = poll}), testing::EndsWith("send"));
    EXPECT_EQ(
        page_of("{{#form}}form{{/form}}", {.poll = poll, .selection = chosen(question == lunch ? "a" : "2")}),
        "");
    EXPECT_EQ(page_of("{{#form}}form{{/form}}", {.poll = poll, .notice = VoteNotice::already_voted}), "");
  }
}

TEST(PollPages, SayHowManyOptionsMayBeChosen) {
  const auto hint = [](const std::string& limits) {
    const std::string question =
        R"({"kind":"multiple","text":"Which?","options":["Ham","Corn","Kale","Tuna"],)" + limits + "}";
    const poll::ManagedPoll poll = open_poll(question.c_str());
    return page_of(
        "{{#choose_exactly}}exactly {{max}}{{/choose_exactly}}{{#choose_any}}any{{/choose_any}}"
        "{{#choose_any_up_to}}0 to {{max}}{{/choose_any_up_to}}{{#choose_some}}some{{/choose_some}}"
        "{{#choose_at_least}}at least {{min}}{{/choose_at_least}}{{#choose_up_to}}up to "
        "{{max}}{{/choose_up_to}}"
        "{{#choose_between}}{{min}} to {{max}}{{/choose_between}}",
        {.poll = poll});
  };
  EXPECT_EQ(hint(R"("min":2,"max":2)"), "exactly 2");
  EXPECT_EQ(hint(R"("min":0,"max":4)"), "any");
  EXPECT_EQ(hint(R"("min":0,"max":3)"), "0 to 3");
  EXPECT_EQ(hint(R"("min":1,"max":4)"), "some");
  EXPECT_EQ(hint(R"("min":2,"max":4)"), "at least 2");
  EXPECT_EQ(hint(R"("min":1,"max":3)"), "up to 3");
  EXPECT_EQ(hint(R"("min":2,"max":3)"), "2 to 3");
}

TEST(PollPages, ShowTheAnswerOfEachKindInTheFormAndInWords) {
  constexpr auto page =
      "{{#options}}{{#chosen}}[{{label}}]{{/chosen}}{{/options}}"
      "{{#numbers}}{{#chosen}}[{{number}}]{{/chosen}}{{/numbers}}{{#skipped}}[skip]{{/skipped}}"
      "{{#ranks}}{{place}}{{#options}}{{#chosen}}[{{label}}]{{/chosen}}{{/options}}{{/ranks}}"
      " {{selection}} "
      "{{chosen_label}}{{#skip_chosen}}skipped{{/skip_chosen}}{{#none_chosen}}none{{/none_chosen}}";
  const auto shown = [&](const char* question, std::string_view selection) {
    const poll::ManagedPoll poll = open_poll(question);
    return page_of(page, {.poll = poll, .selection = chosen(selection)});
  };
  EXPECT_EQ(shown(lunch, "b"), "[Pizza] b Pizza");
  EXPECT_EQ(shown(toppings, "+a+c"), "[Ham][Kale] +a+c \u2068Ham\u2069, \u2068Kale\u2069");
  EXPECT_EQ(shown(stars, "3"), "[3] 3 3");
  EXPECT_EQ(shown(stars, "skip"), "[skip] skip skipped");
  EXPECT_EQ(shown(order, ">b"), "1[Oslo]2 &gt;b 1.\u00a0\u2068Oslo\u2069");
  EXPECT_EQ(shown(order, ">b>a"),
            "1[Oslo]2[Rome] &gt;b&gt;a 1.\u00a0\u2068Oslo\u2069, 2.\u00a0\u2068Rome\u2069");
  EXPECT_EQ(shown(R"({"kind":"multiple","text":"Any?","options":["Ham","Corn"],"min":0,"max":2})", "+"),
            " + none");
}

TEST(PollPages, SayWhereTheResultsAreOnlyIfEveryoneMaySeeThem) {
  const auto where = [](bool has_results, poll::ResultsPolicy results) {
    const poll::ManagedPoll poll = open_poll(lunch, {.results = results});
    const http::Translated polls[] = {{"en", "{{#tally_url}}{{tally_url}}{{/tally_url}}"}};
    const http::Translated joins[] = {{"en", ""}};
    const PollPages pages({.poll_template = polls, .join_template = joins, .has_results = has_results});
    return std::string(pages.in("").poll({.poll = poll, .selection = chosen("a")}).view());
  };
  EXPECT_EQ(where(true, poll::ResultsPolicy::live), "../api/results/K7MXQ3");
  EXPECT_EQ(where(true, poll::ResultsPolicy::after_vote), "");
  EXPECT_EQ(where(true, poll::ResultsPolicy::hidden), "");
  EXPECT_EQ(where(false, poll::ResultsPolicy::live), "");
}

TEST(PollPages, IgnoreASelectionOfAnotherQuestion) {
  const poll::ManagedPoll poll = open_poll(lunch);
  EXPECT_EQ(
      page_of("{{#voted}}voted{{/voted}}{{#form}}form{{/form}}", {.poll = poll, .selection = chosen("z")}),
      "form");
}

TEST(PollPages, KeepWhatWasEnteredIfItIsNoAnswer) {
  const poll::ManagedPoll poll = open_poll(toppings);
  const std::vector<std::string_view> entered{"a", "b", "c", "<script>"};
  EXPECT_EQ(page_of("{{#notice}}!{{/notice}}{{#invalid}}invalid "
                    "{{/invalid}}{{#options}}{{#chosen}}{{id}}{{/chosen}}{{/options}}",
                    {.poll = poll, .notice = VoteNotice::invalid, .entered = entered}),
            "!invalid abc");
}

TEST(PollPages, KeepTheQuestionToThemselvesUntilThePollOpens) {
  poll::ManagedPoll poll = open_poll(lunch);
  poll.state = poll::PollState::draft;
  poll.content.schedule.opens_at = noon + 90s;
  const std::string_view page =
      "{{title}}{{#options}}{{label}}{{/options}}{{#draft}}draft {{/draft}}{{#form}}form{{/form}}"
      "{{#opens_at}}{{utc}} {{time}}{{/opens_at}}{{#not_open}} early{{/not_open}}";
  EXPECT_EQ(page_of(page, {.poll = poll, .selection = chosen("a")}),
            "draft 2026-11-27T12:01:30Z 2026-11-27 12:01 UTC");
  EXPECT_EQ(page_of(page, {.poll = poll, .now = noon + 90s}), "draft ");
  // What the gate has answered is newer than the poll.
  EXPECT_THAT(page_of(page, {.poll = open_poll(lunch), .notice = VoteNotice::not_open}),
              StartsWith("draft  early"));
}

TEST(PollPages, DoNotKeepAnOpeningThatHasPassed) {
  poll::ManagedPoll poll = open_poll(lunch);
  poll.state = poll::PollState::draft;
  poll.content.schedule.opens_at = noon;
  const http::Translated polls[] = {{"en", "{{#opens_at}}at {{time}}{{/opens_at}}"}};
  const http::Translated joins[] = {{"en", ""}};
  const PollPages pages({.poll_template = polls, .join_template = joins});
  EXPECT_EQ(pages.in("").poll({.poll = poll, .now = noon - 1s}).view(), "at 2026-11-27 12:00 UTC");
  EXPECT_EQ(pages.in("").poll({.poll = poll, .now = noon}).view(), "");
}

TEST(PollPages, HaveNoFormOnceThePollIsClosed) {
  constexpr auto page =
      "{{title}} {{state}}{{#over}} over{{/over}}{{#form}} form{{/form}}{{#late}} late{{/late}} "
      "{{chosen_label}}";
  poll::ManagedPoll poll = open_poll(lunch);
  EXPECT_EQ(page_of(page, {.poll = poll, .notice = VoteNotice::closed}), "Lunch? closed over late ");
  poll.state = poll::PollState::closed;
  EXPECT_EQ(page_of(page, {.poll = poll, .selection = chosen("a")}), "Lunch? closed over Noodles");
  poll.state = poll::PollState::archived;
  EXPECT_EQ(page_of(page, {.poll = poll, .notice = VoteNotice::closed}), "Lunch? archived over late ");
}

TEST(PollPages, SayThatTheQuestionHasChanged) {
  const poll::ManagedPoll poll = open_poll(lunch);
  EXPECT_EQ(page_of("{{#notice}}{{#other_run}}changed{{/other_run}}{{/notice}}",
                    {.poll = poll, .notice = VoteNotice::other_run}),
            "changed");
  EXPECT_EQ(page_of("{{#notice}}notice{{/notice}}", {.poll = poll, .notice = VoteNotice::accepted}), "");
}

TEST(PollPages, LinkToTheResultsWhileTheVoterMaySeeThem) {
  using enum poll::ResultsPolicy;
  constexpr auto page =
      "{{#results_url}}{{results_url}}{{/results_url}}{{#results_after_vote}}after "
      "vote{{/results_after_vote}}"
      "{{#results_after_close}}after close{{/results_after_close}}";
  const auto shown = [&](poll::ResultsPolicy policy, poll::PollState state, bool voted) {
    poll::ManagedPoll poll = open_poll(lunch, {.results = policy});
    poll.state = state;
    return page_of(
        page,
        {.poll = poll, .selection = voted ? std::optional(chosen("a")) : std::nullopt, .results_url = "r"});
  };
  EXPECT_EQ(shown(live, poll::PollState::open, false), "r");
  EXPECT_EQ(shown(live, poll::PollState::draft, false), "");
  EXPECT_EQ(shown(after_vote, poll::PollState::open, false), "after vote");
  EXPECT_EQ(shown(after_vote, poll::PollState::open, true), "r");
  EXPECT_EQ(shown(after_close, poll::PollState::open, true), "after close");
  EXPECT_EQ(shown(after_close, poll::PollState::closed, false), "r");
  EXPECT_EQ(shown(hidden, poll::PollState::closed, true), "");
}

TEST(PollPages, EscapeWhatPeopleWrote) {
  const char* question =
      R"({"kind":"ranking","text":"<script>alert(1)</script>","options":["\"'&","</option><b>"],"min":1})";
  const poll::ManagedPoll poll = open_poll(question);
  const std::string page = page_of(
      "{{title}} {{#ranks}}{{#options}}{{label}}{{/options}}{{/ranks}} {{chosen_label}} "
      "{{results_url}}",
      {.poll = poll, .selection = chosen(">b"), .results_url = "r?a=1&b=\"2\""});
  EXPECT_THAT(page, Not(HasSubstr("<")));
  EXPECT_THAT(page, Not(HasSubstr("\"")));
  EXPECT_THAT(page, StartsWith("&lt;script&gt;alert(1)&lt;/script&gt; "));
  EXPECT_THAT(page, testing::EndsWith("r?a=1&amp;b=&quot;2&quot;"));
}

TEST(PollPages, EscapeTheLabelsOfAScale) {
  const poll::ManagedPoll poll = open_poll(
      R"({"kind":"scale","text":"<b>","size":2,"low":"<low>","high":"\"high\"","skippable":false})");
  EXPECT_EQ(page_of("{{#numbers}}{{number}}{{#is_low}} {{low}}{{/is_low}}{{#is_high}} {{high}}{{/is_high}} "
                    "{{/numbers}}",
                    {.poll = poll}),
            "1 &lt;low&gt; 2 &quot;high&quot; ");
}

TEST(PollPages, RepeatWhatWasTypedIfItCouldBeACode) {
  constexpr auto page =
      "{{root}}|{{#typed}}{{typed}}{{/typed}}|{{#malformed}}malformed "
      "{{alphabet}}{{/malformed}}{{#unknown}}unknown{{/unknown}}";
  EXPECT_EQ(join_page(page, {}), "./||");
  EXPECT_EQ(join_page(page, {.root = "../", .typed = "k7m-xq3", .error = JoinError::unknown}),
            "../|k7m-xq3|unknown");
  EXPECT_THAT(join_page(page, {.typed = "\"<b>", .error = JoinError::malformed}),
              StartsWith("./|&quot;&lt;b&gt;|malformed 34679"));
  EXPECT_THAT(join_page(page, {.typed = std::string(41, 'A'), .error = JoinError::malformed}),
              StartsWith("./||malformed"));
  EXPECT_THAT(join_page(page, {.typed = "a\xFF", .error = JoinError::malformed}),
              StartsWith("./||malformed"));
}

TEST(PollPages, AreThoseOfTheVisitAlsoIfOneLikeItWasRenderedBefore) {
  const http::Translated polls[] = {
      {"en",
       "{{title}} {{voter}}{{#voted}} voted {{chosen_label}}{{/voted}}{{#late}} late{{/late}}"
       "{{#without_cookie}} no cookie{{/without_cookie}} {{results_url}}"}};
  const http::Translated joins[] = {{"en", ""}};
  const PollPages pages({.poll_template = polls, .join_template = joins});
  const PollPages::Translation& in_english = pages.in("");
  poll::ManagedPoll poll = open_poll(lunch);
  for (int time = 0; time < 2; ++time) {
    EXPECT_EQ(in_english.poll({.poll = poll, .voter = "v1"}).view(), "Lunch? v1 ");
    EXPECT_EQ(in_english.poll({.poll = poll, .voter = "v2"}).view(), "Lunch? v2 ");
    EXPECT_EQ(in_english.poll({.poll = poll, .voter = "v", .selection = chosen("a")}).view(),
              "Lunch? v voted Noodles ");
    EXPECT_EQ(in_english.poll({.poll = poll, .voter = "v", .selection = chosen("b")}).view(),
              "Lunch? v voted Pizza ");
    EXPECT_EQ(in_english.poll({.poll = poll, .voter = "v", .notice = VoteNotice::closed}).view(),
              "Lunch? v late ");
    EXPECT_EQ(in_english.poll({.poll = poll, .voter = "v", .without_cookie = true}).view(),
              "Lunch? v no cookie ");
    EXPECT_EQ(in_english.poll({.poll = poll, .voter = "v", .results_url = "r"}).view(), "Lunch? v r");
  }
  poll.content.question = poll::parse_question_json(stars).value();
  ++poll.revision;
  EXPECT_EQ(in_english.poll({.poll = poll, .voter = "v"}).view(), "How was it? v ");
}

TEST(PollPages, AreInTheReadersLanguage) {
  const http::Translated polls[] = {{"en", "Poll"}, {"de", "Abstimmung"}};
  const http::Translated joins[] = {{"en", "Join"}, {"de", "Teilnehmen"}};
  const PollPages pages({.poll_template = polls, .join_template = joins});
  const poll::ManagedPoll poll = open_poll(lunch);
  EXPECT_EQ(pages.in("de-AT, en;q=0.5").poll({.poll = poll}).view(), "Abstimmung");
  EXPECT_EQ(pages.in("de").join({}), "Teilnehmen");
  EXPECT_EQ(pages.in("nl").language(), "en");
}

TEST(PollPages, RejectBrokenTemplates) {
  const http::Translated good[] = {{"en", ""}};
  const http::Translated broken[] = {{"en", "{{#form}}"}};
  EXPECT_THROW(PollPages({.poll_template = good, .join_template = broken}), std::logic_error);
  EXPECT_THROW(PollPages({.poll_template = broken, .join_template = good}), std::logic_error);
  EXPECT_THROW(PollPages({.poll_template = good, .join_template = {}}), std::logic_error);
}

}  // namespace
}  // namespace pollux::vote
