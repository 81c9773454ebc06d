// Bodies of the HTTP API: any bytes as the content of a poll, new or changed. What is read is what a poll
// holds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "admin/json_members.hpp"
#include "admin/poll_json.hpp"
#include "poll/question_json.hpp"

namespace admin = pollux::admin;
namespace poll = pollux::poll;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void read(const boost::json::object& object, const poll::PollContent* base) {
  admin::JsonMembers members(object);
  const auto content = admin::read_content(members, base);
  const auto finished = members.finish();
  if (!finished) require(!finished.error().detail.empty() && finished.error().status >= 400);
  if (!finished || !content) return;
  require(poll::parse_question_json(poll::to_json(content->question)).value() == content->question);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const poll::PollContent base{
      .title = "Lunch",
      .question = poll::parse_question_json(R"({"kind":"single","text":"Lunch?","options":["Soup","Salad"]})")
                      .value()};
  const auto object = admin::parse_object({reinterpret_cast<const char*>(data), size});
  if (!object) return 0;
  read(*object, nullptr);
  read(*object, &base);
  return 0;
}
