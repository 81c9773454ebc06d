#include "bench/noisy_neighbor/report.hpp"

#include <thread>

#include "bench/system.hpp"

namespace pollux::bench {
namespace {

constexpr double greatest_ratio = 2;

double megabytes(double bytes) {
  return bytes / 1e6;
}

// Excludes the effect of sharing the machine with the attack.
double ratio(const Figures& figures) {
  return figures.attacked.p99 / figures.beside.p99;
}

double ratio_to_quiet(const Figures& figures) {
  return figures.attacked.p99 / figures.quiet.p99;
}

bool is_served(const Figures& figures) {
  return figures.attacked.lost == 0 && figures.failure.empty();
}

const char* verdict(const Figures& figures, double ratio) {
  return ratio <= greatest_ratio && is_served(figures) ? "holds" : "FALLS SHORT";
}

void append_latencies(std::string& table, const char* name, const Latencies& latencies) {
  append(table, "  %-34s %8.2f %8.2f", name, latencies.p50, latencies.p99);
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
                                                            : "not reached, so not tested";
    append(table, ", %.0f MB in all: %s", megabytes(figures.bound_bytes), verdict);
  }
  table += '\n';
}

void append_figures(std::string& table, const Figures& figures) {
  table += "\n" + figures.attack + "\n";
  append_latencies(table, "alone", figures.quiet);
  table += '\n';
  append_latencies(table, "another process is attacked", figures.beside);
  table += '\n';
  append_latencies(table, "its own server is attacked", figures.attacked);
  append(table, "\n  %-34s %8s %8.1f   %s\n", "ratio to another's attack", "", ratio(figures),
         verdict(figures, ratio(figures)));
  append(table, "  %-34s %8s %8.1f   %s\n", "ratio to being alone", "", ratio_to_quiet(figures),
         verdict(figures, ratio_to_quiet(figures)));
  if (figures.attacked.lost > 0) append(table, "  %zu requests were not answered\n", figures.attacked.lost);
  if (!figures.failure.empty()) table += "  The client's connection: " + figures.failure + "\n";
  append(table, "  %.0f %s a second (%.0f at the other), each %.1f us of the server; %zu connections closed",
         figures.done_per_second, figures.unit.c_str(), figures.beside_done_per_second,
         figures.server_microseconds, static_cast<std::size_t>(figures.closed));
  if (figures.status != 0) append(table, ", answered %d", figures.status);
  append(table, "\n  cores: server %.2f, attackers and clients %.2f, other programs %.2f (in quiet %.2f)\n",
         figures.server_cores, figures.clients_cores, figures.others_cores, figures.others_quiet_cores);
  append_memory(table, figures);
}

std::string json_of(const Latencies& latencies) {
  std::string json;
  append(json, R"({"p50_ms":%.3f,"p99_ms":%.3f,"lost":%zu})", latencies.p50, latencies.p99, latencies.lost);
  return json;
}

std::string json_of(const Figures& figures) {
  std::string json = R"({"attack":")" + figures.attack + R"(","quiet":)" + json_of(figures.quiet) +
                     R"(,"beside":)" + json_of(figures.beside) + R"(,"attacked":)" +
                     json_of(figures.attacked);
  append(json, R"(,"ratio":%.3f,"ratio_to_quiet":%.3f,"done_per_second":%.0f,"server_microseconds":%.2f)",
         ratio(figures), ratio_to_quiet(figures), figures.done_per_second, figures.server_microseconds);
  append(json, R"(,"connections_closed":%zu,"server_cores":%.3f,"clients_cores":%.3f)",
         static_cast<std::size_t>(figures.closed), figures.server_cores, figures.clients_cores);
  append(json, R"(,"others_cores":%.3f,"others_quiet_cores":%.3f)", figures.others_cores,
         figures.others_quiet_cores);
  append(json, R"(,"rss_before":%zu,"rss_peak":%zu,"rss_bound":%.0f})", figures.resident_before,
         figures.resident_peak, figures.bound_bytes);
  return json;
}

}  // namespace

std::string table_of(const std::vector<Figures>& all) {
  std::string table;
  append(
      table,
      "One client requests an acknowledgement every 5 ms; server (2 io threads), attackers and client share "
      "%u cores.\nMilliseconds from the due time; the three situations alternate, three rounds."
      "\n\n  %-34s %8s %8s\n",
      std::thread::hardware_concurrency(), "", "p50", "p99");
  for (const auto& figures : all) append_figures(table, figures);
  append(
      table,
      "\nGoal: p99 at most %.0f times that during an attack on another process, and every request answered.\n"
      "The ratio to being alone is what the client notices, shared CPUs included.\n",
      greatest_ratio);
  return table;
}

std::string json_of(const std::vector<Figures>& all) {
  std::string json;
  for (const auto& figures : all) json += (json.empty() ? "[" : ",\n") + json_of(figures);
  return json + "]\n";
}

}  // namespace pollux::bench
