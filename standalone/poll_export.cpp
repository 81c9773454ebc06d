#include "standalone/poll_export.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include <unistd.h>

namespace pollux::standalone {
namespace {

using namespace std::chrono_literals;

// Counts lines. On a terminal, shows them while they come.
class Progress {
 public:
  Progress(std::uint64_t expected, bool shows, std::ostream& err)
      : expected_(expected), shows_(shows && ::isatty(STDERR_FILENO) != 0), err_(err) {}
  ~Progress() {
    if (shown_) err_ << '\n';
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void add(std::string_view bytes) {
    lines_ += static_cast<std::uint64_t>(std::ranges::count(bytes, '\n'));
    const auto now = std::chrono::steady_clock::now();
    if (!shows_ || now < next_) return;
    next_ = now + 200ms;
    shown_ = true;
    err_ << '\r' << lines_ << " lines";
    if (expected_ > 0) err_ << ", " << std::min<std::uint64_t>(100, lines_ * 100 / expected_) << " %";
    err_ << std::flush;
  }

  std::uint64_t lines() const { return lines_; }

 private:
  const std::uint64_t expected_;
  const bool shows_;
  std::ostream& err_;
  std::uint64_t lines_ = 0;
  std::chrono::steady_clock::time_point next_{};
  bool shown_ = false;
};

Result<ApiReply> receive(const ApiClient& client, const std::string& path, Progress& progress,
                         std::ostream& out) {
  return client.send({.path = path, .sink = [&](std::string_view bytes) -> Result<void> {
                        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
                        if (!out) return unavailable("The output can't be written. Is there space left?");
                        progress.add(bytes);
                        return {};
                      }});
}

Result<ApiReply> save_file(const ApiClient& client, const std::string& path, const PollOptions& options,
                           Progress& progress) {
  std::filesystem::path part = options.output;
  part += ".part";
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  if (!file) return invalid("The file " + part.string() + " can't be written.");
  auto reply = receive(client, path, progress, file);
  file.close();
  if (reply && reply->status == 200 && !file) {
    reply = unavailable("The file " + part.string() + " can't be written. Is there space left?");
  }
  std::error_code failed;
  if (reply && reply->status == 200) {
    std::filesystem::rename(part, options.output, failed);
    if (failed)
      reply = invalid("The file " + options.output.string() + " can't be written: " + failed.message());
  } else {
    std::filesystem::remove(part, failed);
  }
  return reply;
}

}  // namespace

Result<ApiReply> save_export(const ApiClient& client, const std::string& path, std::uint64_t lines,
                             const PollOptions& options, std::ostream& out, std::ostream& err) {
  std::uint64_t received = 0;
  Result<ApiReply> reply = [&] {
    Progress progress(lines, !options.quiet, err);
    auto got = options.output.empty() ? receive(client, path, progress, out)
                                      : save_file(client, path, options, progress);
    received = progress.lines();
    return got;
  }();
  if (options.output.empty()) out.flush();
  if (reply && reply->status == 200 && !options.quiet && !options.output.empty()) {
    err << received << " lines are in " << options.output.string() << ".\n";
  }
  return reply;
}

}  // namespace pollux::standalone
