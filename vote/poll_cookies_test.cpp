// Votes of polls that need the voter's cookie.
#include <chrono>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "directory/in_process_poll_directory.hpp"
#include "http/testing/test_request.hpp"
#include "poll/question_json.hpp"
#include "poll/vote_gate.hpp"
#include "queue/in_process_vote_queue.hpp"
#include "vote/poll_votes.hpp"

namespace pollux::vote {
namespace {

using namespace std::chrono_literals;

constexpr http::Translated pages_about_cookies[] = {
    {"en", "{{state}}{{#form}} form of {{voter}}{{/form}}{{#no_cookie}} not without cookie{{/no_cookie}}"}};

// An open poll, with the real directory and the real queue, whose consumer is the test.
class PollCookiesTest : public testing::Test {
 protected:
  using Answer = std::shared_ptr<http::TestAnswer>;

  explicit PollCookiesTest(bool required_by_program = false)
      : intake_({.voter_keys = {}, .addresses = {}, .limits = {.require_cookie = required_by_program}},
                metrics_, log_) {
    votes_.add_routes(router_, queue_);
  }

  // Publishes the poll as it is from now on.
  void require_cookie(bool required) {
    poll_.content.policies.require_cookie = required;
    ++poll_.revision;
    ASSERT_TRUE(queue_.set(poll::gate_of(poll_)));
    ASSERT_TRUE(directory_.publish(poll_));
  }

  Answer ask(http::Method method, std::string_view body, const std::string& cookie,
             const std::string& accepted = "") {
    http::TestRequest sent({{"Content-Type", "application/x-www-form-urlencoded"},
                            {"Host", "vote.example"},
                            {"Accept", accepted},
                            {"Cookie", cookie}},
                           std::string(body));
    sent.request.method = method;
    sent.request.path = "/p/K7MXQ3";
    auto answer = std::make_shared<http::TestAnswer>();
    router_(sent.request, http::Reply(answer));
    return answer;
  }
  Answer post(std::string_view body, const std::string& cookie = "") {
    return ask(http::Method::post, body, cookie);
  }
  // "voter_id=TOKEN", as the page sets it.
  std::string cookie_of_page() { return cookie_of(*ask(http::Method::get, "", "")); }

  static std::string cookie_of(const http::TestAnswer& answer) {
    const std::string field(answer.header("Set-Cookie"));
    return field.substr(0, field.find(';'));
  }

  // Records the votes that wait, as the worker does; then they are answered.
  std::vector<poll::QueuedVote> record() {
    auto batch = queue_.receive(100, 0ms).value();
    EXPECT_TRUE(queue_.acknowledge(batch));
    return batch;
  }

  poll::ManagedPoll poll_ =
      poll::changed(
          poll::new_poll(poll::PollId::parse("tea").value(), poll::PollCode::parse("K7MXQ3").value(),
                         {.title = "Tea",
                          .question = poll::parse_question_json(
                                          R"({"kind":"single","text":"Tea?","options":["Yes","No"]})")
                                          .value()},
                         poll::PollTime()),
          poll::PollAction::open, poll::PollTime())
          .value();
  directory::InProcessPollDirectory directory_;
  telemetry::Metrics metrics_;
  std::ostringstream logged_;
  telemetry::Log log_{telemetry::LogLevel::info, logged_};
  VoteIntake intake_;
  PollVotes votes_{directory_,
                   {.poll_template = pages_about_cookies, .join_template = pages_about_cookies},
                   {.addresses = {}},
                   intake_};
  queue::InProcessVoteQueue queue_{{}, {}};
  http::Router router_;
};

TEST_F(PollCookiesTest, AreNeededIfThePollSaysSo) {
  require_cookie(true);
  const std::string cookie = cookie_of_page();
  const std::string token = cookie.substr(cookie.find('=') + 1);
  const auto refused = post("vote=a&voter=" + token);
  EXPECT_EQ(refused->answer->status, 403U);
  EXPECT_EQ(refused->body(), "open form of " + token + " not without cookie");
  EXPECT_EQ(cookie_of(*refused), cookie) << "so that the next vote counts";
  const auto of_a_program = post("vote=a");
  EXPECT_EQ(of_a_program->answer->status, 403U);
  EXPECT_THAT(cookie_of(*of_a_program), testing::StartsWith("voter_id="));
  EXPECT_TRUE(record().empty());
  EXPECT_THAT(metrics_.text(), testing::HasSubstr("pollux_votes_rejected_total{reason=\"no_cookie\"} 2"));
}

TEST_F(PollCookiesTest, LeaveTheFormWithoutTheVoter) {
  require_cookie(false);
  const auto first = ask(http::Method::get, "", "");
  const std::string cookie = cookie_of(*first);
  EXPECT_EQ(first->body(), "open form of " + cookie.substr(cookie.find('=') + 1));
  EXPECT_EQ(ask(http::Method::get, "", cookie)->body(), "open form of ");
}

TEST_F(PollCookiesTest, AreNamedInTheAnswerToPrograms) {
  require_cookie(true);
  EXPECT_EQ(ask(http::Method::post, "vote=a", "", "application/json")->body(),
            R"({"outcome":"no_cookie","poll":"tea","run":1,"state":"open","revision":3})");
}

TEST_F(PollCookiesTest, MakeARepeatedVoteOneVoter) {
  require_cookie(true);
  const std::string cookie = cookie_of_page();
  const auto counted = post("vote=a", cookie);
  const auto repeated = post("vote=a&voter=forged", cookie);
  const auto votes = record();
  EXPECT_EQ(counted->answer->status, 200U);
  EXPECT_EQ(repeated->answer->status, 200U);
  ASSERT_EQ(votes.size(), 2U);
  EXPECT_EQ(votes[0].vote.voter, votes[1].vote.voter);
}

TEST_F(PollCookiesTest, AreNotNeededAnyMoreIfThePollIsChanged) {
  require_cookie(true);
  EXPECT_EQ(post("vote=a")->answer->status, 403U);
  require_cookie(false);
  const auto counted = post("vote=a");
  EXPECT_EQ(record().size(), 1U);
  EXPECT_EQ(counted->answer->status, 200U);
}

class PollCookiesOfAllTest : public PollCookiesTest {
 protected:
  PollCookiesOfAllTest() : PollCookiesTest(true) {}
};

TEST_F(PollCookiesOfAllTest, AreNeededRegardlessOfThePoll) {
  require_cookie(false);
  const auto refused = post("vote=a");
  EXPECT_EQ(refused->answer->status, 403U);
  EXPECT_THAT(refused->body(), testing::HasSubstr("not without cookie"));
  const auto counted = post("vote=a", cookie_of_page());
  EXPECT_EQ(record().size(), 1U);
  EXPECT_EQ(counted->answer->status, 200U);
}

}  // namespace
}  // namespace pollux::vote
