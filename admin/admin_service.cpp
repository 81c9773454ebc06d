#include "admin/admin_service.hpp"

#include <exception>
#include <future>
#include <memory>
#include <utility>

#include "admin/routes.hpp"
#include "http/response.hpp"

extern "C" const char pollux_admin_description[];      // in description.S
extern "C" const char pollux_admin_description_end[];  // after its last byte

namespace pollux::admin {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds tidy_period = 60s;
constexpr std::size_t sessions_erased_at_once = 1'000;
// So many requests of one network may come at once, in multiples of the rate of a second.
constexpr double burst_seconds = 5;

constexpr std::string_view description_route = "/api/v1/openapi.json";
constexpr std::string_view api_route = "/api/v1";  // of paths that do not exist

bool changes_something(http::Method method) {
  return method != http::Method::get && method != http::Method::head;
}

std::vector<std::string> origins_of(const std::optional<http::PublicUrl>& url) {
  if (!url) return {};
  return {url->origin()};
}

// Without the path of the public URL, which some proxies remove and others do not.
std::string_view below(const std::optional<http::PublicUrl>& url, std::string_view path) {
  if (!url || !path.starts_with(url->path())) return path;
  return path.substr(url->path().size() - 1);
}

http::Response describe() {
  http::Response response = http::json(200, http::Body::of_static(api_description()));
  response.set("Cache-Control", "no-cache");
  return response;
}

// Responses depend on who asks.
http::Response uncached(http::Response response) {
  response.set("Cache-Control", "no-store");
  return response;
}

http::Response response_for(const http::Request& request, std::string_view allow) {
  http::Response response =
      request.method == http::Method::options
          ? http::Response{.status = 204}
          : response_of({405, "method_not_allowed", "This path has the methods " + std::string(allow) + "."});
  response.set("Allow", std::string(allow));
  return response;
}

// 304 instead of a response that the client has.
http::Response unless_known(http::Response response, const ApiRequest& request) {
  if (request.if_none_match.empty() || response.status != 200) return response;
  for (const http::Header& header : response.headers) {
    if (header.name != "ETag" || header.value != request.if_none_match) continue;
    http::Response unchanged{.status = 304};
    unchanged.set("ETag", header.value);
    return unchanged;
  }
  return response;
}

}  // namespace

std::string_view api_description() {
  return {pollux_admin_description, pollux_admin_description_end};
}

RouteTable api_routes() {
  RouteTable table;
  add_session_routes(table);
  add_account_routes(table);
  add_poll_routes(table);
  add_logo_routes(table);
  add_result_routes(table);
  add_export_routes(table);
  add_audit_routes(table);
  return table;
}

AdminService::AdminService(Options options, Parts parts, telemetry::Metrics& metrics, telemetry::Log& log)
    : options_(std::move(options)),
      trusted_origins_(origins_of(options_.public_url)),
      table_(api_routes()),
      log_(log),
      report_failure_(telemetry::report_failed_requests("admin", log)),
      limit_({.per_second = options_.requests_per_second,
              .at_once = options_.requests_per_second * burst_seconds}),
      shared_{.announcer = parts.announcer,
              .pages = {.addresses = options_.pages},
              .session_lifetime = {},
              .over_tls = options_.public_url && options_.public_url->is_https(),
              .metrics = AdminMetrics(metrics),
              .log = log,
              .exports = std::make_unique<Exports>(metrics, log),
              .streams = std::make_unique<ResultStreams>(metrics),
              .hasher = accounts::PasswordHasher(options_.hasher)},
      services_(std::move(parts.requests), shared_),
      password_services_(std::move(parts.passwords), shared_),
      requests_(options_.work,
                [this] {
                  shared_.streams->advance(services_, now());
                  tidy();
                }),
      passwords_(options_.work, {}) {
  pages_.files(parts.files);
  shared_.exports->set_post([this](const std::function<void(Services&)>& job) {
    requests_.post_always([this, job] { job(services_); });
  });
  shared_.streams->set_wake(
      [this] { requests_.post_always([this] { shared_.streams->advance(services_, now()); }); });
  metrics.observed_gauge("pollux_admin_waiting_requests", "Requests to the API that wait for the database.",
                         {}, [this] { return static_cast<double>(requests_.waiting()); });
  metrics.observed_gauge("pollux_admin_waiting_passwords",
                         "Requests to the API that wait until passwords are hashed.", {},
                         [this] { return static_cast<double>(passwords_.waiting()); });
}

