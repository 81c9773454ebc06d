// The images of logos on the vote page's server.
#include <memory>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "directory/in_process_poll_directory.hpp"
#include "http/testing/test_request.hpp"
#include "poll/question_json.hpp"
#include "poll/testing/images.hpp"
#include "queue/in_process_vote_queue.hpp"
#include "vote/poll_votes.hpp"

namespace pollux::vote {
namespace {

constexpr http::Translated empty_pages[] = {{"en", ""}};

class PollLogosTest : public testing::Test {
 protected:
  PollLogosTest() { votes_.add_routes(router_, queue_); }

  // An open poll with a logo.
  static poll::ManagedPoll poll_with(const std::string& image) {
    const auto question =
        poll::parse_question_json(R"({"kind":"single","text":"Tea?","options":["Yes","No"]})").value();
    poll::ManagedPoll poll =
        poll::new_poll(poll::PollId::parse("tea").value(), poll::PollCode::parse("K7MXQ3").value(),
                       {.title = "Tea", .question = question}, poll::PollTime());
    poll.content.theme.logo = poll::make_logo(image, "School").value();
    poll.state = poll::PollState::open;
    return poll;
  }

  std::shared_ptr<http::TestAnswer> get(const std::string& hash, const std::string& known = "") {
    const std::string path = "/p/K7MXQ3/logo/" + hash;
    http::TestRequest sent({{"If-None-Match", known}});
    sent.request.path = path;
    auto answer = std::make_shared<http::TestAnswer>();
    router_(sent.request, http::Reply(answer));
    return answer;
  }

  directory::InProcessPollDirectory directory_;
  telemetry::Metrics metrics_;
  std::ostringstream logged_;
  telemetry::Log log_{telemetry::LogLevel::info, logged_};
  VoteIntake intake_{{.voter_keys = {}, .addresses = {}, .tracer = {}}, metrics_, log_};
  PollVotes votes_{
      directory_, {.poll_template = empty_pages, .join_template = empty_pages}, {.addresses = {}}, intake_};
  queue::InProcessVoteQueue queue_{{}, {}};
  http::Router router_;
};

TEST_F(PollLogosTest, AreServedByTheirHash) {
  poll::ManagedPoll poll = poll_with(poll::png(320, 96));
  ASSERT_TRUE(directory_.publish(poll));
  const std::string hash = poll.content.theme.logo->hash;
  const auto image = get(hash);
  EXPECT_EQ(image->answer->status, 200U);
  EXPECT_EQ(image->body(), poll::png(320, 96));
  EXPECT_EQ(image->header("Content-Type"), "image/png");
  EXPECT_THAT(image->header("Content-Security-Policy"), testing::StartsWith("default-src 'none'"));
  EXPECT_THAT(image->header("Cache-Control"), testing::HasSubstr("immutable"));
  EXPECT_EQ(get(hash, image->header("ETag"))->answer->status, 304U);
  const auto other = get(poll::hash_of("another"));
  EXPECT_EQ(other->answer->status, 404U);
  EXPECT_EQ(other->header("Cache-Control"), "no-store");
}

TEST_F(PollLogosTest, AreNotServedBeforeTheQuestionIsKnown) {
  poll::ManagedPoll poll = poll_with(poll::png(320, 96));
  poll.state = poll::PollState::draft;
  ASSERT_TRUE(directory_.publish(poll));
  EXPECT_EQ(get(poll.content.theme.logo->hash)->answer->status, 404U);
}

}  // namespace
}  // namespace pollux::vote
