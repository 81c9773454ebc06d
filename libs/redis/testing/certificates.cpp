#include "redis/testing/certificates.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace pollux::redis::testing {
namespace {

constexpr const char* new_key = " -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";

}  // namespace

Certificates::Certificates() : authority_{path("ca.crt"), path("ca.key")} {
  openssl(std::string("req -x509 -days 2 -subj /CN=test-authority") + new_key + " -keyout " + authority_.key +
          " -out " + authority_.certificate);
}

Certificates::Pair Certificates::issue(const std::string& file_name, const std::string& names,
                                       int days) const {
  Pair made{path(file_name + ".crt"), path(file_name + ".key")};
  const std::string request = path(file_name + ".csr");
  const auto extensions = directory_.write(file_name + ".ext", "subjectAltName=" + names + "\n");
  openssl("req -subj /CN=" + file_name + new_key + " -keyout " + made.key + " -out " + request);
  openssl("x509 -req -set_serial 2 -days " + std::to_string(days) + " -in " + request + " -CA " +
          authority_.certificate + " -CAkey " + authority_.key + " -extfile " + extensions.string() +
          " -out " + made.certificate);
  return made;
}

void Certificates::openssl(const std::string& arguments) const {
  const std::string words = path("openssl.log");
  // Nothing in it comes from outside of the test.
  // NOLINTNEXTLINE(bugprone-command-processor)
  if (std::system(("openssl " + arguments + " >" + words + " 2>&1").c_str()) == 0) return;
  std::ifstream log(words);
  throw std::runtime_error(
      "openssl " + arguments + " failed (on Debian and Ubuntu: apt-get install openssl). It says:\n" +
      std::string{std::istreambuf_iterator<char>(log), std::istreambuf_iterator<char>()});
}

}  // namespace pollux::redis::testing
