// The page with the results as the server makes it: complete without JavaScript, with the numbers of now as a
// table. Its script draws from the same numbers and follows them.
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
#include "http/languages.hpp"
#include "http/router.hpp"
#include "poll/results.hpp"

namespace pollux::result {

// Any thread. It outlives the server that it answers for.
class ResultPage {
 public:
  struct Options {
    // Mustache, at least one language; libs/web/README.md says which names it may use.
    std::span<const http::Translated> page_template;
    config::PublicAddresses addresses;
  };
  using Latest = std::function<poll::Results()>;  // the newest results; any thread

  ResultPage(Options options, Latest latest);

  // Where the vote page listens on this same machine, if it does; 0: unknown. Visitors are led there if no
  // public address is stated.
  void set_vote_port(std::uint16_t port) { vote_port_ = port; }

  // Adds GET /, GET /index.html and GET /vote, which leads to the vote page.
  void add_routes(http::Router& router);

 private:
  // A page as it was made last, for as long as the results are the same.
  struct Made {
    std::optional<poll::Results> of;
    std::uint16_t vote_port = 0;
    std::shared_ptr<const std::string> page;
    std::string etag;
  };

  void show(const http::Request& request, const http::Reply& reply);
  void lead_to_vote(const http::Request& request, const http::Reply& reply) const;
  Made made(std::size_t language, bool presenting);
  std::string render(const poll::Results& results, std::uint16_t vote_port, std::size_t language,
                     bool presenting) const;

  const Options options_;
  const Latest latest_;
  std::vector<std::string_view> languages_;
  std::atomic<std::uint16_t> vote_port_ = 0;
  std::mutex mutex_;        // guards what follows
  std::vector<Made> made_;  // for each language: the page, and that for a projector
};

// Each count's share in tenths of a percent. If the total is not zero they add up to 1000: every share is
// rounded down, and what is missing goes to those with the largest remainders (Hamilton's method), the
// earlier first.
std::vector<unsigned> tenths_of_percent(const std::vector<std::uint64_t>& counts);

// 1234567 as "1,234,567", "1.234.567" or "1 234 567", as readers of the language write it.
std::string number_in(std::string_view language, std::uint64_t number);
// 667 as "66.7%" or "66,7 %".
std::string percentage_in(std::string_view language, unsigned tenths);

}  // namespace pollux::result