void AdminService::set_page_ports(std::uint16_t vote_port, std::uint16_t result_port) {
  shared_.pages.vote_port = vote_port;
  shared_.pages.result_port = result_port;
}

// On the thread of the stores, because requests may have arrived.
Result<std::optional<std::string>> AdminService::offer_setup(const std::string& name,
                                                             std::string_view password,
                                                             const std::string& listening) {
  std::packaged_task<Result<std::optional<std::string>>()> offering(
      [&] { return offer(name, password, listening); });
  auto offered = offering.get_future();
  if (!passwords_.post([&offering] { offering(); })) return unavailable("The server is busy.");
  return offered.get();
}

Result<std::optional<std::string>> AdminService::offer(const std::string& name, std::string_view password,
                                                       const std::string& listening) {
  if (!password.empty()) {
    const auto made = password_services_.first_run.create_owner(name, password, now());
    if (!made) return invalid("The first account can't be made: " + made.error().message);
    if (*made) log_.info("The first account was made with the password of the settings.");
    return std::optional<std::string>();
  }
  const auto token = password_services_.first_run.offer(now());
  if (!token) return unavailable(token.error().message);
  if (!*token) return std::optional<std::string>();
  const std::string address =
      accounts::setup_address(options_.public_url ? options_.public_url->text() : listening, **token);
  log_.warning("There is no account yet. Open this address within 30 minutes to make the first one.",
               {{"address", address}});
  return std::optional(address);
}

void AdminService::answer(const http::Request& request, const http::Reply& reply) {
  http::Request below_url = request;
  below_url.path = below(options_.public_url, request.path);
  if (below_url.path == description_route) {
    reply.matched(description_route);
    if (changes_something(request.method)) return reply(response_for(request, "GET, HEAD, OPTIONS"));
    return reply(describe());
  }
  if (below_url.path.starts_with(api_path)) {
    return answer_api(request, below_url.path.substr(api_path.size()), reply);
  }
  pages_(below_url, reply);
}

void AdminService::answer_api(const http::Request& request, std::string_view path, const http::Reply& reply) {
  reply.matched(api_route);
  const auto match = table_.find(request.method, path);
  if (!match) return reply(response_of(not_found("The API has no such path. See /api/v1/openapi.json.")));
  reply.matched(match->path);
  if (match->route == nullptr) return reply(response_for(request, match->allow));
  if (const auto problem = reject(request, *match->route)) return reply(response_of(*problem));
  start(*match, request, reply);
}

// What is decided without the database.
std::optional<Problem> AdminService::reject(const http::Request& request, const Route& route) {
  const auto wait = limit_.admit(request.remote_address, http::NetworkLimit::Clock::now());
  if (wait > 0s) {
    return Problem{429, "too_many", "There are too many requests from your network.", wait};
  }
  // A page of another site may send a cookie, but no key.
  if (changes_something(route.method) && !key_field(request)) {
    if (!http::is_same_origin(request, trusted_origins_)) {
      log_.repeated_warning(
          "A request to the API was rejected because its Origin is not this site.",
          {{"request_id", request.id},
           {"origin", request.header("Origin")},
           {"host", request.header("Host")},
           {"sec_fetch_site", telemetry::if_not_empty(request.header("Sec-Fetch-Site"))},
           {"remedy", "If this is your own page, a proxy changes the Host header: set --public-admin-url."}});
      return Problem{403, "cross_site", "The page of another site has sent this request."};
    }
    if (request.header("X-Requested-With") != "pollux") {
      return Problem{403, "cross_site",
                     "Send the field X-Requested-With: pollux, or an API key as Authorization: Bearer plx_…"};
    }
  }
  return std::nullopt;
}

