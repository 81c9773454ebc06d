// What a server counts for its operators, independent of any format of metrics.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "http/request.hpp"

namespace pollux::http {

// The route of a request that matched nothing, or that was rejected before it reached a router.
inline constexpr std::string_view no_route = "none";

// The status of a request whose client disconnected, or read too slowly, before the whole response was sent.
// Never sent; the number is nginx's.
inline constexpr unsigned client_closed_request = 499;

// Durations in buckets. One thread adds; any thread reads, possibly in the middle of an addition. Adding
// takes two loads and two stores, without a lock or an atomic read-modify-write.
class DurationHistogram {
 public:
  // Upper bounds of the buckets in microseconds. One more bucket has what exceeds them all.
  static constexpr std::array<std::int64_t, 14> bounds{500,       1'000,     2'500,     5'000,     10'000,
                                                       25'000,    50'000,    100'000,   250'000,   500'000,
                                                       1'000'000, 2'500'000, 5'000'000, 10'000'000};

  struct Counts {
    std::array<std::uint64_t, bounds.size() + 1> buckets{};  // each without the ones before it
    std::chrono::nanoseconds sum{0};

    Counts& operator+=(const Counts& other);
    std::uint64_t total() const;
  };

  void add(std::chrono::nanoseconds duration);  // a negative one counts as 0
  Counts counts() const;

 private:
  std::array<std::atomic<std::uint64_t>, bounds.size() + 1> buckets_{};
  std::atomic<std::int64_t> nanoseconds_{0};
};

// The responses that are counted together. A further field also belongs into slot_of() (else its values share
// a slot) and, as a label, into telemetry/server_telemetry.cpp.
struct ResponseKind {
  std::string_view route = no_route;  // the router's pattern; lives as long as the server
  Method method = Method::other;      // other: unknown, or the request line could not be read
  unsigned status = 0;

  friend auto operator<=>(const ResponseKind&, const ResponseKind&) = default;
};

// The share of one io thread, which alone writes it; any thread reads it.
class ThreadStatistics {
 public:
  // Bounds memory and the number of series. Clients cannot invent routes, methods or statuses, so only a
  // programming error could exceed it; the excess is counted as `ResponseKind{}`.
  static constexpr std::size_t max_kinds = 512;

  struct Responses {
    ResponseKind kind;
    DurationHistogram::Counts durations;
  };

  // `took` is from the received head to the sent response. Allocates only for the first response of a kind.
  void count(const ResponseKind& kind, std::chrono::nanoseconds took);
  void append_to(std::vector<Responses>& counted) const;

  DurationHistogram loop_lag;  // how late a periodic timer of this thread fired

 private:
  struct Series {
    explicit Series(const ResponseKind& of) : kind(of) {}
    const ResponseKind kind;
    DurationHistogram durations;
  };

  Series& find_or_add(const ResponseKind& kind);

  // Open addressing, at most half full. A pointer is set once and then stays, so that readers need no lock.
  std::array<std::atomic<Series*>, 2 * max_kinds> table_{};
  std::deque<Series> series_;  // only the io thread uses the container
  Series excess_{{}};
};

// Counters since the start, and gauges. Any thread.
struct ServerStatistics {
  std::atomic<std::uint64_t> rejected{0};    // requests answered by the server itself, with 4xx or 503
  std::atomic<std::uint64_t> failed{0};      // see ServerOptions::on_failure
  std::atomic<std::uint64_t> shed{0};        // connections; see ServerOptions::on_shed
  std::atomic<std::int64_t> connections{0};  // open, including upgraded ones
  std::deque<ThreadStatistics> threads{};    // complete before the server accepts

  // All threads together: each kind once, in order.
  std::vector<ThreadStatistics::Responses> responses() const;
  DurationHistogram::Counts loop_lag() const;
};

}  // namespace pollux::http
