#include "base/resolve.hpp"

#include <cstddef>
#include <future>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

namespace pollux {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

ResolvedAddresses addresses_of(const std::string& host) {
  std::promise<ResolvedAddresses> answer;
  resolve(host, [&](ResolvedAddresses found) { answer.set_value(std::move(found)); });
  return answer.get_future().get();
}

// While it lives, no thread can be started: none has room for such a stack.
class NoMoreThreads {
 public:
  NoMoreThreads() {
    constexpr std::size_t more_than_there_is = std::size_t{1} << 50U;
    pthread_getattr_default_np(&before_);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, more_than_there_is);
    pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
  }
  ~NoMoreThreads() {
    pthread_setattr_default_np(&before_);
    pthread_attr_destroy(&before_);
  }
  NoMoreThreads(const NoMoreThreads&) = delete;
  NoMoreThreads& operator=(const NoMoreThreads&) = delete;

 private:
  pthread_attr_t before_{};
};

TEST(Resolve, ReturnsAnAddressImmediately) {
  EXPECT_THAT(addresses_of("127.0.0.1").value(), ElementsAre("127.0.0.1"));
  EXPECT_THAT(addresses_of("::1").value(), ElementsAre("::1"));
}

TEST(Resolve, ResolvesAName) {
  EXPECT_THAT(addresses_of("localhost").value(), Contains("127.0.0.1"));
  EXPECT_FALSE(addresses_of("missing.invalid"));
}

TEST(Resolve, RecoversOnceThreadsCanBeStartedAgain) {
  {
    const NoMoreThreads none;
    for (int attempt = 0; attempt < 40; ++attempt) {
      EXPECT_THAT(addresses_of("localhost").error().message, HasSubstr("no thread could be started"));
    }
  }
  EXPECT_TRUE(addresses_of("localhost"));
}

}  // namespace
}  // namespace pollux
