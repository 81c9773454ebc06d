#include "vote/poll_votes.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "directory/in_process_poll_directory.hpp"
#include "http/testing/test_request.hpp"
#include "poll/poll_run.hpp"
#include "poll/question_json.hpp"
#include "queue/in_process_vote_queue.hpp"
#include "tracing/testing/collected_spans.hpp"

namespace pollux::vote {
namespace {

using poll::PollAction;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using namespace std::chrono_literals;

constexpr poll::PollTime made_at = std::chrono::sys_days(2026y / 11 / 27) + 12h;
constexpr const char* single_choice = R"({"kind":"single","text":"Lunch?","options":["Noodles","Pizza"]})";

constexpr http::Translated poll_templates[] = {
    {"en",
     "{{title}} is {{state}}.{{#form}} Form of {{poll}} for {{voter}}.{{/form}}{{#voted}} You chose "
     "{{chosen_label}}.{{/voted}}{{#without_cookie}} No cookie.{{/without_cookie}}{{#late}} "
     "Late.{{/late}}{{#not_open}} Early.{{/not_open}}{{#other_run}} Changed.{{/other_run}}{{#invalid}} "
     "Invalid.{{/invalid}}{{#already_voted}} Once.{{/already_voted}}{{#results_url}} Results at "
     "{{results_url}}.{{/results_url}}"},
    {"de", "Auf Deutsch: {{title}}"}};
constexpr http::Translated join_templates[] = {
    {"en", "Join at {{root}}join.{{#malformed}} Malformed.{{/malformed}}{{#unknown}} Unknown.{{/unknown}}"},
    {"de", "Teilnehmen"}};

// With the real directory and the real queue, whose consumer is the test.
class PollVotesTest : public testing::Test {
 protected:
  using Fields = std::map<std::string, std::string>;
  using Answer = std::shared_ptr<http::TestAnswer>;

  PollVotesTest() : PollVotesTest(config::PublicAddresses()) {}
  explicit PollVotesTest(const config::PublicAddresses& addresses)
      : intake_({.voter_keys = {}, .addresses = addresses, .tracer = tracing::Tracer(spans_, 0)}, metrics_,
                log_),
        votes_(directory_, {.poll_template = poll_templates, .join_template = join_templates},
               {.addresses = addresses, .result_port = 8081}, intake_) {
    votes_.add_routes(router_, queue_);
  }

  // A poll that was opened, with another code than those before it.
  poll::ManagedPoll open_poll(std::string_view question = single_choice) {
    static constexpr std::string_view last = poll::PollCode::alphabet;
    const std::string code = std::string("K7MXQ") + last[made_++];
    poll::ManagedPoll poll = poll::new_poll(
        poll::make_poll_id(made_at + std::chrono::milliseconds(made_)), poll::PollCode::parse(code).value(),
        {.title = "Lunch", .question = poll::parse_question_json(question).value()}, made_at);
    return change(poll, PollAction::open);
  }
  poll::ManagedPoll change(const poll::ManagedPoll& poll, PollAction action) {
    poll::ManagedPoll next = poll::changed(poll, action, made_at).value();
    publish(next);
    return next;
  }
  poll::ManagedPoll with(poll::ManagedPoll poll, const poll::PollPolicies& policies) {
    poll.content.policies = policies;
    ++poll.revision;
    publish(poll);
    return poll;
  }
  void publish(const poll::ManagedPoll& poll) {
    ASSERT_TRUE(queue_.set(poll::gate_of(poll)));
    ASSERT_TRUE(directory_.publish(poll));
  }

