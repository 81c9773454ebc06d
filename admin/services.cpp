#include "admin/services.hpp"

#include <optional>
#include <utility>

#include "http/origin.hpp"

namespace pollux::admin {
namespace {

// The base address of a page, with a slash at its end.
std::string base_address(const std::optional<http::PublicUrl>& stated, std::string_view host,
                         std::uint16_t port) {
  if (stated) return stated->text();
  const std::string_view name = host.empty() ? "localhost" : http::without_port(host);
  return "http://" + std::string(name) + ":" + std::to_string(port) + "/";
}

telemetry::Counter sign_ins(telemetry::Metrics& metrics, const std::string& outcome) {
  return metrics.counter("pollux_admin_sign_ins_total",
                         "Attempts to sign in, by outcome: accepted, wrong (name or password), delayed (too "
                         "many attempts before).",
                         {{"outcome", outcome}});
}

accounts::SignIn::OnUnmarked report_unmarked(Shared& shared) {
  return [&shared](const accounts::AccountError& error) {
    shared.metrics.unmarked.add();
    shared.log.repeated_warning("A session or API key could not be marked as used.",
                                {{"reason", error.message}});
  };
}

}  // namespace

std::string PageAddresses::vote_page(std::string_view host, const poll::PollCode& code) const {
  return base_address(addresses.vote, host, vote_port) + "p/" + code.text();
}

std::string PageAddresses::result_page(std::string_view host, const poll::PollCode& code) const {
  return base_address(addresses.result, host, result_port) + "r/" + code.text();
}

AdminMetrics::AdminMetrics(telemetry::Metrics& metrics)
    : signed_in(sign_ins(metrics, "accepted")),
      wrong_password(sign_ins(metrics, "wrong")),
      delayed(sign_ins(metrics, "delayed")),
      unmarked(metrics.counter("pollux_admin_unmarked_credentials_total",
                               "Requests whose session or API key could not be marked as used.")),
      unrecorded(metrics.counter("pollux_admin_unrecorded_events_total",
                                 "Changes of polls that are missing in the audit log.")),
      unannounced(metrics.counter("pollux_admin_unannounced_changes_total",
                                  "Changes of polls that were stored, but did not reach the services for "
                                  "voters at once.")) {}

Services::Services(Stores opened, Shared& shared_by_all)
    : stores(std::move(opened)),
      shared(shared_by_all),
      sign_in(*stores.accounts, *stores.credentials, shared.hasher, shared.throttle, shared.session_lifetime,
              report_unmarked(shared)),
      management(*stores.accounts, *stores.credentials, shared.hasher, sign_in),
      first_run(*stores.accounts, shared.hasher) {}

ApiResult<void> check_access(const Call& call, accounts::Scope scope) {
  switch (access(call.principal(), scope, call.now)) {
    case accounts::Access::allowed:
      return {};
    case accounts::Access::sign_in_again:
      return problem_of(accounts::AccountError{
          accounts::AccountErrorCode::sign_in_again, "Enter your password again to do this.", {}});
    case accounts::Access::forbidden:
    case accounts::Access::hidden:
      break;
  }
  return forbidden("This needs the scope " + std::string(name_of(scope)) + ", which the API key lacks.");
}

}  // namespace pollux::admin
