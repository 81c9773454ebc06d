// Exports: votes, results of all runs, the audit log.
#include <algorithm>
#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin_api/admin_api.hpp"

namespace pollux::admin {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using testing::UnorderedElementsAre;

class AdminApiExports : public AdminApi {
 protected:
  static std::vector<std::string> lines_of(const ApiAnswer& answer) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < answer.text.size();) {
      const std::size_t end = answer.text.find('\n', at) + 1;
      lines.push_back(answer.text.substr(at, end - at));
      at = end;
    }
    return lines;
  }
  // Of the first column, without the header.
  static std::set<std::string> voters_of(const ApiAnswer& csv) {
    std::set<std::string> voters;
    for (const std::string& line : lines_of(csv)) voters.insert(line.substr(0, line.find(',')));
    voters.erase("voter");
    return voters;
  }
  void record_many(const std::string& run, int voters) {
    std::vector<poll::QueuedVote> votes;
    for (int number = 0; number < voters; ++number) {
      votes.push_back(
          {{3, static_cast<std::uint64_t>(number)},
           {poll::PollId::parse(run).value(), poll::VoterId::parse(std::to_string(number)).value(),
            poll::Selection::parse(number % 2 == 0 ? "a" : "b").value()}});
    }
    ASSERT_TRUE(votes_->record(votes));
  }
  // An export of its votes is larger than what the kernel buffers.
  std::string poll_of_long_lines() {
    constexpr int voters = 50'000;
    const std::string label(190, 'x');
    std::string path =
        poll(owner_, R"({"title":"Long","question":{"kind":"single","text":"?","options":["1)" + label +
                         "\",\"2" + label + "\"]}}");
    record_many(path.substr(7), voters);
    return path;
  }
  double exports(const std::string& outcome) {
    return metrics_->counter("pollux_admin_exports_total", "", {{"outcome", outcome}}).value();
  }

  ApiClient owner_ = make_owner();
  const std::string path_ = poll(owner_);
  const std::string id_ = path_.substr(7);
};

TEST_F(AdminApiExports, HaveEachVoteUnderAPseudonym) {
  record(id_, "cookie-of-ann", "a");
  record(id_, "cookie-of-bob", "b");
  const ApiAnswer csv = owner_.get(path_ + "/votes.csv");
  EXPECT_EQ(csv.field("Content-Type"), "text/csv; charset=utf-8; header=present");
  EXPECT_THAT(csv.field("Content-Disposition"), HasSubstr("-run-1-votes.csv"));
  EXPECT_EQ(csv.field("Cache-Control"), "no-store");
  EXPECT_THAT(lines_of(csv), UnorderedElementsAre("voter,option,label\r\n", HasSubstr(",a,Tea\r\n"),
                                                  HasSubstr(",b,Coffee\r\n")));
  EXPECT_THAT(csv.text, Not(HasSubstr("cookie")));
  EXPECT_EQ(owner_.get(path_ + "/votes.csv").text, csv.text);
  const ApiAnswer json = owner_.get(path_ + "/votes.jsonl");
  EXPECT_EQ(json.field("Content-Type"), "application/jsonl");
  EXPECT_THAT(lines_of(json),
              UnorderedElementsAre(HasSubstr(R"("values":["a"])"), HasSubstr(R"("values":["b"])")));
  for (const std::string& line : lines_of(json)) {
    EXPECT_THAT(voters_of(csv),
                testing::Contains(std::string(boost::json::parse(line).at("voter").as_string())));
  }
}

TEST_F(AdminApiExports, NameAVoterDifferentlyInEachPollAndEquallyInItsRuns) {
  const std::string other = poll(owner_);
  record(id_, "ann", "a");
  record(other.substr(7), "ann", "a");
  const auto here = voters_of(owner_.get(path_ + "/votes.csv"));
  EXPECT_THAT(here, SizeIs(1));
  EXPECT_NE(voters_of(owner_.get(other + "/votes.csv")), here);
  ASSERT_EQ(owner_.post(path_ + "/open").status, 200U);
  ASSERT_EQ(owner_.post(path_ + "/close").status, 200U);
  ASSERT_EQ(owner_.post(path_ + "/reset", "", {if_match(owner_.get(path_))}).status, 200U);
  record(id_ + ".2", "ann", "b");
  EXPECT_EQ(voters_of(owner_.get(path_ + "/votes.csv")), here) << "of the current run";
  EXPECT_EQ(voters_of(owner_.get(path_ + "/votes.csv?run=1")), here);
  EXPECT_EQ(owner_.get(path_ + "/votes.csv?run=3").code(), "not_found");
}

