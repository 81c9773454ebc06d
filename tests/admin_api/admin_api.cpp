#include "admin_api/admin_api.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <utility>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include "base/json_object.hpp"
#include "poll/vote.hpp"
#include "store/sqlite_sql_database.hpp"

namespace pollux::admin {
namespace {

namespace json = boost::json;

const http::StaticFile only_page{.path = "/",
                                 .content_type = "text/html; charset=utf-8",
                                 .etag = "\"1\"",
                                 .bytes = "<title>Admin</title>",
                                 .gzip = {},
                                 .brotli = {}};

// The statuses that the description has for a request.
std::vector<unsigned> described(std::string_view method, std::string_view path) {
  static const RouteTable table = api_routes();
  static const json::value description = json::parse(api_description());
  const auto match = table.find(http::Method::other, path.substr(0, path.find('?')));
  std::string name(method == "HEAD" ? "GET" : method);
  std::ranges::transform(name, name.begin(), [](char c) { return static_cast<char>(c | 0x20); });
  std::vector<unsigned> statuses;
  if (path == "/openapi.json") return {200, 204, 405};
  if (!match) return {404};
  const auto& operations = description.at("paths").at(match->path).as_object();
  if (!operations.contains(name)) return {204, 405};
  for (const auto& response : operations.at(name).at("responses").as_object()) {
    statuses.push_back(static_cast<unsigned>(std::stoi(std::string(response.key()))));
  }
  return statuses;
}

json::value parse_body(const http::WireAnswer& answer) {
  // The response to HEAD has no body, and JSON Lines are many values.
  if (answer.body.empty() || !answer.field("Content-Type").ends_with("json")) return nullptr;
  json::error_code failed;
  json::value value = json::parse(answer.body, failed);
  EXPECT_FALSE(failed) << answer.body;
  return value;
}

}  // namespace

std::string ApiAnswer::field(const std::string& name) const {
  return http::WireAnswer{.status = status, .head = head, .body = ""}.field(name);
}

std::string ApiAnswer::code() const {
  return field("Content-Type") == "application/problem+json" ? text_at("code") : "";
}

const json::value& ApiAnswer::at(std::string_view path) const {
  const json::value* value = &body;
  while (!path.empty()) {
    const std::string_view name = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(name.size() + 1, path.size()));
    value = &value->at(name);
  }
  return *value;
}

std::string ApiAnswer::text_at(std::string_view path) const {
  return std::string(at(path).as_string());
}

std::int64_t ApiAnswer::number_at(std::string_view path) const {
  return at(path).as_int64();
}

ApiAnswer ApiClient::send(std::string_view method, const std::string& path, const std::string& body,
                          const Fields& fields) {
  std::string request = std::string(method) + " /api/v1" + path + " HTTP/1.1\r\nHost: localhost:8082\r\n";
  if (!key.empty()) request += "Authorization: Bearer " + key + "\r\n";
  if (!session.empty()) request += "Cookie: " + cookie_name + "=" + session + "\r\n";
  if (is_our_page) request += "X-Requested-With: pollux\r\n";
  if (!body.empty()) request += "Content-Type: application/json\r\n";
  for (const std::string& field : fields) request += field + "\r\n";
  request += "Connection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  http::WireClient connection(port_);
  connection.send(request);
  const http::WireAnswer got = connection.read_answer(method != "HEAD");
  EXPECT_THAT(described(method, path), testing::Contains(got.status)) << method << " " << path << got.body;
  const std::string cookie = got.field("Set-Cookie");
  if (cookie.starts_with(cookie_name + "=")) {
    session = cookie.substr(cookie_name.size() + 1, cookie.find(';') - cookie_name.size() - 1);
  }
  return {.status = got.status, .head = got.head, .text = got.body, .body = parse_body(got)};
}

ApiAnswer ApiClient::sign_in(std::string_view name, std::string_view password) {
  return post("/session", JsonObject().text("name", name).text("password", password).take());
}

std::string if_match(const ApiAnswer& answer) {
  return "If-Match: " + answer.field("ETag");
}

AdminApi::AdminApi() {
  start({});
}

AdminApi::~AdminApi() {
  stop_server();
}

// In the order of the programs: a stream that waits refers to its connection.
void AdminApi::stop_server() {
  if (service_) service_->end_streams();
  server_.reset();
}

Stores AdminApi::connect(std::chrono::milliseconds lock_wait) const {
  auto accounts = store::open_sqlite_account_stores(*votes_, {}, lock_wait).value();
  return {.polls = store::open_sqlite_poll_store(*votes_, {}, lock_wait).value(),
          .tallies = votes_->open_reader().value(),
          .votes = store::open_sqlite_vote_reader(*votes_, lock_wait).value(),
          .accounts = std::move(accounts.account_store),
          .credentials = std::move(accounts.credential_store),
          .audit = std::move(accounts.audit_log)};
}

void AdminApi::start(const Setup& setup) {
  stop_server();
  service_.reset();
  metrics_ = std::make_unique<telemetry::Metrics>();
  files_ = std::make_unique<http::StaticFiles>(std::span(&only_page, 1));
  AdminService::Options options{
      .public_url = setup.public_url, .pages = {}, .requests_per_second = setup.requests_per_second};
  // A millisecond passes with each look, so that ids are in order, but no second does.
  options.now = [clock = clock_, looks = std::make_shared<std::atomic<std::int64_t>>(0)] {
    const std::chrono::milliseconds since_start(std::min(looks->fetch_add(1), std::int64_t{999}));
    return std::chrono::system_clock::time_point(std::chrono::seconds(clock->load()) + since_start);
  };
  service_ = std::make_unique<AdminService>(std::move(options),
                                            AdminService::Parts{.requests = connect(setup.lock_wait),
                                                                .passwords = connect(setup.lock_wait),
                                                                .announcer = announcer_,
                                                                .files = *files_},
                                            *metrics_, log_);
  service_->set_page_ports(8080, 8081);
  server_ = std::make_unique<http::TestServer>(
      [this](const http::Request& request, const http::Reply& reply) { service_->answer(request, reply); });
}

std::string AdminApi::setup_token() {
  const std::string address = service_->offer_setup("", "", "http://localhost:8082/").value().value();
  const std::string marker = "#setup=";
  return address.substr(address.find(marker) + marker.size());
}

ApiClient AdminApi::make_owner(const std::string& name) {
  EXPECT_TRUE(service_->offer_setup(name, good_password, ""));
  ApiClient owner = client();
  EXPECT_EQ(owner.sign_in(name).status, 200U);
  return owner;
}

ApiClient AdminApi::make_editor(ApiClient& owner, const std::string& name) {
  const std::string body =
      JsonObject().text("name", name).text("role", "editor").text("password", good_password).take();
  EXPECT_EQ(owner.post("/accounts", body).status, 201U);
  ApiClient editor = client();
  EXPECT_EQ(editor.sign_in(name).status, 200U);
  return editor;
}

void AdminApi::record(const std::string& run, const std::string& voter, const std::string& selection) {
  const poll::QueuedVote vote{{2, ++recorded_},
                              {poll::PollId::parse(run).value(), poll::VoterId::parse(voter).value(),
                               poll::Selection::parse(selection).value()}};
  ASSERT_TRUE(votes_->record({&vote, 1}));
}

std::string AdminApi::poll(ApiClient& by, const std::string& body) {
  const ApiAnswer made = by.post("/polls", body);
  EXPECT_EQ(made.status, 201U) << made.text;
  return "/polls/" + made.text_at("id");
}

}  // namespace pollux::admin
