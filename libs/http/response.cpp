#include "http/response.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pollux::http {

std::string_view Body::view() const {
  struct View {
    std::string_view operator()(const std::string& owned) const { return owned; }
    std::string_view operator()(std::string_view bytes) const { return bytes; }
    std::string_view operator()(const std::shared_ptr<const std::string>& shared) const {
      return shared ? std::string_view(*shared) : std::string_view();
    }
  };
  return std::visit(View{}, bytes_);
}

Response& Response::set(std::string name, std::string value) {
  headers.push_back({std::move(name), std::move(value)});
  return *this;
}

namespace {

Response document(unsigned status, const char* content_type, Body body) {
  Response response;
  response.status = status;
  response.headers.reserve(8);  // as many as most answers have
  response.set("Content-Type", content_type);
  response.body = std::move(body);
  return response;
}

// Of RFC 9110, section 15, and RFC 6585, in ascending order.
constexpr std::pair<unsigned, std::string_view> reason_phrases[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

}  // namespace

Response text(unsigned status, std::string sentence) {
  return document(status, "text/plain; charset=utf-8", std::move(sentence));
}

Response html(unsigned status, Body page) {
  return document(status, "text/html; charset=utf-8", std::move(page));
}

Response json(unsigned status, Body document_text) {
  return document(status, "application/json", std::move(document_text));
}

std::string_view reason_phrase(unsigned status) {
  const auto* const found =
      std::ranges::lower_bound(reason_phrases, status, {}, [](const auto& row) { return row.first; });
  return found != std::end(reason_phrases) && found->first == status ? found->second : "";
}

}  // namespace pollux::http
