#include "vote/remembered_selection.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "base/encoding.hpp"

namespace pollux::vote {
namespace {

// A poll's id may contain characters that a cookie may not.
std::string hex_of(std::string_view text) {
  return to_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::string cookie_value(const poll::PollId& run, const poll::Selection& selection) {
  return hex_of(run.text()) + "." + hex_of(selection.text());
}

// Unlike what else is signed with the key: voters' ids, and passes to results.
std::string signed_text(const poll::VoterId& voter, std::string_view answer) {
  return "answer " + voter.text() + " " + std::string(answer);
}

std::optional<poll::Selection> selection_of_hex(std::string_view digits) {
  std::array<std::uint8_t, poll::Selection::limit> bytes;
  const std::size_t size = digits.size() / 2;
  if (size > bytes.size() || !from_hex(digits, std::span(bytes).first(size))) return std::nullopt;
  const auto selection =
      poll::Selection::parse(std::string_view(reinterpret_cast<const char*>(bytes.data()), size));
  return selection ? std::optional(*selection) : std::nullopt;
}

}  // namespace

RememberedSelection::RememberedSelection(const poll::Poll& poll, const CookieOptions& options)
    : names_(cookie_name) {
  for (const poll::Option& option : poll.options()) {
    const poll::Selection selection = poll::Selection::parse(option.id).value();
    http::Cookie cookie = options.make(cookie_name);
    cookie.value = cookie_value(poll.id(), selection);
    by_value_.emplace(cookie.value, selection);
    set_cookies_.emplace(selection, cookie.header_value());
  }
}

std::optional<poll::Selection> RememberedSelection::recall(const http::Request& request) const {
  return names_.first(request, [this](std::string_view value) -> std::optional<poll::Selection> {
    const auto found = by_value_.find(value);
    if (found == by_value_.end()) return std::nullopt;
    return found->second;
  });
}

RememberedAnswers::RememberedAnswers(CookieOptions options, const VoterTokens::Keys& keys)
    : names_(RememberedSelection::cookie_name),
      options_(std::move(options)),
      signer_(keys.signing, keys.accepted_bytes()) {}

std::optional<poll::Selection> RememberedAnswers::recall(const http::Request& request,
                                                         const poll::ManagedPoll& poll,
                                                         const poll::VoterId& voter) const {
  const std::string run = hex_of(poll::run_id(poll).text()) + ".";
  return names_.first(request, [&](std::string_view value) -> std::optional<poll::Selection> {
    const std::size_t dot = value.rfind('.');
    if (dot == std::string_view::npos || dot < run.size() || !value.starts_with(run)) return std::nullopt;
    const std::string_view answer = value.substr(0, dot);
    if (!signer_.is_signature_of(signed_text(voter, answer), value.substr(dot + 1))) return std::nullopt;
    auto selection = selection_of_hex(answer.substr(run.size()));
    if (!selection || !poll.content.question.values_of(*selection)) return std::nullopt;
    return selection;
  });
}

std::string RememberedAnswers::set_cookie(const poll::ManagedPoll& poll, const poll::VoterId& voter,
                                          const poll::Selection& selection) const {
  CookieOptions options = options_;
  options.path = (options_.path == "/" ? "" : options_.path) + "/p/" + poll.code.text();
  options.max_age = kept;
  http::Cookie cookie = options.make(RememberedSelection::cookie_name);
  const std::string answer = cookie_value(poll::run_id(poll), selection);
  cookie.value = answer + "." + signer_.sign(signed_text(voter, answer));
  return cookie.header_value();
}

}  // namespace pollux::vote
