// For tests of TLS: certificates of one's own, made by the program openssl in a directory that is gone in the
// end.
#pragma once

#include <string>
#include <vector>

#include "base/testing/temporary_directory.hpp"

namespace pollux::redis::testing {

// Throws std::runtime_error with openssl's words where it fails or is not installed.
class Certificates {
 public:
  struct Pair {
    std::string certificate;  // the path of each file
    std::string key;
  };

  Certificates();  // makes an authority

  const Pair& authority() const { return authority_; }

  // Signed by the authority. `names` as in "DNS:localhost,IP:127.0.0.1"; a negative number of days has
  // expired.
  Pair issue(const std::string& file_name, const std::string& names, int days = 2) const;

  std::string path(const std::string& file_name) const { return (directory_.path() / file_name).string(); }

 private:
  void openssl(const std::string& arguments) const;

  TemporaryDirectory directory_;
  Pair authority_;
};

}  // namespace pollux::redis::testing
