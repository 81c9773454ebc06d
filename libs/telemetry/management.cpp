#include "telemetry/management.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "http/router.hpp"
#include "telemetry/descriptor_limit.hpp"
#include "telemetry/server_telemetry.hpp"

namespace pollux::telemetry {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

http::ServerOptions management_server(Log& log) {
  http::ServerOptions options;
  options.on_failure = report_failed_requests("management", log);
  options.limits.header_bytes = 8 * 1024;
  options.limits.target_bytes = 1024;
  options.limits.body_bytes = 0;
  options.limits.connections = 64;
  options.on_shed = report_shed("management", options.limits.connections, log);
  return options;
}

http::Response fresh(http::Response response) {
  response.set("Cache-Control", "no-store");
  return response;
}

http::Response say_alive(Liveness& liveness, Log& log) {
  const Result<void> alive = liveness.check();
  if (alive) return http::text(200, "alive\n");
  log.repeated_error("A thread hangs.", {{"reason", alive.error().message}});
  return http::text(503, alive.error().message + "\n");
}

http::Router routes(const Metrics& metrics, const Readiness& readiness, Liveness& liveness, Log& log) {
  using http::Method;
  http::Router router;
  router.on(Method::get, "/livez", [&liveness, &log](const http::Request&, const http::Reply& reply) {
    reply(fresh(say_alive(liveness, log)));
  });
  router.on(Method::get, "/readyz", [&readiness](const http::Request&, const http::Reply& reply) {
    const ReadinessReport report = readiness.report();
    reply(fresh(http::text(report.ready ? 200 : 503, report.text)));
  });
  router.on(Method::get, "/metrics", [&metrics](const http::Request&, const http::Reply& reply) {
    http::Response response;
    response.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    response.body = metrics.text();
    reply(fresh(std::move(response)));
  });
  return router;
}

// One request and its response, which ends with the connection, so its length need not be parsed.
class Exchange {
 public:
  explicit Exchange(const std::string& host)
      : request_("GET /readyz HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n") {}

  // The response, or why there is none.
  Result<std::string> run(const std::vector<tcp::endpoint>& addresses, std::chrono::milliseconds deadline) {
    asio::async_connect(socket_, addresses, [this](error_code error, const tcp::endpoint&) {
      if (!failed(error)) write();
    });
    context_.run_for(deadline);
    if (!done_) return unavailable("did not answer within " + std::to_string(deadline.count()) + " ms.");
    if (error_) return unavailable("cannot be reached: " + error_.message() + ".");
    return std::move(answer_);
  }

  asio::io_context& context() { return context_; }

 private:
  void write() {
    asio::async_write(socket_, asio::buffer(request_), [this](error_code error, std::size_t) {
      if (!failed(error)) read();
    });
  }

  void read() {
    asio::async_read(socket_, asio::dynamic_buffer(answer_, max_answer_bytes),
                     [this](error_code error, std::size_t) {
                       if (error && error != asio::error::eof) error_ = error;
                       done_ = true;
                     });
  }

  bool failed(error_code error) {
    if (!error) return false;
    error_ = error;
    done_ = true;
    return true;
  }

  static constexpr std::size_t max_answer_bytes = 16 * 1024;

  asio::io_context context_{1};
  tcp::socket socket_{context_};
  std::string request_;
  std::string answer_;
  error_code error_;
  bool done_ = false;
};

// The body on one line: "not ready; store: The disk is full."
std::string body_in_one_line(std::string_view answer) {
  const std::size_t end_of_header = answer.find("\r\n\r\n");
  if (end_of_header == answer.npos) return "";
  std::string line;
  for (const char c : answer.substr(end_of_header + 4)) {
    if (c == '\n') {
      line += "; ";
    } else if (static_cast<unsigned char>(c) >= 0x20) {
      line += c;
    }
  }
  if (line.ends_with("; ")) line.resize(line.size() - 2);
  return line;
}

bool is_every_address(const std::string& host) {
  return host.empty() || host == "0.0.0.0" || host == "::";
}

// The addresses to try in turn. A listener on all addresses is reached on the loopback of either family: the
// machine may lack one of them.
std::vector<tcp::endpoint> find_addresses(asio::io_context& context, const http::Endpoint& endpoint,
                                          error_code& failed) {
  if (is_every_address(endpoint.host)) {
    return {{asio::ip::address_v4::loopback(), endpoint.port},
            {asio::ip::address_v6::loopback(), endpoint.port}};
  }
  std::vector<tcp::endpoint> addresses;
  for (const auto& found :
       tcp::resolver(context).resolve(endpoint.host, std::to_string(endpoint.port), failed)) {
    addresses.push_back(found.endpoint());
  }
  return addresses;
}

}  // namespace

ManagementListener::ManagementListener(Metrics& metrics, const Readiness& readiness, Liveness& liveness,
                                       Log& log)
    : server_(thread_, management_server(log), routes(metrics, readiness, liveness, log)) {
  observe_server(metrics, "management", server_.statistics());
  observe_log(metrics, log);
  metrics.observed_gauge("pollux_ready", "1 if /readyz returns 200, else 0.", {},
                         [&readiness] { return readiness.report().ready ? 1.0 : 0.0; });
}

Result<http::Endpoint> ManagementListener::listen(const http::Endpoint& endpoint) {
  auto bound = server_.listen(endpoint);
  if (bound) thread_.start();
  return bound;
}

http::Endpoint on_this_machine(http::Endpoint endpoint) {
  if (is_every_address(endpoint.host)) endpoint.host = "localhost";
  return endpoint;
}

Result<std::string> check_health(const http::Endpoint& management, std::chrono::milliseconds deadline) {
  const http::Endpoint endpoint = on_this_machine(management);
  const std::string listener = "The management listener at " + endpoint.text() + " ";
  Exchange exchange(endpoint.text());
  error_code unresolved;
  const auto addresses = find_addresses(exchange.context(), management, unresolved);
  if (unresolved) return unavailable(listener + "cannot be found: " + unresolved.message() + ".");

  const auto answer = exchange.run(addresses, deadline);
  if (!answer) return unavailable(listener + answer.error().message);
  if (answer->starts_with("HTTP/1.1 200 ")) return "The service is ready.";
  if (answer->starts_with("HTTP/1.1 503 ")) {
    return unavailable("The service at " + endpoint.text() + " says: " + body_in_one_line(*answer));
  }
  return unavailable(listener + "sent an unexpected response.");
}

}  // namespace pollux::telemetry