  Answer ask(http::Method method, std::string_view target, std::string_view body = "", Fields fields = {}) {
    fields.emplace("Content-Type", "application/x-www-form-urlencoded");
    fields.emplace("Host", "vote.example");
    http::TestRequest sent({fields.begin(), fields.end()}, std::string(body));
    sent.request.method = method;
    sent.request.target = target;
    sent.request.path = target.substr(0, target.find('?'));
    if (target.size() > sent.request.path.size()) {
      sent.request.query = target.substr(sent.request.path.size() + 1);
    }
    auto answer = std::make_shared<http::TestAnswer>();
    router_(sent.request, http::Reply(answer));
    return answer;
  }
  Answer get(std::string_view target, Fields fields = {}) {
    return ask(http::Method::get, target, "", std::move(fields));
  }
  Answer post(const poll::ManagedPoll& poll, std::string_view body, Fields fields = {}) {
    return ask(http::Method::post, page_of(poll), body, std::move(fields));
  }
  // Records the votes that wait, as the worker does.
  std::vector<poll::QueuedVote> record() {
    auto batch = queue_.receive(100, 0ms).value();
    EXPECT_TRUE(queue_.acknowledge(batch));
    return batch;
  }
  std::string rejections(const std::string& reason) const {
    const std::string begin = "pollux_votes_rejected_total{reason=\"" + reason + "\"} ";
    const std::string text = metrics_.text();
    const std::size_t found = text.find(begin) + begin.size();
    return text.substr(found, text.find('\n', found) - found);
  }

  static std::string page_of(const poll::ManagedPoll& poll) { return "/p/" + poll.code.text(); }
  static std::string form_of(const poll::ManagedPoll& poll, const std::string& vote) {
    return "vote=" + vote + "&poll=" + poll::run_id(poll).text();
  }
  // The name and value of the answer's cookie that is called so.
  static std::string cookie(const http::TestAnswer& answer, std::string_view name) {
    for (const http::Header& field : answer.answer->headers) {
      if (field.name == "Set-Cookie" && field.value.starts_with(name)) {
        return field.value.substr(0, field.value.find(';'));
      }
    }
    return "";
  }

