#include "bench/company/report.hpp"

#include <cstdarg>
#include <cstdio>

namespace pollux::bench {
namespace {

constexpr double greatest_ratio = 2;

[[gnu::format(printf, 2, 3)]] void append(std::string& text, const char* format, ...) {
  char line[512];
  std::va_list values;
  va_start(values, format);
  std::vsnprintf(line, sizeof line, format, values);
  va_end(values);
  text += line;
}

double megabytes(double bytes) {
  return bytes / 1e6;
}

double ratio(const Figures& figures) {
  return figures.attacked.p99 / figures.quiet.p99;
}

double bare_ratio(const Figures& figures) {
  return figures.bare_attacked.p99 / figures.bare_quiet.p99;
}

bool holds(const Figures& figures) {
  return ratio(figures) <= greatest_ratio && figures.attacked.lost == 0 && figures.failure.empty();
}

void append_latencies(std::string& table, const char* name, const Latencies& quiet,
                      const Latencies& attacked) {
  append(table, "  %-14s %8.2f %8.2f %9.2f %9.2f %8.1f", name, quiet.p50, quiet.p99, attacked.p50,
         attacked.p99, attacked.p99 / quiet.p99);
}

void append_memory(std::string& table, const Figures& figures) {
  const auto grown =
      static_cast<double>(figures.resident_peak) - static_cast<double>(figures.resident_before);
  append(table, "  memory %.0f MB at its peak, %.0f before; bound: %s",
         megabytes(double(figures.resident_peak)), megabytes(double(figures.resident_before)),
         figures.bounded_by.c_str());
  if (figures.bound_bytes > 0) {
    const char* verdict = grown > figures.bound_bytes       ? "FALLS SHORT"
                          : grown > figures.bound_bytes / 2 ? "holds"
                                                            : "not reached, so not put to the test";
    append(table, ", %.0f MB in all: %s", megabytes(figures.bound_bytes), verdict);
  }
  table += "\n";
}

void append_figures(std::string& table, const Figures& figures) {
  table += "\n" + figures.attack + "\n";
  append_latencies(table, "good client", figures.quiet, figures.attacked);
  append(table, "   %s\n", holds(figures) ? "holds" : "FALLS SHORT");
  append_latencies(table, "bare echo", figures.bare_quiet, figures.bare_attacked);
  table += "\n";
  if (figures.attacked.lost > 0) append(table, "  %zu requests without an answer\n", figures.attacked.lost);
  if (!figures.failure.empty()) table += "  The good client's connection: " + figures.failure + "\n";
  append(table, "  %.0f %s a second, %zu connections closed", figures.done_per_second, figures.unit.c_str(),
         static_cast<std::size_t>(figures.broken));
  if (figures.status != 0) append(table, ", answered %d", figures.status);
  append(table, "\n  cores: server %.2f, attackers and clients %.2f, other programs %.2f (in quiet %.2f)\n",
         figures.server_cores, figures.attackers_cores, figures.others_cores, figures.others_quiet_cores);
  append_memory(table, figures);
  append(table, "  the bare echo's p99 under the attack is %.0f %% of the good client's\n",
         100 * figures.bare_attacked.p99 / figures.attacked.p99);
}

std::string json_of(const Latencies& latencies) {
  std::string json;
  append(json, R"({"p50_ms":%.3f,"p99_ms":%.3f,"lost":%zu})", latencies.p50, latencies.p99, latencies.lost);
  return json;
}

std::string json_of(const Figures& figures) {
  std::string json = R"({"attack":")" + figures.attack + R"(","quiet":)" + json_of(figures.quiet) +
                     R"(,"attacked":)" + json_of(figures.attacked) + R"(,"bare_quiet":)" +
                     json_of(figures.bare_quiet) + R"(,"bare_attacked":)" + json_of(figures.bare_attacked);
  append(json,
         R"(,"ratio":%.3f,"bare_ratio":%.3f,"holds":%s,"done_per_second":%.0f,"connections_closed":%zu)",
         ratio(figures), bare_ratio(figures), holds(figures) ? "true" : "false", figures.done_per_second,
         static_cast<std::size_t>(figures.broken));
  append(
      json,
      R"(,"server_cores":%.3f,"clients_cores":%.3f,"others_cores":%.3f,"others_quiet_cores":%.3f,"rss_before":%zu,"rss_peak":%zu,"rss_bound":%.0f})",
      figures.server_cores, figures.attackers_cores, figures.others_cores, figures.others_quiet_cores,
      figures.resident_before, figures.resident_peak, figures.bound_bytes);
  return json;
}

}  // namespace

std::string table_of(const std::vector<Figures>& all) {
  std::string table;
  append(table,
         "One client asks for an acknowledgement every 5 ms; server (2 io threads), attackers and clients "
         "share %u "
         "cores.\nMilliseconds from the intended sending; quiet is measured before each attack, on the same "
         "server.\n"
         "\n  %-14s %8s %8s %9s %9s %8s\n",
         std::thread::hardware_concurrency(), "", "p50", "p99", "p50 att.", "p99 att.", "ratio");
  for (const auto& figures : all) append_figures(table, figures);
  append(table, "\nThe ratio of the p99 is to be at most %.0f, with every request answered.\n",
         greatest_ratio);
  table +=
      "Attackers have 20 connections in a closed loop for POSTs, 200 for handshakes; those that never read "
      "send "
      "50,000\nmessages a second in all. Where other programs take processor time, or the bare echo is late "
      "as well, "
      "the ratio\nsays more of the machine than of the server.\n";
  return table;
}

std::string json_of(const std::vector<Figures>& all) {
  std::string json;
  for (const auto& figures : all) json += (json.empty() ? "[" : ",\n") + json_of(figures);
  return json + "]\n";
}

}  // namespace pollux::bench
