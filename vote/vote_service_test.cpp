#include "vote/vote_service.hpp"

#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/testing/test_request.hpp"
#include "tracing/testing/collected_spans.hpp"

namespace pollux::vote {
namespace {

using testing::HasSubstr;

// Takes votes and leaves them waiting until the test accepts or rejects them.
class WaitingQueue : public poll::VoteQueue {
 public:
  void enqueue(poll::Vote vote, AckCallback done) override {
    votes.push_back(std::move(vote));
    waiting.push_back(std::move(done));
  }

  std::vector<poll::Vote> votes;
  std::vector<AckCallback> waiting;
};

class VoteServiceTest : public testing::Test {
 protected:
  VoteServiceTest() : VoteServiceTest(config::PublicAddresses()) {}
  explicit VoteServiceTest(config::PublicAddresses addresses)
      : service_(poll_, {.page_template = templates, .host_name = "front-1"},
                 {.voter_keys = {},
                  .links = {.addresses = std::move(addresses), .result_port = 8081},
                  .tracer = tracing::Tracer(spans_, 0)},
                 metrics_, log_) {
    service_.add_routes(router_, queue_);
  }

  std::shared_ptr<http::TestAnswer> request(http::Method method, std::string_view body,
                                            std::map<std::string, std::string> fields = {},
                                            std::string_view path = "/") {
    fields.emplace("Content-Type", "application/x-www-form-urlencoded");
    fields.emplace("Host", "vote.example");
    http::TestRequest sent({fields.begin(), fields.end()}, std::string(body));
    sent.request.method = method;
    sent.request.target = sent.request.path = path;
    auto slot = std::make_shared<http::TestAnswer>();
    router_(sent.request, http::Reply(slot));
    return slot;
  }
  std::shared_ptr<http::TestAnswer> post(std::string_view body,
                                         std::map<std::string, std::string> fields = {}) {
    return request(http::Method::post, body, std::move(fields));
  }
  std::shared_ptr<http::TestAnswer> post_and_accept(std::string_view body,
                                                    std::map<std::string, std::string> fields = {}) {
    auto slot = post(body, std::move(fields));
    queue_.waiting.back()(poll::Version{1, 1});
    return slot;
  }
  static std::string cookie_of(const http::TestAnswer& slot) {
    const std::string value = slot.header("Set-Cookie");
    return value.substr(0, value.find(';'));
  }
  // All that the answer sets, as a browser sends them back.
  static std::string cookies_of(const http::TestAnswer& slot) {
    std::string cookies;
    for (const http::Header& field : slot.answer->headers) {
      if (field.name == "Set-Cookie") cookies += field.value.substr(0, field.value.find(';')) + "; ";
    }
    return cookies;
  }

  static constexpr http::Translated templates[] = {
      {"en",
       "{{title}}{{#voted}} You chose {{chosen_label}}.{{/voted}}{{#without_cookie}} No "
       "cookie.{{/without_cookie}}{{#question_changed}} Changed.{{/question_changed}}"},
      {"de", "Abstimmen: {{title}}"},
      {"fr", "{{voter}}"}};

