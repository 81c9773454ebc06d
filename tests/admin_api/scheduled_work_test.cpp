// What happens to polls by itself, as the audit log has it.
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "admin/managed_polls.hpp"
#include "admin_api/admin_api.hpp"
#include "base/testing/eventually.hpp"
#include "poll/question_json.hpp"
#include "store/sqlite_sql_database.hpp"

namespace pollux::admin {
namespace {

using namespace std::chrono_literals;

class ScheduledWork : public AdminApi {
 protected:
  ~ScheduledWork() override { scheduled_.stop(); }

  // The events of the poll, the newest first.
  std::vector<std::string> events(const poll::PollId& poll) {
    std::vector<std::string> found;
    const ApiAnswer answer = owner_.get("/audit?poll=" + poll.text());
    for (const auto& item : answer.at("items").as_array()) {
      const auto& event = item.as_object();
      found.push_back(std::string(event.at("actor").as_string()) + " " +
                      std::string(event.at("action").as_string()) + " " +
                      std::string(event.at("detail").as_string()));
    }
    return found;
  }

  ApiClient owner_ = make_owner();
  telemetry::Metrics own_metrics_;
  ManagedPolls scheduled_{store::open_sqlite_poll_store(*votes_, {}, 60s).value(),
                          queue_,
                          polls_,
                          {.period = 5ms,
                           .erase_period = 0ms,
                           .on_scheduled = schedule_log(
                               store::open_sqlite_account_stores(*votes_, {}, 60s).value().audit_log, log_)},
                          own_metrics_,
                          log_};
};

TEST_F(ScheduledWork, RecordsThatVotesWereDeletedAfterTheirTime) {
  const poll::PollTime then = std::chrono::sys_days(std::chrono::year(2020) / 1 / 1);
  const Stores stores = connect(60s);
  poll::PollContent content{
      .title = "Drinks",
      .question =
          poll::parse_question_json(R"({"kind":"single","text":"Tea?","options":["Yes","No"]})").value()};
  content.policies.keep_days = 1;
  const poll::PollId id = poll::make_poll_id(then);
  stores.polls->create(id, content, then).value();
  for (const auto action : {poll::PollAction::open, poll::PollAction::close, poll::PollAction::reset,
                            poll::PollAction::open, poll::PollAction::close}) {
    stores.polls->change(id, action, {}, then).value();
  }
  record(id.text(), "ann", "a");
  scheduled_.start();
  EXPECT_TRUE(eventually([&] { return events(id).size() == 2; }));
  EXPECT_THAT(events(id), testing::UnorderedElementsAre("pollux poll.votes_deleted run 1: Drinks",
                                                        "pollux poll.votes_deleted run 2: Drinks"));
  EXPECT_EQ(owner_.get("/polls/" + id.text() + "/votes.csv").status, 409U);
}

}  // namespace
}  // namespace pollux::admin
