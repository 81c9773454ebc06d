#include "redis/resolve.hpp"

#include <array>
#include <future>
#include <memory>
#include <thread>
#include <utility>

#include <netdb.h>
#include <sys/socket.h>

namespace pollux::redis {
namespace {

using Addresses = std::vector<std::string>;

Result<Addresses> ask(const std::string& host, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* list = nullptr;
  if (const int status = ::getaddrinfo(host.c_str(), nullptr, &hints, &list); status != 0)
    return unavailable(::gai_strerror(status));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, &::freeaddrinfo);
  Addresses addresses;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST) == 0)
      addresses.emplace_back(text.data());
  }
  if (addresses.empty()) return unavailable("it has no address");
  return addresses;
}

}  // namespace

Result<Addresses> resolve(const std::string& host, std::chrono::milliseconds limit) {
  if (auto numeric = ask(host, AI_NUMERICHOST)) return numeric;
  auto answer = std::make_shared<std::promise<Result<Addresses>>>();
  auto answered = answer->get_future();
  std::thread([answer = std::move(answer), host] { answer->set_value(ask(host, 0)); }).detach();
  if (answered.wait_for(limit) != std::future_status::ready)
    return unavailable("the name service did not answer within " + std::to_string(limit.count()) + " ms");
  return answered.get();
}

}  // namespace pollux::redis
