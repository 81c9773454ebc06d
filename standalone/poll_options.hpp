// The settings of the command `pollux poll`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/secret.hpp"
#include "config/settings.hpp"
#include "http/origin.hpp"

namespace pollux::standalone {

enum class ExportOf { results, votes, audit };

struct PollOptions {
  std::optional<http::PublicUrl> url;  // none: the default address on this machine
  config::Secret key;
  std::filesystem::path key_file;
  bool json = false;

  std::filesystem::path file;  // of `create`; "-": standard input
  std::string title;
  std::string question;
  std::string kind = "single";
  std::vector<std::string> options;
  std::uint32_t min = 0;  // 0: the default of the API
  std::uint32_t max = 0;
  std::uint32_t size = 0;
  std::string low;
  std::string high;
  bool skippable = false;
  bool opens = false;

  std::string accent;           // "none": that of the design; empty: as it is
  std::string scheme;           // empty: as it is
  std::filesystem::path image;  // "-": standard input; empty: as it is
  std::string alternative;
  bool removes = false;

  std::string search;
  bool archived = false;
  bool yes = false;

  ExportOf what = ExportOf::results;
  std::string format = "csv";
  std::uint32_t run = 0;         // 0: the current one
  std::filesystem::path output;  // empty: standard output
  bool byte_order_mark = false;
  bool quiet = false;
};

// Commands and settings. `options` outlives them.
config::Settings poll_settings(PollOptions& options);

}  // namespace pollux::standalone