TEST_F(AdminApiExports, HaveAllVotesOfManyPages) {
  constexpr int voters = 9'001;
  record_many(id_, voters);
  const ApiAnswer csv = owner_.get(path_ + "/votes.csv");
  EXPECT_THAT(lines_of(csv), SizeIs(voters + 1));
  EXPECT_THAT(voters_of(csv), SizeIs(voters)) << "each of them once";
  EXPECT_THAT(voters_of(owner_.get(path_ + "/votes.csv?bom=true")), SizeIs(voters + 1)) << "with the mark";
  EXPECT_TRUE(eventually([&] { return exports("completed") == 2; }));
}

// Ids of voters sort by time; their order would show who came first.
TEST_F(AdminApiExports, HideTheOrderInWhichVotersCame) {
  record_many(id_, 100);
  std::vector<std::string> lines = lines_of(owner_.get(path_ + "/votes.jsonl"));
  EXPECT_TRUE(std::ranges::is_sorted(lines)) << "by pseudonym";
}

TEST_F(AdminApiExports, BeginWithAByteOrderMarkIfThatIsWanted) {
  for (const std::string& name : {path_ + "/votes.csv", path_ + "/results.csv", std::string("/audit.csv")}) {
    EXPECT_THAT(owner_.get(name + "?bom=true").text,
                StartsWith("\xef\xbb\xbf" + owner_.get(name).text.substr(0, 5)));
    EXPECT_EQ(owner_.get(name + "?bom=maybe").code(), "bad_request");
  }
  EXPECT_EQ(owner_.get(path_ + "/votes.jsonl?bom=true").code(), "bad_request");
}

TEST_F(AdminApiExports, OfVotesNeedARecentPasswordOrTheScope) {
  pass(16min);
  EXPECT_EQ(owner_.get(path_ + "/votes.csv").code(), "sign_in_again");
  EXPECT_EQ(owner_.get(path_ + "/results.jsonl").status, 200U) << "has no more than the page";
  owner_.post("/session/confirm", R"({"password":"four random words"})");
  EXPECT_EQ(owner_.get(path_ + "/votes.csv").status, 200U);
  ApiClient program = client();
  program.key = owner_.post("/keys", R"({"label":"x","scopes":["export:read"]})").text_at("secret");
  pass(16min);
  EXPECT_EQ(program.get(path_ + "/votes.jsonl").status, 200U);
  EXPECT_EQ(program.get(path_ + "/results.jsonl").code(), "forbidden");
}

TEST_F(AdminApiExports, OfVotesAreInTheAuditLog) {
  EXPECT_EQ(owner_.send("HEAD", path_ + "/votes.csv").status, 200U);
  owner_.get(path_ + "/votes.jsonl");
  const ApiAnswer events = owner_.get("/audit?poll=" + id_);
  EXPECT_EQ(events.at("items").at(0).at("action").as_string(), "poll.exported");
  EXPECT_THAT(std::string(events.at("items").at(0).at("detail").as_string()), HasSubstr("votes.jsonl"));
  EXPECT_EQ(events.at("items").at(1).at("action").as_string(), "poll.created") << "HEAD exports nothing";
}

TEST_F(AdminApiExports, HaveTheResultsOfAllRuns) {
  record(id_, "ann", "a");
  owner_.post(path_ + "/open");
  owner_.post(path_ + "/close");
  owner_.post(path_ + "/reset", "", {if_match(owner_.get(path_))});
  const ApiAnswer answer = owner_.get(path_ + "/results.jsonl");
  EXPECT_THAT(answer.field("Content-Disposition"), HasSubstr("-results.jsonl"));
  EXPECT_THAT(lines_of(answer), ElementsAre(owner_.get(path_ + "/results?run=1").text + "\n",
                                            owner_.get(path_ + "/results").text + "\n"));
}

