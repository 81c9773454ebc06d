#include "redis/ping.hpp"

namespace pollux::redis {

Result<void> ping(const Url& url, SyncClient::Options limits) {
  SyncClient client(url, limits);
  if (const auto answer = client.run({"PING"}); !answer) return answer.error();
  return {};
}

}  // namespace pollux::redis
