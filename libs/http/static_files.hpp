// Files that are part of the program, with their compressed forms made at build time.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "http/request.hpp"
#include "http/response.hpp"

namespace pollux::http {

// All views are static for the life of the program.
struct StaticFile {
  std::string_view path;  // "/assets/vote-3f2a9c.css"
  std::string_view content_type;
  std::string_view etag;   // quoted, of the uncompressed bytes; the compressed forms get a suffix
  bool immutable = false;  // the name changes with the content: cached for a year
  std::string_view bytes;
  std::string_view gzip;  // empty where it would not be smaller
  std::string_view brotli;
  // Files of one path that differ in their language ("de"; languages.hpp) are offered in their order.
  std::string_view language = {};
};

class StaticFiles {
 public:
  // The files outlive this.
  explicit StaticFiles(std::span<const StaticFile> files);

  // The file of that path in the language that an Accept-Language field likes most; null where there is none.
  const StaticFile* find(std::string_view path, std::string_view accepted_languages = {}) const;

  // The answer to GET or HEAD of the request's path, or nothing where there is no such file: the best
  // language and encoding that the client accepts, 304 for a matching If-None-Match, Vary, ETag and
  // Cache-Control.
  std::optional<Response> serve(const Request& request) const;

 private:
  struct Translations {
    std::vector<const StaticFile*> files;
    std::vector<std::string_view> languages;
  };

  std::unordered_map<std::string_view, Translations> by_path_;
};

}  // namespace pollux::http
