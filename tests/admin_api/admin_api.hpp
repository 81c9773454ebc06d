// The HTTP API in the test's process, on real stores and a real server, with a clock that the test moves.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "admin/admin_service.hpp"
#include "base/testing/temporary_directory.hpp"
#include "directory/in_process_poll_directory.hpp"
#include "http/testing/wire_client.hpp"
#include "poll/poll_announcer.hpp"
#include "queue/in_process_vote_queue.hpp"
#include "store/sqlite_vote_store.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"
#include "telemetry/testing/log_text.hpp"

namespace pollux::admin {

inline constexpr std::string_view good_password = "four random words";

struct ApiAnswer {
  unsigned status = 0;
  std::string head;
  std::string text;
  boost::json::value body;  // null unless it is JSON

  std::string field(const std::string& name) const;
  std::string code() const;  // of a problem; empty if it is none
  // A member of the body, also of an object within it: "account.name". It must be there.
  const boost::json::value& at(std::string_view path) const;
  std::string text_at(std::string_view path) const;
  std::int64_t number_at(std::string_view path) const;
};

// A browser or a program, with a connection for each request. Each response must be one of those in the
// description of the API.
class ApiClient {
 public:
  using Fields = std::vector<std::string>;  // "Name: value"

  explicit ApiClient(std::uint16_t port) : port_(port) {}

  std::string session;      // the token of its cookie; kept up to date
  std::string key;          // sent instead, if there is one
  bool is_our_page = true;  // sends X-Requested-With
  std::string cookie_name = "pollux_session";

  ApiAnswer send(std::string_view method, const std::string& path, const std::string& body = "",
                 const Fields& fields = {});
  ApiAnswer get(const std::string& path, const Fields& fields = {}) { return send("GET", path, "", fields); }
  ApiAnswer post(const std::string& path, const std::string& body = "", const Fields& fields = {}) {
    return send("POST", path, body, fields);
  }
  ApiAnswer sign_in(std::string_view name, std::string_view password = good_password);

 private:
  const std::uint16_t port_;
};

// "If-Match: "3"" for what has revision 3.
std::string if_match(const ApiAnswer& answer);

inline const std::string tea_or_coffee =
    R"({"title":"Drinks","question":{"kind":"single","text":"Tea or coffee?","options":["Tea","Coffee"]}})";

class AdminApi : public testing::Test {
 protected:
  AdminApi();
  ~AdminApi() override;

  struct Setup {
    std::optional<http::PublicUrl> public_url{};
    double requests_per_second = 10'000;
    std::chrono::milliseconds lock_wait{60'000};
  };
  void start(const Setup& setup);  // again, with other options
  ApiClient client() const { return ApiClient(server_->port()); }
  Stores connect(std::chrono::milliseconds lock_wait) const;

  // The token of the address that makes the first account.
  std::string setup_token();
  ApiClient make_owner(const std::string& name = "Ann");  // by the settings, then signed in
  ApiClient make_editor(ApiClient& owner, const std::string& name);

  void pass(std::chrono::seconds time) { *clock_ += time.count(); }
  void record(const std::string& run, const std::string& voter, const std::string& selection);
  std::string poll(ApiClient& by, const std::string& body = tea_or_coffee);  // the path of a new one

  const std::shared_ptr<std::atomic<std::int64_t>> clock_ =
      std::make_shared<std::atomic<std::int64_t>>(1'795'780'800);  // 2026-11-27T12:00:00Z
  TemporaryDirectory directory_;
  std::unique_ptr<store::SqliteVoteStore> votes_ =
      store::SqliteVoteStore::open(directory_.path() / "pollux.db", {}).value();
  queue::InProcessVoteQueue queue_{{}, {}};
  directory::InProcessPollDirectory polls_;
  poll::PollAnnouncer announcer_{queue_, polls_, {}};
  telemetry::LogText log_text_;
  telemetry::Log log_{telemetry::LogLevel::info, log_text_.stream()};
  std::unique_ptr<telemetry::Metrics> metrics_;
  std::unique_ptr<http::StaticFiles> files_;
  std::unique_ptr<AdminService> service_;
  std::unique_ptr<http::TestServer> server_;

 private:
  void stop_server();

  std::uint64_t recorded_ = 0;
};

}  // namespace pollux::admin