TEST_F(AdminApiExports, SayThatVotesAreDeletedAndKeepResults) {
  record(id_, "ann", "a");
  owner_.post(path_ + "/open");
  owner_.post(path_ + "/close");
  EXPECT_EQ(owner_.get(path_).at("votes_deleted_at"), nullptr);
  const auto later = std::chrono::sys_seconds(std::chrono::seconds(clock_->load())) + std::chrono::days(30);
  ASSERT_EQ(connect(60s).polls->erase_expired(10, later).value().votes, 1U);
  const ApiAnswer rejected = owner_.get(path_ + "/votes.csv");
  EXPECT_EQ(rejected.status, 409U);
  EXPECT_EQ(rejected.code(), "not_allowed");
  EXPECT_THAT(rejected.text_at("detail"), HasSubstr("were deleted at 2026-12-27T12:00:00Z"));
  EXPECT_EQ(owner_.get(path_ + "/votes.jsonl?run=1").status, 409U);
  const ApiAnswer results = owner_.get(path_ + "/results");
  EXPECT_EQ(results.number_at("results.voters"), 1);
  EXPECT_EQ(results.text_at("votes_deleted_at"), "2026-12-27T12:00:00Z");
  EXPECT_EQ(owner_.post(path_ + "/open").code(), "not_allowed");
}

TEST_F(AdminApiExports, HaveTheAuditLog) {
  ApiClient bob = make_editor(owner_, "=Bob");
  const std::string of_bob = poll(bob);
  const auto lines = lines_of(owner_.get("/audit.csv"));
  EXPECT_EQ(lines.front(), "sequence,at,account,actor,key,action,poll,detail\r\n");
  EXPECT_THAT(lines.at(1), AllOf(HasSubstr(",2026-11-27T12:00:00Z,"), HasSubstr(",'=Bob,"),
                                 HasSubstr(",poll.created," + of_bob.substr(7) + ",Drinks\r\n")));
  EXPECT_THAT(lines_of(owner_.get("/audit.jsonl")), SizeIs(lines.size() - 1));
  EXPECT_THAT(lines_of(bob.get("/audit.jsonl?poll=" + of_bob.substr(7))), SizeIs(1));
  EXPECT_EQ(bob.get("/audit.csv").code(), "forbidden");
  EXPECT_EQ(bob.get("/audit.jsonl?poll=" + id_).code(), "not_found");
}

TEST_F(AdminApiExports, AreIncompleteIfThePollIsDeletedMeanwhile) {
  const std::string path = poll_of_long_lines();
  http::WireClient slow(server_->port(), 4'096);
  slow.send("GET /api/v1" + path +
            "/votes.csv HTTP/1.1\r\nHost: h\r\nCookie: pollux_session=" + owner_.session + "\r\n\r\n");
  ASSERT_TRUE(slow.receive_at_most(100));
  ASSERT_EQ(owner_.send("DELETE", path, "", {if_match(owner_.get(path))}).status, 204U);
  while (slow.receive_at_most(100'000)) {
  }
  EXPECT_TRUE(eventually([&] { return exports("failed") == 1; }));
  EXPECT_THAT(log_text_.text(), HasSubstr("An export has failed"));
}

TEST_F(AdminApiExports, AreLimitedInNumberAndEndWithTheirClients) {
  const std::string path = poll_of_long_lines();
  std::vector<http::WireClient> clients;
  for (std::size_t number = 0; number < Exports::max_at_once; ++number) {
    http::WireClient& slow = clients.emplace_back(server_->port(), 4'096);
    slow.send("GET /api/v1" + path +
              "/votes.csv HTTP/1.1\r\nHost: h\r\nCookie: pollux_session=" + owner_.session + "\r\n\r\n");
    ASSERT_TRUE(slow.receive_at_most(10));
  }
  const ApiAnswer rejected = owner_.get(path_ + "/votes.csv");
  EXPECT_EQ(rejected.code(), "unavailable");
  EXPECT_EQ(rejected.field("Retry-After"), "5");
  EXPECT_EQ(owner_.get(path_).status, 200U) << "others do not wait";
  clients.clear();
  EXPECT_TRUE(eventually([&] { return owner_.get(path_ + "/votes.csv").status == 200; }));
  EXPECT_TRUE(eventually([&] { return exports("abandoned") == double{Exports::max_at_once}; }));
}

}  // namespace
}  // namespace pollux::admin
