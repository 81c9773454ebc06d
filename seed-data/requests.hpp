// The bytes that are sent, rendered once for all votes.
#pragma once

#include <string>
#include <vector>

#include "seed-data/service_url.hpp"
#include "seed-data/vote_plan.hpp"

namespace pollux::seed {

class Requests {
 public:
  Requests(const ServiceUrl& url, const VotePlan& plan);

  const std::string& page() const { return page_; }  // GET

  // HEAD of the page: its answer gives a new voter's cookie.
  const std::string& identity() const { return identity_; }

  // Replaces `request` by a vote as a form (application/x-www-form-urlencoded), with a cookie where one is
  // given.
  void vote(std::size_t option, std::string_view cookie, std::string& request) const;

 private:
  struct Form {
    std::string head;  // without its end, so that a cookie can follow
    std::string body;
  };

  std::string page_;
  std::string identity_;
  std::vector<Form> forms_;  // by option
};

}  // namespace pollux::seed
