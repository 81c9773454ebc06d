// The result page as rendered by the server, with the current results as a table for use without JavaScript.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/public_addresses.hpp"
#include "http/negotiation.hpp"
#include "http/router.hpp"
#include "poll/results.hpp"

namespace pollux::result {

// Any thread. Must outlive the server whose requests it handles.
class ResultPage {
 public:
  struct Options {
    // Mustache, at least one language. libs/web/README.md lists its variables.
    std::span<const http::Translated> page_template;
    config::PublicAddresses addresses;
  };
  using Latest = std::function<poll::Results()>;  // the newest results; any thread

  ResultPage(Options options, Latest latest);

  // The port of the vote page on this machine; 0: unknown. Used if the vote page has no public URL.
  void set_vote_port(std::uint16_t port) { vote_port_ = port; }

  // Adds GET /, GET /index.html and GET /vote, which redirects to the vote page.
  void add_routes(http::Router& router);

 private:
  // The last rendered page, valid while the results do not change.
  struct Made {
    std::optional<poll::Results> of;
    std::uint16_t vote_port = 0;
    std::shared_ptr<const std::string> page;
    std::string etag;
  };

  void show(const http::Request& request, const http::Reply& reply);
  void redirect_to_vote(const http::Request& request, const http::Reply& reply) const;
  Made made(std::size_t language, bool presenting);
  std::string render(const poll::Results& results, std::uint16_t vote_port, std::size_t language,
                     bool presenting) const;

  const Options options_;
  const Latest latest_;
  std::vector<std::string_view> languages_;
  std::atomic<std::uint16_t> vote_port_ = 0;
  std::mutex mutex_;        // guards made_
  std::vector<Made> made_;  // per language: the page and the presenter view
};

// The address of the vote page with its final slash: the public URL, or the port on the host that the request
// names; empty if it is unknown.
std::string vote_address(const config::PublicAddresses& addresses, std::uint16_t vote_port,
                         const http::Request& request);

// Whether the page is for a projector: `?present`.
bool is_presenting(const http::Request& request);

// The share of each count in tenths of a percent. Unless the total is zero they add up to 1000: every share
// is rounded down, and the rest goes to the largest remainders (Hamilton's method), the earlier first.
std::vector<unsigned> tenths_of_percent(const std::vector<std::uint64_t>& counts);

// In a language of the pages; another one throws std::logic_error, in the constructor of ResultPage, too.
// 1234567 as "1,234,567", "1.234.567" or "1 234 567", depending on the language.
std::string number_in(std::string_view language, std::uint64_t number);
// 667 as "66.7%" or "66,7 %".
std::string percentage_in(std::string_view language, unsigned tenths);
// 2.5 as "2.50" or "2,50". Not negative, less than a million.
std::string decimal_in(std::string_view language, double number);

}  // namespace pollux::result
