#include "seed-data/requests.hpp"

#include <gtest/gtest.h>

namespace pollux::seed {
namespace {

TEST(Requests, AreAFormWithAndWithoutACookie) {
  const VotePlan plan({{"a", 1}, {"option-2", 1}}, 1);
  const Requests requests(ServiceUrl::parse("http://vote:5000/poll").value(), plan);
  const std::string head =
      " /poll HTTP/1.1\r\nHost: vote:5000\r\nUser-Agent: pollux-seed\r\nAccept: text/html\r\n";
  const std::string form = "Content-Type: application/x-www-form-urlencoded\r\n";
  std::string request = "what was there before";
  requests.vote(0, "", request);
  EXPECT_EQ(request, "POST" + head + form + "Content-Length: 6\r\n\r\nvote=a");
  requests.vote(1, "voter_id=x", request);
  EXPECT_EQ(request, "POST" + head + form + "Content-Length: 13\r\nCookie: voter_id=x\r\n\r\nvote=option-2");
  EXPECT_EQ(requests.identity(), "HEAD" + head + "\r\n");
  EXPECT_EQ(requests.page(), "GET" + head + "\r\n");
}

}  // namespace
}  // namespace pollux::seed
