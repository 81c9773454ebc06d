#include "bench/viewers/report.hpp"

#include <algorithm>
#include <thread>

#include "bench/system.hpp"

namespace pollux::bench {
namespace {

constexpr double most_bytes_per_viewer = 5'000;
constexpr double greatest_ratio = 1.2;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// Within each round, so that what slows the machine slows both sides.
std::vector<double> ratios(const Figures& figures) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < figures.pollux_milliseconds.size(); ++i) {
    ratios.push_back(figures.pollux_milliseconds[i] / figures.bare_milliseconds[i]);
  }
  return ratios;
}

void append_row(std::string& table, const char* name, const std::vector<double>& values) {
  append(table, "%-42s %9.2f   [%.2f .. %.2f]\n", name, median(values), std::ranges::min(values),
         std::ranges::max(values));
}

const char* verdict(double figure, double bound) {
  return figure <= bound ? "holds" : "FALLS SHORT";
}

std::string list_of(const std::vector<double>& values) {
  std::string list;
  for (const double value : values) append(list, "%s%.3f", list.empty() ? "" : ",", value);
  return "[" + list + "]";
}

}  // namespace

std::string table_of(const Figures& figures) {
  std::string table;
  append(table, "%zu viewers on WebSocket; server and viewers share %u cores\n\n", figures.viewers,
         std::thread::hardware_concurrency());
  append(table, "%-42s %9.0f   (at most %.0f: %s)\n", "heap and stacks per idle viewer, bytes",
         figures.anonymous_bytes_per_viewer, most_bytes_per_viewer,
         verdict(figures.anonymous_bytes_per_viewer, most_bytes_per_viewer));
  append(table, "%-42s %9.0f\n", "resident memory per idle viewer, bytes", figures.rss_bytes_per_viewer);
  append(table, "%-42s %9.1f\n\n", "heap and stacks before, MB",
         static_cast<double>(figures.anonymous_bytes_before) / 1e6);

  append(table, "One tally of %zu bytes to all, first byte to last, ms: median of %zu [least .. greatest]\n",
         figures.frame_bytes, figures.pollux_milliseconds.size());
  append_row(table, "pollux", figures.pollux_milliseconds);
  append_row(table, "bare send() loop, one thread", figures.bare_milliseconds);
  append_row(table, "ratio within a round", ratios(figures));
  const double ratio = median(ratios(figures));
  append(table, "ratio %.2f (at most %.1f: %s)\n", ratio, greatest_ratio, verdict(ratio, greatest_ratio));
  return table;
}

std::string json_of(const Figures& figures) {
  std::string json;
  append(json, "{\"viewers\":%zu,\"cores\":%u,", figures.viewers, std::thread::hardware_concurrency());
  append(json, "\"anonymous_bytes_per_viewer\":%.0f,\"rss_bytes_per_viewer\":%.0f,",
         figures.anonymous_bytes_per_viewer, figures.rss_bytes_per_viewer);
  append(json, "\"anonymous_bytes_before\":%zu,\"frame_bytes\":%zu,", figures.anonymous_bytes_before,
         figures.frame_bytes);
  json += "\"pollux_ms\":" + list_of(figures.pollux_milliseconds);
  json += ",\"bare_ms\":" + list_of(figures.bare_milliseconds);
  append(json, ",\"ratio\":%.3f}\n", median(ratios(figures)));
  return json;
}

}  // namespace pollux::bench