  std::size_t made_ = 0;
  const std::shared_ptr<tracing::CollectedSpans> spans_ = std::make_shared<tracing::CollectedSpans>();
  directory::InProcessPollDirectory directory_;
  telemetry::Metrics metrics_;
  std::ostringstream logged_;
  telemetry::Log log_{telemetry::LogLevel::info, logged_};
  VoteIntake intake_;
  PollVotes votes_;
  queue::InProcessVoteQueue queue_{{.capacity = 3}, {}};
  http::Router router_;
};

TEST_F(PollVotesTest, ShowsAPollByItsCode) {
  const auto poll = open_poll();
  const auto page = get(page_of(poll));
  EXPECT_EQ(page->answer->status, 200U);
  EXPECT_THAT(page->body(), StartsWith("Lunch? is open. Form of " + poll.id.text() + " for "));
  EXPECT_EQ(page->header("Cache-Control"), "no-store");
  EXPECT_THAT(cookie(*page, "voter_id"), StartsWith("voter_id="));
  EXPECT_THAT(page->body(), HasSubstr(cookie(*page, "voter_id").substr(9)));
  EXPECT_THAT(page->body(), Not(HasSubstr("No cookie")));
  EXPECT_THAT(get(page_of(poll), {{"Accept-Language", "de"}})->body(), StartsWith("Auf Deutsch: Lunch?"));
}

TEST_F(PollVotesTest, HasOneAddressForACodeTypedInAnyWay) {
  const auto poll = open_poll();
  for (const std::string typed : {"/p/k7mxq3", "/p/K7M-XQ3", "/p/k7m xq3"}) {
    EXPECT_EQ(get(typed)->answer->status, 302U) << typed;
    EXPECT_EQ(get(typed)->header("Location"), "K7MXQ3") << typed;
  }
  const auto voted = ask(http::Method::post, "/p/k7mxq3", "vote=a");
  record();
  EXPECT_EQ(voted->answer->status, 200U);
}

TEST_F(PollVotesTest, LeadsToThePageWhereACodeIsTyped) {
  open_poll();
  for (const std::string path : {"/p/K7MXQY", "/p/lunch"}) {
    EXPECT_EQ(get(path)->answer->status, 404U) << path;
    EXPECT_THAT(get(path)->body(), StartsWith("Join at ../join. ")) << path;
    EXPECT_EQ(ask(http::Method::post, path, "vote=a")->answer->status, 404U) << path;
    EXPECT_EQ(get(path + "/state")->answer->status, 404U) << path;
    EXPECT_EQ(get(path + "/results")->answer->status, 404U) << path;
  }
  EXPECT_THAT(get("/p/K7MXQY")->body(), HasSubstr("Unknown."));
  EXPECT_THAT(get("/p/lunch")->body(), HasSubstr("Malformed."));
  EXPECT_TRUE(record().empty());
}

TEST_F(PollVotesTest, LeadsFromATypedCodeToItsPoll) {
  open_poll();
  EXPECT_EQ(get("/join")->answer->status, 200U);
  EXPECT_EQ(get("/join?code=")->body(), "Join at ./join.");
  const auto found = get("/join?code=k7m+xq3");
  EXPECT_EQ(found->answer->status, 303U);
  EXPECT_EQ(found->header("Location"), "p/K7MXQ3");
  EXPECT_EQ(get("/join?code=K7MXQY")->answer->status, 404U);
  EXPECT_EQ(get("/join?code=K7MXQY")->body(), "Join at ./join. Unknown.");
  for (const std::string target : {"/join?code=K7MX", "/join?code=%zz"}) {
    EXPECT_EQ(get(target)->answer->status, 400U) << target;
    EXPECT_EQ(get(target)->body(), "Join at ./join. Malformed.") << target;
  }
}

TEST_F(PollVotesTest, AnswersOnlyOnceTheVoteIsRecorded) {
  const auto poll = open_poll();
  const auto answer = post(poll, form_of(poll, "b"));
  EXPECT_FALSE(answer->answer.has_value());
  const auto recorded = record();
  ASSERT_EQ(recorded.size(), 1U);
  EXPECT_EQ(recorded[0].vote.poll, poll.id);
  EXPECT_EQ(recorded[0].vote.selection.text(), "b");
  EXPECT_EQ(answer->answer->status, 200U);
  EXPECT_THAT(answer->body(), HasSubstr("You chose Pizza. No cookie."));
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_votes_accepted_total 1"));
}

TEST_F(PollVotesTest, TakesAnswersOfEveryKind) {
  struct Case {
    const char* question;
    const char* form;
    const char* selection;
    const char* invalid;
  };
  const Case cases[] = {
      {single_choice, "vote=a", "a", "vote=a&vote=b"},
      {R"({"kind":"multiple","text":"Toppings?","options":["Basil","Olives","Ham"],"min":0,"max":2})",
       "vote=c&vote=a", "+a+c", "vote=a&vote=b&vote=c"},
      {R"({"kind":"multiple","text":"Toppings?","options":["Basil","Olives","Ham"],"min":0,"max":2})", "",
       "+", "vote=d"},
      {R"({"kind":"scale","text":"How was it?","size":10,"skippable":true})", "vote=10", "10", "vote=11"},
      {R"({"kind":"scale","text":"How was it?","size":10,"skippable":true})", "vote=skip", "skip", ""},
      {R"({"kind":"ranking","text":"In which order?","options":["Run","Swim","Ride"],"min":2})",
       "vote=b&vote=a&vote=", ">b>a", "vote=b"},
  };
  for (const auto& [question, form, selection, invalid] : cases) {
    const auto poll = open_poll(question);
    const auto accepted = post(poll, form);
    const auto recorded = record();
    ASSERT_EQ(recorded.size(), 1U) << question << form;
    EXPECT_EQ(recorded[0].vote.selection.text(), selection);
    EXPECT_EQ(accepted->answer->status, 200U);
    const auto rejected = post(poll, invalid);
    EXPECT_EQ(rejected->answer->status, 400U) << question << invalid;
    EXPECT_THAT(rejected->body(), HasSubstr("Invalid."));
    EXPECT_THAT(rejected->body(), HasSubstr("Form of")) << "the voter can correct it";
  }
  EXPECT_EQ(rejections("unknown_option"), "6");
}

TEST_F(PollVotesTest, RejectsWhatIsNoForm) {
  const auto poll = open_poll();
  EXPECT_EQ(post(poll, "{}", {{"Content-Type", "application/json"}})->answer->status, 400U);
  EXPECT_EQ(post(poll, "vote=%zz")->answer->status, 400U);
  EXPECT_EQ(post(poll, "vote=a&poll=1&poll=1")->answer->status, 400U);
  EXPECT_EQ(rejections("not_a_form"), "3");
  EXPECT_EQ(post(poll, "vote=a", {{"Sec-Fetch-Site", "cross-site"}})->answer->status, 403U);
  EXPECT_EQ(rejections("cross_origin"), "1");
  EXPECT_TRUE(record().empty());
}

TEST_F(PollVotesTest, IdentifiesTheVoterByTheCookieElseByTheForm) {
  const auto poll = open_poll();
  const std::string voter = cookie(*get(page_of(poll)), "voter_id");
  const auto by_cookie = post(poll, "vote=a", {{"Cookie", voter}});
  const auto by_form = post(poll, "vote=b&voter=" + voter.substr(9));
  const auto recorded = record();
  ASSERT_EQ(recorded.size(), 2U);
  EXPECT_EQ(recorded[0].vote.voter, recorded[1].vote.voter);
  EXPECT_THAT(by_cookie->body(), Not(HasSubstr("No cookie.")));
  EXPECT_THAT(by_form->body(), HasSubstr("No cookie."));
}

TEST_F(PollVotesTest, SaysWhyAVoteWasNotCounted) {
  const auto first = open_poll();
  const auto closed = change(first, PollAction::close);
  const auto late = post(first, form_of(first, "a"));
  EXPECT_EQ(late->answer->status, 409U);
  EXPECT_THAT(late->body(), StartsWith("Lunch? is closed."));
  EXPECT_THAT(late->body(), HasSubstr("Late."));
  EXPECT_EQ(late->header("Retry-After"), "");
  const auto draft = change(closed, PollAction::reset);
  const auto early = post(first, "vote=a");
  EXPECT_EQ(early->answer->status, 409U);
  EXPECT_THAT(early->body(), HasSubstr("Early."));
  const auto other_run = post(first, form_of(first, "a"));
  EXPECT_EQ(other_run->answer->status, 409U);
  EXPECT_THAT(other_run->body(), HasSubstr("Changed."));
  const auto second = change(draft, PollAction::open);
  EXPECT_THAT(post(first, form_of(first, "a"))->body(), HasSubstr("Form of " + poll::run_id(second).text()));
  change(change(second, PollAction::close), PollAction::archive);
  EXPECT_THAT(post(second, form_of(second, "a"))->body(),
              testing::AllOf(HasSubstr("is archived."), HasSubstr("Late.")));
  EXPECT_EQ(post(second, "vote=a&poll=default")->answer->status, 409U) << "a form of another poll";
  EXPECT_EQ(rejections("closed"), "2");
  EXPECT_EQ(rejections("not_open"), "1");
  EXPECT_EQ(rejections("other_poll"), "3");
  EXPECT_TRUE(record().empty());
}

// The gate is set before the definition is published.
TEST_F(PollVotesTest, LeavesTheDecisionToTheGate) {
  const auto poll = open_poll();
  ASSERT_TRUE(queue_.set({.poll = poll.id, .state = poll::PollState::closed, .run = 1, .revision = 9}));
  const auto late = post(poll, form_of(poll, "a"));
  EXPECT_EQ(late->answer->status, 409U);
  EXPECT_THAT(late->body(), StartsWith("Lunch? is closed."));
  EXPECT_THAT(late->body(), HasSubstr("Late."));
  ASSERT_TRUE(queue_.set({.poll = poll.id, .state = poll::PollState::open, .run = 2, .revision = 10}));
  EXPECT_THAT(post(poll, form_of(poll, "a"))->body(), HasSubstr("Changed."));
}

TEST_F(PollVotesTest, AsksToRepeatAVoteForARunThatItDoesNotKnowYet) {
  const auto poll = open_poll();
  const auto answer = post(poll, "vote=a&poll=" + poll.id.text() + ".2");
  EXPECT_EQ(answer->answer->status, 503U);
  EXPECT_EQ(answer->header("Retry-After"), "1");
  ASSERT_TRUE(queue_.remove(poll.id));
  EXPECT_EQ(post(poll, form_of(poll, "a"))->answer->status, 503U) << "the queue has lost its gates";
  EXPECT_EQ(rejections("unavailable"), "2");
}

TEST_F(PollVotesTest, AsksToRepeatAVoteIfTheQueueIsFull) {
  const auto poll = open_poll();
  for (int vote = 0; vote < 3; ++vote) post(poll, "vote=a");
  const auto answer = post(poll, "vote=a");
  EXPECT_EQ(answer->answer->status, 503U);
  EXPECT_EQ(answer->header("Retry-After"), "1");
  EXPECT_EQ(rejections("queue_full"), "1");
}

TEST_F(PollVotesTest, ShowsTheAnswerThatTheBrowserRemembers) {
  const auto poll = open_poll();
  const auto voted = post(poll, "vote=b");
  record();
  const std::string cookies = cookie(*voted, "voter_id") + "; " + cookie(*voted, "choice");
  EXPECT_THAT(get(page_of(poll), {{"Cookie", cookies}})->body(), HasSubstr("You chose Pizza."));
  EXPECT_THAT(get(page_of(open_poll()), {{"Cookie", cookies}})->body(), Not(HasSubstr("You chose")));
}

TEST_F(PollVotesTest, MarksVotesThatCannotBeChanged) {
  const auto poll = open_poll();
  post(poll, "vote=a");
  EXPECT_FALSE(record().at(0).vote.once);
  post(with(poll, {.change = poll::ChangePolicy::never}), "vote=a");
  EXPECT_TRUE(record().at(0).vote.once);
}

TEST_F(PollVotesTest, TellsAVoterThatTheVoteCannotBeChanged) {
  const auto poll = with(open_poll(), {.change = poll::ChangePolicy::never});
  const auto first = post(poll, "vote=a");
  record();
  const Fields cookies{{"Cookie", cookie(*first, "voter_id") + "; " + cookie(*first, "choice")}};
  const auto other = post(poll, "vote=b", cookies);
  EXPECT_EQ(other->answer->status, 409U);
  EXPECT_THAT(other->body(), HasSubstr("You chose Noodles."));
  EXPECT_THAT(other->body(), HasSubstr("Once."));
  EXPECT_TRUE(record().empty());
  EXPECT_EQ(rejections("already_voted"), "1");
  const auto repeated = post(poll, "vote=a", cookies);
  record();
  EXPECT_EQ(repeated->answer->status, 200U) << "the answer to the first attempt may have been lost";
}

TEST_F(PollVotesTest, TellsTheStateOfAPollWithoutNumbers) {
  const auto poll = open_poll();
  const auto state = get(page_of(poll) + "/state");
  EXPECT_EQ(state->body(),
            R"({"poll":")" + poll.id.text() +
                R"(","run":1,"state":"open","revision":2,"results":"live","results_visible":true})");
  EXPECT_EQ(state->header("Cache-Control"), "no-cache");
  const std::string tag = state->header("ETag");
  const auto unchanged = get(page_of(poll) + "/state", {{"If-None-Match", tag}});
  EXPECT_EQ(unchanged->answer->status, 304U);
  EXPECT_EQ(unchanged->body(), "");
  change(poll, PollAction::close);
  const auto changed = get(page_of(poll) + "/state", {{"If-None-Match", tag}});
  EXPECT_EQ(changed->answer->status, 200U);
  EXPECT_THAT(changed->body(), HasSubstr(R"("state":"closed","revision":3)"));
}

