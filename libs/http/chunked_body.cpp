#include "http/chunked_body.hpp"

#include <algorithm>

#include <boost/beast/http/basic_parser.hpp>

#include "http/request_syntax.hpp"

namespace pollux::http {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;
using BeastView = boost::beast::string_view;

// Beast's parser reads chunks only behind a head, so it is given one that says no more than that chunks
// follow.
class ChunkedBody::Parser final : public beast_http::basic_parser<true> {
 public:
  explicit Parser(std::size_t max_bytes) {
    body_limit(max_bytes);
    eager(true);
    error_code failed;
    constexpr std::string_view head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    put(boost::asio::buffer(head), failed);
  }

  std::string* body = nullptr;
  const char* end_of_last_header = nullptr;  // behind the size and extensions of the last chunk

 private:
  void on_request_impl(beast_http::verb, BeastView, BeastView, int, error_code&) override {}
  void on_response_impl(int, BeastView, int, error_code&) override {}
  void on_field_impl(beast_http::field, BeastView, BeastView, error_code&) override {}
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(BeastView bytes, error_code&) override { return bytes.size(); }
  // Beast allows any byte within the quotes of an extension, also those at which others end the line.
  void on_chunk_header_impl(std::uint64_t size, BeastView extensions, error_code& failed) override {
    const bool has_controls =
        std::ranges::any_of(extensions, [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; });
    if (has_controls) failed = beast_http::error::bad_chunk_extension;
    if (size == 0) end_of_last_header = extensions.data() + extensions.size();
  }
  std::size_t on_chunk_body_impl(std::uint64_t, BeastView bytes, error_code&) override {
    body->append(bytes.data(), bytes.size());
    return bytes.size();
  }
  void on_finish_impl(error_code&) override {}
};

ChunkedBody::ChunkedBody(std::size_t max_bytes) : parser_(std::make_unique<Parser>(max_bytes)) {}
ChunkedBody::~ChunkedBody() = default;

ChunkedBody::Progress ChunkedBody::take(std::string_view& bytes, std::string& body) {
  parser_->body = &body;
  while (!bytes.empty()) {
    error_code failed;
    bytes.remove_prefix(parser_->put(boost::asio::buffer(bytes), failed));
    if (failed == beast_http::error::need_more) return Progress::unfinished;
    if (failed == beast_http::error::body_limit) return Progress::too_large;
    if (failed) return Progress::malformed;
    if (!parser_->is_done()) continue;
    const std::string_view trailers(parser_->end_of_last_header, bytes.data());
    return has_folded_line(trailers) ? Progress::malformed : Progress::finished;
  }
  return Progress::unfinished;
}

}  // namespace pollux::http
