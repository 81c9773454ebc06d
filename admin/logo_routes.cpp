#include <optional>
#include <string>
#include <utility>

#include "admin/json_members.hpp"
#include "admin/poll_changes.hpp"
#include "admin/routes.hpp"
#include "base/encoding.hpp"
#include "http/stored_image.hpp"
#include "poll/logo.hpp"

namespace pollux::admin {
namespace {

using accounts::Scope;

// The body of PUT: {"image":"iVBORw0KGgo=","alt":"City school"}. Without an image, `there` keeps its own.
ApiResult<poll::Logo> read_logo(const std::string& body, const std::optional<poll::Logo>& there) {
  const auto object = parse_object(body);
  if (!object) return object.error();
  JsonMembers members(*object);
  std::string text;
  std::string alternative;
  const bool has_image = members.text("image", text);
  members.text("alt", alternative);
  if (auto finished = members.finish(); !finished) return finished.error();
  if (!has_image && !there) return invalid_values("The poll has no logo yet. Send an image.");
  auto image = has_image ? decode_base64(text) : *there->image;
  if (!image) return invalid_values("The member image is not in base64 (RFC 4648, section 4).");
  auto logo = poll::make_logo(*std::move(image), std::move(alternative));
  if (!logo) return invalid_values(logo.error().message);
  return *std::move(logo);
}

ApiResponse change_logo(const Call& call, const poll::ManagedPoll& before, std::optional<poll::Logo> logo) {
  const auto revision = call.request.required_revision();
  if (!revision) return revision.error();
  // What is kept must be that of the revision.
  if (auto checked = check_revision(before, *revision); !checked) return problem_of(checked.error());
  poll::PollContent content = before.content;
  content.theme.logo = std::move(logo);
  const auto after = call.services.stores.polls->edit(before.id, *revision, content, call.now);
  if (!after) return problem_of(after.error());
  return changed_poll(call, before, *after, accounts::action::poll_edited);
}

ApiResponse put_logo(const Call& call) {
  const auto before = find_poll(call, Scope::polls_write);
  if (!before) return before.error();
  auto logo = read_logo(call.request.body, before->content.theme.logo);
  if (!logo) return logo.error();
  return change_logo(call, *before, *std::move(logo));
}

ApiResponse delete_logo(const Call& call) {
  const auto before = find_poll(call, Scope::polls_write);
  if (!before) return before.error();
  return change_logo(call, *before, std::nullopt);
}

ApiResponse get_logo(const Call& call) {
  if (auto checked = call.request.expect_query({}); !checked) return checked.error();
  const auto found = find_poll(call, Scope::polls_read);
  if (!found) return found.error();
  const auto& logo = found->content.theme.logo;
  if (!logo) return not_found("The poll has no logo.");
  http::Response response{.status = 200, .body = logo->image};
  response.set("Content-Type", std::string(media_type(logo->format.type)));
  response.set("Content-Security-Policy", std::string(http::image_policy));
  return response;
}

}  // namespace

void add_logo_routes(RouteTable& table) {
  using enum http::Method;
  table.add({get, "/polls/{poll}/logo", Caller::known, Work::store, false, &get_logo});
  table.add({put, "/polls/{poll}/logo", Caller::known, Work::store, true, &put_logo});
  table.add({delete_, "/polls/{poll}/logo", Caller::known, Work::store, false, &delete_logo});
}

}  // namespace pollux::admin