void AdminService::start(const RouteTable::Match& match, const http::Request& request,
                         const http::Reply& reply) {
  auto copied = ApiRequest::copy(request, match.parameters, shared_.cookie().name);
  if (!copied) return reply(response_of(copied.error()));
  const bool hashes = match.route->work == Work::password;
  const auto shared_request = std::make_shared<const ApiRequest>(*std::move(copied));
  const bool posted = (hashes ? passwords_ : requests_)
                          .post([this, route = match.route, shared_request, reply,
                                 services = hashes ? &password_services_ : &services_] {
                            run(*route, *shared_request, *services, reply);
                          });
  if (!posted) reply(response_of(busy()));
}

void AdminService::run(const Route& route, const ApiRequest& request, Services& services,
                       const http::Reply& reply) const {
  try {
    auto response = respond(route, request, services);
    if (response) return reply(uncached(unless_known(*std::move(response), request)));
    if (response.error().status == 500) {
      log_.repeated_error("A request to the API failed.", {{"reason", response.error().detail}});
      return reply(response_of({500, "internal", "Internal server error. The log has the reason."}));
    }
    reply(response_of(response.error()));
  } catch (...) {
    report_failure_({.method = name_of(route.method),
                     .path = route.path,
                     .what = "",
                     .exception = std::current_exception()});
    reply(response_of({500, "internal", "Internal server error. The log has the reason."}));
  }
}

ApiResponse AdminService::respond(const Route& route, const ApiRequest& request, Services& services) const {
  const auto precise = options_.now();
  const auto at = std::chrono::floor<std::chrono::seconds>(precise);
  const auto caller = authenticate(route, request, services, at);
  if (!caller) return caller.error();
  if (route.has_body && !request.has_json) {
    return Problem{415, "unsupported_media_type", "Send the body as Content-Type: application/json."};
  }
  return route.handler({.request = request,
                        .services = services,
                        .caller = *caller ? &**caller : nullptr,
                        .now = at,
                        .precise_now = precise});
}

ApiResult<std::optional<accounts::Principal>> AdminService::authenticate(const Route& route,
                                                                         const ApiRequest& request,
                                                                         Services& services,
                                                                         accounts::AccountTime now) const {
  if (route.caller == Caller::anyone) return std::optional<accounts::Principal>();
  auto known = request.authorization ? services.sign_in.authenticate_key(*request.authorization, now)
                                     : services.sign_in.authenticate(request.session, now);
  if (!known) return problem_of(known.error());
  if (route.caller == Caller::signed_in && known->key) {
    return forbidden("An API key can't do this. Sign in.");
  }
  return std::optional(*std::move(known));
}

// Sessions that are over are of no use to anyone.
void AdminService::tidy() {
  const accounts::AccountTime at = now();
  if (at - tidied_at_ < tidy_period) return;
  tidied_at_ = at;
  const auto ended =
      services_.stores.credentials->erase_sessions(shared_.session_lifetime, sessions_erased_at_once, at);
  if (ended) return;
  log_.repeated_warning("Sessions that are over could not be deleted.", {{"reason", ended.error().message}});
}

void AdminService::end_streams() {
  shared_.streams->end();
}

void AdminService::watch(telemetry::Liveness& liveness) const {
  liveness.watch("admin requests", requests_.heartbeat());
  liveness.watch("admin passwords", passwords_.heartbeat());
}

accounts::AccountTime AdminService::now() const {
  return std::chrono::floor<std::chrono::seconds>(options_.now());
}

}  // namespace pollux::admin
