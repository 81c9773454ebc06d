// Files that are compiled into the program, with forms compressed at build time.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "http/request.hpp"
#include "http/response.hpp"

namespace pollux::http {

// All views are static.
struct StaticFile {
  std::string_view path;  // "/assets/vote-3f2a9c.css"
  std::string_view content_type;
  std::string_view etag;   // quoted, of the uncompressed bytes; compressed forms get a suffix
  bool immutable = false;  // the path contains a hash of the content: cached for a year
  std::string_view bytes;
  std::string_view gzip;  // empty if it would not be smaller
  std::string_view brotli;
  // Translations of one path ("de", "fr") are offered in their order.
  std::string_view language = {};
};

class StaticFiles {
 public:
  // `files` must outlive this.
  explicit StaticFiles(std::span<const StaticFile> files);

  // The file of that path in the language that the Accept-Language field prefers; null if there is none.
  const StaticFile* find(std::string_view path, std::string_view accepted_languages = {}) const;

  // The response to a GET or HEAD of the request's path, if there is such a file: in the preferred language
  // and content coding, 304 for a matching If-None-Match, with Vary, ETag and Cache-Control.
  std::optional<Response> serve(const Request& request) const;

 private:
  struct Translations {
    std::vector<const StaticFile*> files;
    std::vector<std::string_view> languages;
  };

  std::unordered_map<std::string_view, Translations> by_path_;
};

}  // namespace pollux::http