TEST_F(PollVotesTest, AnswersProgramsWithJson) {
  const Fields json{{"Accept", "application/json"}};
  const auto poll = open_poll();
  const auto accepted = post(poll, "vote=a", json);
  record();
  EXPECT_EQ(accepted->body(), R"({"outcome":"accepted","poll":")" + poll.id.text() +
                                  R"(","run":1,"state":"open","revision":2})");
  EXPECT_THAT(cookie(*accepted, "choice"), StartsWith("choice="));
  EXPECT_THAT(post(poll, "vote=c", json)->body(), StartsWith(R"({"outcome":"invalid")"));
  change(poll, PollAction::close);
  const auto late = post(poll, "vote=a", json);
  EXPECT_EQ(late->answer->status, 409U);
  EXPECT_THAT(late->body(), StartsWith(R"({"outcome":"closed")"));
  EXPECT_EQ(ask(http::Method::post, "/p/K7MXQY", "vote=a", json)->body(), R"({"outcome":"no_such_poll"})");
  const Fields browser{{"Accept", "text/html,application/json;q=0.9"}};
  EXPECT_THAT(post(poll, "vote=a", browser)->body(), StartsWith("Lunch? is closed."));
}

TEST_F(PollVotesTest, LeadsToTheResultsOfThePoll) {
  const auto poll = open_poll();
  EXPECT_THAT(get(page_of(poll))->body(), HasSubstr("Results at " + poll.code.text() + "/results."));
  const auto results = get(page_of(poll) + "/results");
  EXPECT_EQ(results->answer->status, 302U);
  EXPECT_EQ(results->header("Location"), "http://vote.example:8081/r/" + poll.code.text());
  EXPECT_EQ(get(page_of(poll) + "/results", {{"Host", ""}})->answer->status, 400U);
}

