#include "web/error_pages.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <kainjow/mustache.hpp>

#include "http/negotiation.hpp"
#include "web/assets.hpp"

namespace pollux::web {
namespace {

namespace mustache = kainjow::mustache;

using Texts = std::map<std::string, std::string, std::less<>>;

Texts read_texts(std::string_view lines) {
  Texts texts;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    const std::size_t tab = line.find('\t');
    texts.emplace(line.substr(0, tab), line.substr(tab + 1));
    lines.remove_prefix(line.size() + 1);
  }
  return texts;
}

// The relative path from a request to the root of the site: "./", "./../", … The browser resolves it against
// the requested path, of which a proxy may have removed the beginning.
std::string path_to_root(std::string_view path, std::string_view base_path) {
  if (path.starts_with(base_path)) path.remove_prefix(base_path.size() - 1);
  const auto slashes = std::ranges::count(path, '/');
  std::string root = "./";
  for (auto depth = slashes; depth > 1; --depth) root += "../";
  return root;
}

class ErrorPages {
 public:
  ErrorPages(Site site, std::string base_path) : site_(site), base_path_(std::move(base_path)) {
    for (const http::Translated& each : error_texts()) {
      languages_.push_back(each.language);
      texts_.push_back(read_texts(each.text));
    }
  }

  http::Response operator()(const http::Request& request, unsigned status) const {
    const std::size_t language = http::preferred_language(request.header("Accept-Language"), languages_);
    const Texts& texts = texts_[language];
    const std::string code = std::to_string(status);
    const bool posted_vote = site_ == Site::vote && request.method == http::Method::post;
    mustache::data page;
    page.set("status", code);
    page.set("title", first_of(texts, {"title_" + code, "title_other"}));
    page.set("text",
             first_of(texts, {posted_vote ? "text_" + code + "_vote" : "", "text_" + code, "text_other"}));
    page.set("back", texts.at(site_ == Site::vote ? "back_vote" : "back_result"));
    page.set("root", path_to_root(request.path, base_path_));

    mustache::mustache page_template{std::string(error_page_template()[language].text)};
    http::Response response = http::html(status, page_template.render(page));
    response.set("Content-Language", std::string(languages_[language]));
    response.set("Cache-Control", "no-store");
    return response;
  }

 private:
  static std::string first_of(const Texts& texts, std::initializer_list<std::string> keys) {
    for (const std::string& key : keys) {
      if (const auto found = texts.find(key); found != texts.end()) return found->second;
    }
    return "";
  }

  Site site_;
  std::string base_path_;
  std::vector<std::string_view> languages_;
  std::vector<Texts> texts_;
};

}  // namespace

http::ErrorPage error_pages(Site site, const std::optional<http::PublicUrl>& address) {
  return ErrorPages(site, address ? std::string(address->path()) : "/");
}

}  // namespace pollux::web
