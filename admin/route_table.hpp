// The routes of the API: which handler answers which method and path, and what it needs for that.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/api_request.hpp"
#include "http/request.hpp"

namespace pollux::admin {

struct Call;  // services.hpp

enum class Caller {
  anyone,
  known,     // a session or a key
  signed_in  // a session
};

// On which thread a handler runs. Those that hash a password block longer, and wait for one another.
enum class Work { store, password };

// Must not throw; may block.
using ApiHandler = std::function<ApiResponse(const Call&)>;

struct Route {
  http::Method method = http::Method::get;
  std::string path;  // below /api/v1, with parameters: "/polls/{poll}/open"
  Caller caller = Caller::known;
  Work work = Work::store;
  bool has_body = false;  // JSON is expected
  ApiHandler handler;
};

// Filled before the service starts, then read on any thread.
class RouteTable {
 public:
  void add(Route route) { routes_.push_back(std::move(route)); }
  const std::vector<Route>& routes() const { return routes_; }

  struct Match {
    const Route* route = nullptr;  // null: none has this method, which `allow` then lists
    std::string_view path;         // of the route, or of one of those with another method
    PathParameters parameters;
    std::string allow;  // "GET, HEAD, OPTIONS"
  };

  // Nothing if no route has this path. HEAD is answered as GET. Lives as long as the table.
  std::optional<Match> find(http::Method method, std::string_view path) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace pollux::admin
