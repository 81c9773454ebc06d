#include "http/static_files.hpp"

#include <algorithm>
#include <string>

#include "http/negotiation.hpp"

namespace pollux::http {
namespace {

struct Encoded {
  std::string_view bytes;
  const char* coding = "";
};

// Brotli if the client does not prefer gzip, because it is the smallest.
Encoded best_encoding(const StaticFile& file, std::string_view accepted) {
  const int brotli = file.brotli.empty() ? 0 : accepted_weight(accepted, "br");
  const int gzip = file.gzip.empty() ? 0 : accepted_weight(accepted, "gzip");
  if (brotli > 0 && brotli >= gzip) return {file.brotli, "br"};
  if (gzip > 0) return {file.gzip, "gzip"};
  return {file.bytes};
}

// Each content coding has its own entity tag: "3f2a9c-br".
std::string entity_tag(const StaticFile& file, const Encoded& encoded) {
  std::string tag(file.etag);
  if (*encoded.coding != '\0' && tag.ends_with('"'))
    tag.insert(tag.size() - 1, std::string("-") + encoded.coding);
  return tag;
}

}  // namespace

StaticFiles::StaticFiles(std::span<const StaticFile> files) {
  for (const auto& file : files) {
    auto& translations = by_path_[file.path];
    translations.files.push_back(&file);
    translations.languages.push_back(file.language);
  }
}

const StaticFile* StaticFiles::find(std::string_view path, std::string_view accepted_languages) const {
  const auto found = by_path_.find(path);
  if (found == by_path_.end()) return nullptr;
  const auto& [files, languages] = found->second;
  return files[preferred_language(accepted_languages, languages)];
}

std::optional<Response> StaticFiles::serve(const Request& request) const {
  const auto* file = find(request.path, request.header("Accept-Language"));
  if (file == nullptr) return std::nullopt;
  const auto encoded = best_encoding(*file, request.header("Accept-Encoding"));
  const auto tag = entity_tag(*file, encoded);

  Response response;
  response.set("ETag", tag);
  response.set("Cache-Control", file->immutable ? "public, max-age=31536000, immutable" : "no-cache");
  response.set("Vary", file->language.empty() ? "Accept-Encoding" : "Accept-Encoding, Accept-Language");
  if (is_not_modified(request, tag)) {
    response.status = 304;
    return response;
  }
  response.set("Content-Type", std::string(file->content_type));
  if (!file->language.empty()) response.set("Content-Language", std::string(file->language));
  if (*encoded.coding != '\0') response.set("Content-Encoding", encoded.coding);
  response.body = Body::of_static(encoded.bytes);
  return response;
}

}  // namespace pollux::http
