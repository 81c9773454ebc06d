#include "result/result_page_options.hpp"

namespace pollux::result {

using namespace std::chrono_literals;

ResultService::Options ResultPageOptions::service(const NetworkOptions& network) const {
  ResultService::Options options;
  options.publish_period = publish_period;
  options.sockets.transport.sessions = network.max_connections;
  options.sockets.transport.sessions_per_address = network.max_connections;
  return options;
}

void declare(Settings& settings, ResultPageOptions& options, const std::string& listen_name) {
  settings.group("Result page");
  settings.add(listen_name, setting::endpoint(&options.listen), "Where the result page is served.");
  settings.add("publish-period", setting::duration(&options.publish_period, 1ms, 10s),
               "The least time between two updates of the screens; changes in between arrive together. Where "
               "so many watch that an update takes long, twice that time.");
}

http::ServerOptions server_options(const NetworkOptions& network) {
  http::ServerOptions server = network.server();
  server.limits.body_bytes = socketio::Options().transport.max_payload;
  return server;
}

}  // namespace pollux::result