TEST_F(PollVotesTest, GivesAPassToResultsThatAreForVotersAlone) {
  const auto poll = with(open_poll(), {.results = poll::ResultsPolicy::after_vote});
  const auto voted = post(poll, "vote=b");
  record();
  const std::string address = "http://vote.example:8081/r/" + poll.code.text();
  const std::string results = page_of(poll) + "/results";
  const std::string voter = cookie(*voted, "voter_id");
  const std::string choice = cookie(*voted, "choice");
  const std::string pass = poll::ResultsPass(VoterTokens::Key{}).of(poll.id);
  EXPECT_EQ(get(results, {{"Cookie", voter + "; " + choice}})->header("Location"), address + "?pass=" + pass);
  for (const std::string& cookies : {voter, choice}) {
    EXPECT_EQ(get(results, {{"Cookie", cookies}})->header("Location"), address) << cookies;
  }
  change(poll, PollAction::close);
  EXPECT_EQ(get(results, {{"Cookie", voter + "; " + choice}})->header("Location"), address)
      << "everyone sees the results now";
}

TEST_F(PollVotesTest, ASampledVoteCarriesTheTraceOfItsRequest) {
  const auto poll = open_poll();
  post(poll, "vote=a", {{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}});
  const auto recorded = record();
  ASSERT_EQ(recorded.size(), 1U);
  EXPECT_EQ(recorded[0].vote.trace, spans_->find("POST /p/*").context);
  EXPECT_EQ(tracing::attribute(spans_->find("POST /p/*"), "http.response.status_code"), "200");
}

