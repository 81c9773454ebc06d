#include "vote/page_options.hpp"

#include "telemetry/process.hpp"

namespace pollux::vote {

std::string PageOptions::host_name() const {
  return show_host_name ? telemetry::host_name() : "";
}

void declare(config::Settings& settings, PageOptions& options) {
  settings.add("show-host-name", config::setting::boolean(&options.show_host_name),
               "Show voters the name of the host that made the page (\"Processed by container ID …\"), as "
               "example-voting-app does. Turn it off for an audience.");
}

}  // namespace pollux::vote
