#include "base/signer.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace pollux {
namespace {

std::array<std::uint8_t, 32> key_of(std::uint8_t byte) {
  std::array<std::uint8_t, 32> key;
  key.fill(byte);
  return key;
}

// RFC 4231, test case 2.
TEST(Signer, SignsAsTheStandardSays) {
  const std::string key = "Jefe";
  const Signer signer({reinterpret_cast<const std::uint8_t*>(key.data()), key.size()});
  EXPECT_EQ(signer.sign("what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c7");
}

TEST(Signer, RecognizesItsOwnSignaturesOnly) {
  const Signer signer(key_of(1));
  const std::string signature = signer.sign("text");
  EXPECT_TRUE(signer.is_signature_of("text", signature));
  EXPECT_FALSE(signer.is_signature_of("texts", signature));
  EXPECT_FALSE(signer.is_signature_of("text", signature.substr(1)));
  EXPECT_FALSE(signer.is_signature_of("text", ""));
  EXPECT_FALSE(signer.is_signature_of("text", std::string(32, '0')));
  EXPECT_FALSE(Signer(key_of(2)).is_signature_of("text", signature));
}

TEST(Signer, AcceptsSignaturesOfASecondKeyButDoesNotMakeThem) {
  const auto before = key_of(1);
  const Signer signer(key_of(2), before);
  EXPECT_TRUE(signer.is_signature_of("text", Signer(before).sign("text")));
  EXPECT_FALSE(signer.is_signature_of("texts", Signer(before).sign("text")));
  EXPECT_EQ(signer.sign("text"), Signer(key_of(2)).sign("text"));
  EXPECT_FALSE(signer.is_signature_of("text", Signer(key_of(3)).sign("text")));
}

TEST(Signer, IsForManyThreads) {
  const Signer signer(key_of(1));
  const std::string signature = signer.sign("text");
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) EXPECT_EQ(signer.sign("text"), signature);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace pollux
