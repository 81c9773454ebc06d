// The HTTP API for polls that people make, under /api/v1, and the pages that use it. openapi.json describes
// it.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/route_table.hpp"
#include "admin/services.hpp"
#include "admin/work_thread.hpp"
#include "config/public_addresses.hpp"
#include "http/network_limit.hpp"
#include "http/origin.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"
#include "http/router.hpp"
#include "http/static_files.hpp"
#include "poll/poll_announcer.hpp"
#include "telemetry/health.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"
#include "telemetry/server_telemetry.hpp"

namespace pollux::admin {

// The path below which everything is the API.
inline constexpr std::string_view api_path = "/api/v1";

// The description, openapi.json. Static.
std::string_view api_description();

// Every route of the API but that of the description.
RouteTable api_routes();

// Requests are copied on an io thread and answered by one of two threads with stores of their own: one for
// the database, one for what hashes passwords, so that guessing passwords delays no one else. Both have
// bounded queues; beyond them the response is 503.
//
// What it refers to outlives it. It outlives the server that it answers for, which must be drained before.
class AdminService {
 public:
  struct Options {
    std::optional<http::PublicUrl> public_url;  // of the admin pages; none: the Host field of the request
    config::PublicAddresses pages;              // of voters and viewers
    double requests_per_second = 50;            // per network, at least 1
    std::function<std::chrono::system_clock::time_point()> now = &std::chrono::system_clock::now;
    accounts::PasswordHasher::Options hasher{};
    WorkThread::Options work{};
  };

  // The stores of each of the two threads. `files`: the pages.
  struct Parts {
    Stores requests;
    Stores passwords;
    poll::PollAnnouncer& announcer;
    const http::StaticFiles& files;
  };

  AdminService(Options options, Parts parts, telemetry::Metrics& metrics, telemetry::Log& log);

  // The ports of the pages for voters and viewers on this machine. Before the first request.
  void set_page_ports(std::uint16_t vote_port, std::uint16_t result_port);

  // For what the pages need besides their files. Before the first request.
  http::Router& pages() { return pages_; }

  // The first account (accounts::FirstRun): made with the password, if there is one, or else an address for
  // it is logged, in which `listening` is where browsers reach the pages unless there is a public URL.
  // Returns the address; none if there are accounts. Blocks; not on an io thread.
  Result<std::optional<std::string>> offer_setup(const std::string& name, std::string_view password,
                                                 const std::string& listening);

  // For http::Server. Any io thread.
  void answer(const http::Request& request, const http::Reply& reply);

  // Ends streams of results, which would go on for minutes. Before the server is drained.
  void end_streams();

  // Adds both threads, which outlive the last check.
  void watch(telemetry::Liveness& liveness) const;

 private:
  void answer_api(const http::Request& request, std::string_view path, const http::Reply& reply);
  std::optional<Problem> reject(const http::Request& request, const Route& route);
  void start(const RouteTable::Match& match, const http::Request& request, const http::Reply& reply);
  ApiResponse respond(const Route& route, const ApiRequest& request, Services& services) const;
  ApiResult<std::optional<accounts::Principal>> authenticate(const Route& route, const ApiRequest& request,
                                                             Services& services,
                                                             accounts::AccountTime now) const;
  void run(const Route& route, const ApiRequest& request, Services& services, const http::Reply& reply) const;
  Result<std::optional<std::string>> offer(const std::string& name, std::string_view password,
                                           const std::string& listening);
  void tidy();
  accounts::AccountTime now() const;

  const Options options_;
  const std::vector<std::string> trusted_origins_;
  const RouteTable table_;
  http::Router pages_;
  telemetry::Log& log_;
  const std::function<void(const http::HandlerFailure&)> report_failure_;
  http::NetworkLimit limit_;
  Shared shared_;
  Services services_;           // of requests_
  Services password_services_;  // of passwords_
  accounts::AccountTime tidied_at_{};
  WorkThread requests_;   // last: uses the members above
  WorkThread passwords_;  // likewise
};

}  // namespace pollux::admin
