#include "simulation/polls.hpp"

#include "poll/poll_code.hpp"
#include "poll/question_json.hpp"

namespace pollux::simulation {

poll::PollId poll_of_settings() {
  return poll::PollId::parse("default").value();
}

const std::vector<poll::PollId>& managed_polls() {
  static const std::vector<poll::PollId> polls{poll::PollId::parse("0123456789abcdef00000001").value(),
                                               poll::PollId::parse("0123456789abcdef00000002").value()};
  return polls;
}

bool is_once(const poll::PollId& poll) {
  return poll == managed_polls()[1];
}

poll::PollContent content_of(const poll::PollId& poll) {
  poll::PollContent content{
      .title = "Drinks",
      .question = poll::parse_question_json(
                      R"({"kind":"single","text":"Tea or coffee?","options":["Tea","Coffee","Milk"]})")
                      .value()};
  content.policies.change = is_once(poll) ? poll::ChangePolicy::never : poll::ChangePolicy::while_open;
  return content;
}

poll::ManagedPoll example_poll() {
  return poll::new_poll(managed_polls()[0], poll::PollCode::random(), content_of(managed_polls()[0]),
                        poll_time());
}

poll::PollTime poll_time() {
  return std::chrono::sys_days(std::chrono::year(2026) / 11 / 27);
}

}  // namespace pollux::simulation
