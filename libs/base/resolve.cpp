#include "base/resolve.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <netdb.h>
#include <sys/socket.h>

namespace pollux {
namespace {

constexpr int max_threads = 32;

ResolvedAddresses ask(const std::string& host, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* list = nullptr;
  if (const int status = ::getaddrinfo(host.c_str(), nullptr, &hints, &list); status != 0)
    return unavailable(::gai_strerror(status));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, &::freeaddrinfo);
  std::vector<std::string> addresses;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST) == 0)
      addresses.emplace_back(text.data());
  }
  if (addresses.empty()) return unavailable("no address found");
  return addresses;
}

// The number of threads in the system's resolver, process-wide.
std::atomic<int>& threads() {
  static std::atomic<int> count = 0;
  return count;
}

}  // namespace

void resolve(const std::string& host, const std::function<void(ResolvedAddresses)>& done) {
  if (auto numeric = ask(host, AI_NUMERICHOST)) return done(std::move(numeric));
  if (threads().fetch_add(1) >= max_threads) {
    threads().fetch_sub(1);
    return done(unavailable("the name service does not respond"));
  }
  try {
    std::thread([host, done] {
      auto answer = ask(host, 0);
      threads().fetch_sub(1);
      done(std::move(answer));
    }).detach();
  } catch (const std::system_error& error) {
    threads().fetch_sub(1);
    done(unavailable(std::string("no thread could be started to resolve it (") + error.what() + ")"));
  }
}

}  // namespace pollux
