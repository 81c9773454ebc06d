#include "accounts/audit_log.hpp"

#include <algorithm>

#include "base/bounded_text.hpp"

namespace pollux::accounts {
namespace {

constexpr std::string_view cut_mark = "\u2026";

// At most `bytes` of the text, without a part of a character at its end.
std::string_view shortened(std::string_view text, std::size_t bytes) {
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return text.substr(0, bytes);
}

std::string bounded(std::string_view detail) {
  std::string text(detail.substr(0, AuditEvent::max_detail_bytes));
  if (detail.size() > AuditEvent::max_detail_bytes)
    text = shortened(detail, AuditEvent::max_detail_bytes - cut_mark.size());
  if (!is_plain_text(text)) {
    std::ranges::replace_if(
        text, [](char byte) { return byte < 0x20 || byte >= 0x7F; }, '?');
  }
  if (detail.size() > AuditEvent::max_detail_bytes) text += cut_mark;
  return text;
}

bool is_action(std::string_view action) {
  return !action.empty() && action.size() <= AuditEvent::max_action_bytes &&
         std::ranges::all_of(action, [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || c == '.'; });
}

}  // namespace

AuditEvent event_of_program(std::string_view action, std::string_view detail, AccountTime now) {
  return {.at = now, .actor = "pollux", .action = std::string(action), .detail = bounded(detail)};
}

AuditEvent event_of(const Principal& principal, std::string_view action, std::string_view detail,
                    AccountTime now) {
  return {.at = now,
          .account = principal.account,
          .actor = principal.name,
          .key = principal.key,
          .action = std::string(action),
          .detail = bounded(detail)};
}

AuditEvent event_of(const Principal& principal, std::string_view action, const poll::PollId& poll,
                    std::string_view detail, AccountTime now) {
  AuditEvent event = event_of(principal, action, detail, now);
  event.poll = poll;
  return event;
}

AccountResult<void> check(const AuditEvent& event) {
  if (!is_action(event.action))
    return account_error(invalid("The action of an audit event is not a name such as poll.opened."));
  if (event.actor.empty() || event.actor.size() > Account::max_name_bytes || !is_plain_text(event.actor))
    return account_error(invalid("The actor of an audit event is not a name."));
  if (event.detail.size() > AuditEvent::max_detail_bytes || !is_plain_text(event.detail))
    return account_error(invalid("The detail of an audit event is too long or not plain text."));
  return {};
}

}  // namespace pollux::accounts