class PollVotesBehindTlsTest : public PollVotesTest {
 protected:
  PollVotesBehindTlsTest()
      : PollVotesTest({.vote = http::PublicUrl::parse("https://example.org/vote/").value(),
                       .result = http::PublicUrl::parse("https://example.org/results/").value()}) {}
};

TEST_F(PollVotesBehindTlsTest, KeepsToItsAddressesAndCookies) {
  const auto poll = open_poll();
  EXPECT_THAT(get(page_of(poll))->body(),
              HasSubstr("Results at https://example.org/results/r/" + poll.code.text()));
  const auto voted = post(poll, "vote=b", {{"Origin", "https://example.org"}});
  record();
  ASSERT_EQ(voted->answer->status, 200U);
  with(poll, {.results = poll::ResultsPolicy::after_vote});
  const std::string choice = cookie(*voted, "__Secure-choice");
  EXPECT_THAT(choice, StartsWith("__Secure-choice="));
  const auto again = get(page_of(poll), {{"Cookie", cookie(*voted, "__Secure-voter_id") + "; " + choice}});
  EXPECT_THAT(again->body(), HasSubstr("You chose Pizza."));
  EXPECT_THAT(again->body(), HasSubstr("Results at " + poll.code.text() + "/results.")) << "it gives a pass";
}

}  // namespace
}  // namespace pollux::vote
