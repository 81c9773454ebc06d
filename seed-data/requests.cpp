#include "seed-data/requests.hpp"

#include <utility>

namespace pollux::seed {

Requests::Requests(const ServiceUrl& url, const VotePlan& plan) {
  const std::string head = " " + url.target + " HTTP/1.1\r\nHost: " + url.authority +
                           "\r\nUser-Agent: pollux-seed\r\nAccept: text/html\r\n";
  page_ = "GET" + head + "\r\n";
  identity_ = "HEAD" + head + "\r\n";
  for (std::size_t option = 0; option < plan.options(); ++option) {
    Form form{.head = "POST" + head, .body = "vote=" + plan.option_id(option)};
    form.head += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                 std::to_string(form.body.size()) + "\r\n";
    forms_.push_back(std::move(form));
  }
}

void Requests::vote(std::size_t option, std::string_view cookie, std::string& request) const {
  request = forms_[option].head;
  if (!cookie.empty()) request.append("Cookie: ").append(cookie).append("\r\n");
  request.append("\r\n").append(forms_[option].body);
}

}  // namespace pollux::seed