  const poll::Poll poll_ =
      poll::Poll::create(poll::PollId::parse("pets").value(), "Cats vs Dogs!", {"Cats", "Dogs"}).value();
  const std::shared_ptr<tracing::CollectedSpans> spans_ = std::make_shared<tracing::CollectedSpans>();
  WaitingQueue queue_;
  telemetry::Metrics metrics_;
  std::ostringstream logged_;
  telemetry::Log log_{telemetry::LogLevel::info, logged_};
  VoteService service_;
  http::Router router_;
};

TEST_F(VoteServiceTest, ShowsThePageAndGivesAnIdentity) {
  const auto slot = request(http::Method::get, "");
  EXPECT_EQ(slot->answer->status, 200U);
  EXPECT_EQ(slot->body(), "Cats vs Dogs!");
  EXPECT_THAT(slot->header("Set-Cookie"), testing::StartsWith("voter_id="));
  EXPECT_EQ(slot->header("Cache-Control"), "no-store");
}

TEST_F(VoteServiceTest, AnswersOnlyOnceTheQueueHasAccepted) {
  const auto slot = post("vote=b");
  EXPECT_FALSE(slot->answer.has_value());
  ASSERT_EQ(queue_.votes.size(), 1U);
  EXPECT_EQ(queue_.votes[0].poll, poll_.id());
  EXPECT_EQ(queue_.votes[0].selection.text(), "b");

  queue_.waiting[0](poll::Version{1, 1});
  EXPECT_EQ(slot->answer->status, 200U);
  EXPECT_EQ(slot->body(), "Cats vs Dogs! You chose Dogs. No cookie.");
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_votes_accepted_total 1"));
}

TEST_F(VoteServiceTest, KeepsTheVoterByTheCookie) {
  const auto first = post_and_accept("vote=a");
  const auto second = post_and_accept("vote=b", {{"Cookie", cookie_of(*first)}});
  EXPECT_EQ(cookie_of(*second), cookie_of(*first));
  EXPECT_EQ(queue_.votes[0].voter, queue_.votes[1].voter);
}

TEST_F(VoteServiceTest, GivesEachBrowserWithoutACookieItsOwnIdentity) {
  post_and_accept("vote=a");
  post_and_accept("vote=a");
  EXPECT_NE(queue_.votes[0].voter, queue_.votes[1].voter);
}

TEST_F(VoteServiceTest, TakesNoIdentityFromACookieThatItDidNotSign) {
  const auto first = post_and_accept("vote=a");
  std::string forged = cookie_of(*first);
  forged.back() = forged.back() == '0' ? '1' : '0';
  const auto second = post_and_accept("vote=a", {{"Cookie", forged}});
  EXPECT_NE(queue_.votes[0].voter, queue_.votes[1].voter);
  EXPECT_NE(cookie_of(*second), forged);
}

TEST_F(VoteServiceTest, RejectsWhatIsNotAVote) {
  const std::string long_value = "vote=" + std::string(256, 'a');
  const std::string_view bodies[] = {"",
                                     "vote=",
                                     "vote=zzz",
                                     "vote=c",
                                     "vote=A",
                                     "vote=%00",
                                     "vote=a%00",
                                     "vote=%zz",
                                     "choice=a",
                                     "vote=a&vote=b",
                                     "vote=a&voter=1&voter=2",
                                     "vote=a&poll=pets&poll=pets",
                                     long_value};
  for (const std::string_view body : bodies) {
    const auto slot = post(body);
    EXPECT_EQ(slot->answer->status, 400U) << body;
    EXPECT_FALSE(slot->body().empty());
  }
  EXPECT_EQ(post(R"({"vote":"a"})", {{"Content-Type", "application/json"}})->answer->status, 400U);
  EXPECT_TRUE(queue_.votes.empty());
}

TEST_F(VoteServiceTest, TakesTheFieldAmongOthers) {
  post_and_accept("csrf=1&vote=a&x=");
  EXPECT_EQ(queue_.votes.at(0).selection.text(), "a");
}

TEST_F(VoteServiceTest, RejectsWhatAnotherSitesPageSends) {
  EXPECT_EQ(post("vote=a", {{"Origin", "https://evil.example"}})->answer->status, 403U);
  EXPECT_EQ(post("vote=a", {{"Sec-Fetch-Site", "cross-site"}})->answer->status, 403U);
  EXPECT_TRUE(queue_.votes.empty());
  post_and_accept("vote=a", {{"Origin", "http://vote.example"}, {"Sec-Fetch-Site", "same-origin"}});
  EXPECT_EQ(queue_.votes.size(), 1U);
}

TEST_F(VoteServiceTest, RemembersABrowsersSelection) {
  const auto voted = post_and_accept("vote=b");
  const auto again = request(http::Method::get, "", {{"Cookie", cookies_of(*voted)}});
  EXPECT_EQ(again->body(), "Cats vs Dogs! You chose Dogs.");
  EXPECT_EQ(cookie_of(*again), cookie_of(*voted));
}

TEST_F(VoteServiceTest, ShowsNoSelectionOfAnUnknownVoter) {
  const std::string cookies = cookies_of(*post_and_accept("vote=b"));
  const std::string choice = cookies.substr(cookies.find("choice="));
  EXPECT_EQ(request(http::Method::get, "", {{"Cookie", choice}})->body(), "Cats vs Dogs!");
}

TEST_F(VoteServiceTest, SaysIfABrowserSentNoCookie) {
  const auto first = post_and_accept("vote=a");
  EXPECT_THAT(first->body(), HasSubstr("No cookie."));
  const auto second = post_and_accept("vote=a", {{"Cookie", cookie_of(*first)}});
  EXPECT_EQ(second->body(), "Cats vs Dogs! You chose Cats.");
}

// What a page's form carries: the same text as the cookie.
std::string token_of(const std::string& cookie) {
  return cookie.substr(cookie.find('=') + 1);
}

TEST_F(VoteServiceTest, IdentifiesTheVoterByTheFormIfTheBrowserKeepsNoCookie) {
  const auto page = request(http::Method::get, "");
  const std::string body = "vote=a&poll=pets&voter=" + token_of(cookie_of(*page));
  const auto first = post_and_accept(body);
  const auto again = post_and_accept(body);
  EXPECT_EQ(queue_.votes[0].voter, queue_.votes[1].voter);
  EXPECT_EQ(cookie_of(*first), cookie_of(*page));
  EXPECT_THAT(first->body(), HasSubstr("No cookie."));
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_votes_without_cookie_total 2"));
}

TEST_F(VoteServiceTest, IdentifiesTheVoterInTheFormOnlyIfTheBrowserSentNoCookie) {
  const std::pair<const std::string, std::string> in_french("Accept-Language", "fr");
  const auto first = request(http::Method::get, "", {in_french});
  const std::string cookie = cookie_of(*first);
  EXPECT_EQ(first->body(), token_of(cookie));
  EXPECT_EQ(post_and_accept("vote=a&voter=" + token_of(cookie), {in_french})->body(), token_of(cookie));
  EXPECT_EQ(request(http::Method::get, "", {in_french, {"Cookie", cookie}})->body(), "");
  EXPECT_EQ(post_and_accept("vote=a", {in_french, {"Cookie", cookie}})->body(), "");
}

TEST_F(VoteServiceTest, PrefersTheCookieToTheForm) {
  const std::string cookie = cookie_of(*request(http::Method::get, ""));
  const std::string other = token_of(cookie_of(*request(http::Method::get, "")));
  const auto slot = post_and_accept("vote=a&voter=" + other, {{"Cookie", cookie}});
  post_and_accept("vote=a", {{"Cookie", cookie}});
  EXPECT_EQ(queue_.votes[0].voter, queue_.votes[1].voter);
  EXPECT_EQ(slot->body(), "Cats vs Dogs! You chose Cats.");
}

TEST_F(VoteServiceTest, UsesTheFirstValidCookie) {
  const std::string cookie = cookie_of(*request(http::Method::get, ""));
  post_and_accept("vote=a", {{"Cookie", cookie}});
  post_and_accept("vote=b", {{"Cookie", "voter_id=1f3a; " + cookie + "; voter_id=2"}});
  EXPECT_EQ(queue_.votes[0].voter, queue_.votes[1].voter);
}

TEST_F(VoteServiceTest, TakesNoIdentityFromAFormThatItDidNotSign) {
  std::string forged = token_of(cookie_of(*request(http::Method::get, "")));
  forged.back() = forged.back() == '0' ? '1' : '0';
  post_and_accept("vote=a&voter=" + forged);
  post_and_accept("vote=a&voter=" + forged);
  EXPECT_NE(queue_.votes[0].voter, queue_.votes[1].voter);
}

TEST_F(VoteServiceTest, DoesNotMentionCookiesIfThoseOfAnotherKeyCame) {
  const std::string foreign = std::string(44, '0') + "." + std::string(32, '0');
  const auto slot = post_and_accept("vote=a&voter=" + foreign, {{"Cookie", "voter_id=" + foreign}});
  EXPECT_EQ(slot->body(), "Cats vs Dogs! You chose Cats.");
}

TEST_F(VoteServiceTest, CountsNothingForAFormOfAnotherPoll) {
  const auto slot = post("vote=a&poll=pets.2");
  EXPECT_EQ(slot->answer->status, 409U);
  EXPECT_EQ(slot->body(), "Cats vs Dogs! Changed.");
  EXPECT_THAT(cookie_of(*slot), testing::StartsWith("voter_id="));
  EXPECT_TRUE(queue_.votes.empty());
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_votes_rejected_total{reason=\"other_poll\"} 1"));
  EXPECT_EQ(post("vote=zzz&poll=")->answer->status, 409U);
}

TEST_F(VoteServiceTest, LogsWhatItRejectsByItsOrigin) {
  post("vote=a", {{"Origin", "https://vote.example.org"}, {"Host", "127.0.0.1:8080"}});
  EXPECT_THAT(logged_.str(), HasSubstr(R"("origin":"https://vote.example.org","host":"127.0.0.1:8080")"));
  EXPECT_THAT(logged_.str(), HasSubstr("--public-url"));
}

TEST_F(VoteServiceTest, AnswersInTheReadersLanguage) {
  const auto slot = request(http::Method::get, "", {{"Accept-Language", "de-CH"}});
  EXPECT_EQ(slot->body(), "Abstimmen: Cats vs Dogs!");
  EXPECT_EQ(slot->header("Content-Language"), "de");
  EXPECT_THAT(slot->header("Vary"), HasSubstr("Accept-Language"));
}

TEST_F(VoteServiceTest, RedirectsAProjectorToTheResultsWithItsOwnAddress) {
  const auto slot = request(http::Method::get, "", {}, "/present");
  EXPECT_EQ(slot->answer->status, 302U);
  EXPECT_EQ(slot->header("Location"), "http://vote.example:8081/?present=http://vote.example/");
}

TEST_F(VoteServiceTest, WarnsOfAnAddressThatPhonesCannotReach) {
  request(http::Method::get, "", {}, "/present");
  EXPECT_EQ(logged_.str(), "");
  request(http::Method::get, "", {{"Host", "localhost:8080"}}, "/present");
  EXPECT_THAT(logged_.str(), HasSubstr(R"("address":"http://localhost:8080/")"));
  EXPECT_THAT(logged_.str(), HasSubstr("--public-url"));
}

TEST_F(VoteServiceTest, LeadsToTheResults) {
  const auto slot = request(http::Method::get, "", {}, "/results");
  EXPECT_EQ(slot->answer->status, 302U);
  EXPECT_EQ(slot->header("Location"), "http://vote.example:8081/");
}

TEST_F(VoteServiceTest, RejectsARedirectWithoutAHost) {
  for (const auto* path : {"/results", "/present"}) {
    EXPECT_EQ(request(http::Method::get, "", {{"Host", ""}}, path)->answer->status, 400U) << path;
  }
}

TEST_F(VoteServiceTest, AnswersWhenTheQueueRejects) {
  const auto slot = post("vote=a");
  queue_.waiting[0](full("The queue is full."));
  EXPECT_EQ(slot->answer->status, 503U);
  EXPECT_EQ(slot->header("Retry-After"), "1");
  EXPECT_EQ(slot->header("Set-Cookie"), "");
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_votes_rejected_total{reason=\"queue_full\"} 1"));
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_votes_accepted_total 0"));
}

TEST_F(VoteServiceTest, SaysWhyTheGateOfAPollRejectsAVote) {
  using poll::RejectionReason;
  const auto answer_to = [this](RejectionReason reason) {
    const auto slot = post("vote=a");
    queue_.waiting.back()(poll::VoteRejection(reason, "The gate."));
    return slot;
  };
  EXPECT_THAT(answer_to(RejectionReason::not_open)->body(), HasSubstr("not open yet"));
  EXPECT_THAT(answer_to(RejectionReason::closed)->body(), HasSubstr("is closed"));
  EXPECT_THAT(answer_to(RejectionReason::archived)->body(), HasSubstr("is closed"));
  const auto changed = answer_to(RejectionReason::other_run);
  EXPECT_EQ(changed->body(), "Cats vs Dogs! Changed.");
  EXPECT_THAT(cookie_of(*changed), testing::StartsWith("voter_id="));
  for (const auto reason : {RejectionReason::not_open, RejectionReason::closed, RejectionReason::archived,
                            RejectionReason::other_run}) {
    const auto slot = answer_to(reason);
    EXPECT_EQ(slot->answer->status, 409U);
    EXPECT_EQ(slot->header("Retry-After"), "") << "the same vote would be rejected again";
  }
  EXPECT_EQ(answer_to(RejectionReason::unavailable)->answer->status, 503U);
  for (const auto* count : {"not_open\"} 2", "closed\"} 4", "other_poll\"} 2", "unavailable\"} 1"}) {
    EXPECT_THAT(metrics_.text(), HasSubstr("pollux_votes_rejected_total{reason=\"" + std::string(count)));
  }
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_votes_accepted_total 0"));
}

TEST_F(VoteServiceTest, ASampledVoteCarriesTheTraceOfItsRequest) {
  post_and_accept("vote=a");
  EXPECT_FALSE(queue_.votes[0].trace.sampled);
  post_and_accept("vote=a", {{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}});
  ASSERT_EQ(spans_->all().size(), 1U);
  EXPECT_EQ(queue_.votes[1].trace, spans_->find("POST /").context);
  EXPECT_EQ(tracing::attribute(spans_->find("POST /"), "http.response.status_code"), "200");
}

TEST_F(VoteServiceTest, LogsTheTraceOfAVoteThatWasNotAccepted) {
  post("vote=a", {{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}});
  queue_.waiting[0](full("The queue is full."));
  EXPECT_THAT(logged_.str(), HasSubstr(R"("trace_id":"4bf92f3577b34da6a3ce929d0e0e4736")"));
  EXPECT_TRUE(spans_->find("POST /").failed);
}

class VoteServiceBehindTlsTest : public VoteServiceTest {
 protected:
  VoteServiceBehindTlsTest()
      : VoteServiceTest({.vote = http::PublicUrl::parse("https://example.org/vote/").value(),
                         .result = http::PublicUrl::parse("https://example.org/results/").value(),
                         .allowed_origins = {"https://intranet.example"}}) {}
};

TEST_F(VoteServiceBehindTlsTest, AnswersBelowItsPathAndWithoutIt) {
  EXPECT_EQ(request(http::Method::get, "", {}, "/vote/")->body(), "Cats vs Dogs!");
  EXPECT_EQ(request(http::Method::get, "", {}, "/")->body(), "Cats vs Dogs!");
  EXPECT_EQ(request(http::Method::get, "", {}, "/vote")->header("Location"), "/vote/");
}

TEST_F(VoteServiceBehindTlsTest, LeadsToThePublicAddresses) {
  const std::map<std::string, std::string> host{{"Host", "127.0.0.1:8080"}};
  EXPECT_EQ(request(http::Method::get, "", host, "/vote/results")->header("Location"),
            "https://example.org/results/");
  EXPECT_EQ(request(http::Method::get, "", host, "/vote/present")->header("Location"),
            "https://example.org/results/?present=https://example.org/vote/");
  EXPECT_EQ(logged_.str(), "");
}

TEST_F(VoteServiceBehindTlsTest, SetsCookiesForItsPathAndTlsAlone) {
  const auto slot = post_and_accept("vote=b");
  for (const http::Header& field : slot->answer->headers) {
    if (field.name != "Set-Cookie") continue;
    EXPECT_THAT(field.value, testing::StartsWith("__Secure-"));
    EXPECT_THAT(field.value, HasSubstr("; Path=/vote;"));
    EXPECT_THAT(field.value, HasSubstr("; Secure"));
  }
}

TEST_F(VoteServiceBehindTlsTest, LogsThatABrowserWithoutTlsKeepsNoCookie) {
  const std::string token = token_of(cookie_of(*request(http::Method::get, "")));
  post_and_accept("vote=a&voter=" + token, {{"Cookie", "voter_id=" + token}});
  EXPECT_EQ(logged_.str(), "");
  post_and_accept("vote=a&voter=" + token);
  EXPECT_THAT(logged_.str(), HasSubstr("did not keep the voter's cookie"));
}

TEST_F(VoteServiceBehindTlsTest, KnowsVotersByTheNamesThatTheirCookiesHadBefore) {
  const std::string token = token_of(cookie_of(*request(http::Method::get, "")));
  for (const char* const name : {"voter_id", "__Host-voter_id", "__Secure-voter_id"}) {
    const auto slot = post_and_accept("vote=a", {{"Cookie", std::string(name).append("=").append(token)}});
    EXPECT_EQ(cookie_of(*slot), "__Secure-voter_id=" + token);
    EXPECT_EQ(queue_.votes.front().voter, queue_.votes.back().voter);
  }
}

TEST_F(VoteServiceBehindTlsTest, TakesVotesOfItsOwnAndOfAllowedPages) {
  for (const std::string origin : {"https://example.org", "https://intranet.example"}) {
    post_and_accept("vote=a", {{"Host", "127.0.0.1:8080"}, {"Origin", origin}});
  }
  EXPECT_EQ(queue_.votes.size(), 2U);
  EXPECT_EQ(post("vote=a", {{"Host", "127.0.0.1:8080"}, {"Origin", "http://example.org"}})->answer->status,
            403U);
}

}  // namespace
}  // namespace pollux::vote
