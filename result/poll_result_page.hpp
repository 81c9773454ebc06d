// The result page of a poll that someone made, /r/CODE, as rendered by the server: with what viewers may see
// (public_results.hpp), as tables for use without JavaScript.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/public_addresses.hpp"
#include "http/negotiation.hpp"
#include "http/router.hpp"
#include "result/managed_results.hpp"
#include "result/public_results.hpp"

namespace pollux::result {

// Any thread. Must outlive the server whose requests it handles.
class PollResultPage {
 public:
  struct Options {
    // Mustache, at least one language. libs/web/README.md lists its variables.
    std::span<const http::Translated> page_template;
    config::PublicAddresses addresses;
  };
  // The results of polls; it outlives the page.
  PollResultPage(Options options, ManagedResults& results);

  // The port of the vote page on this machine; 0: unknown. Used if the vote page has no public URL.
  void set_vote_port(std::uint16_t port) { vote_port_ = port; }

  // Adds GET /r/*; GET /r/*/vote, which redirects to the page on which one votes in the poll; and
  // GET /r/*/logo/*, the image of its logo by its hash.
  void add_routes(http::Router& router);

  // What the address of a page says about its reader.
  struct Reader {
    std::size_t language = 0;  // by index
    bool presenting = false;
    std::string pass{};  // is valid; empty: none
  };
  // The poll is there.
  std::string render(const ResultsNow& now, const Reader& reader) const;

 private:
  void show(const http::Request& request, const http::Reply& reply, std::string_view code);
  void show_logo(const http::Request& request, const http::Reply& reply, const http::Segments& parts);
  void redirect_to_vote(const http::Request& request, const http::Reply& reply, std::string_view code) const;

  const Options options_;
  ManagedResults& results_;
  std::vector<std::string_view> languages_;
  std::atomic<std::uint16_t> vote_port_ = 0;
};

}  // namespace pollux::result
