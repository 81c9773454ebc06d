// Writes the head of an answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/response.hpp"
#include "http/server.hpp"

namespace pollux::http {

// The security headers as bytes, put together once for all answers.
class SecurityFields {
 public:
  explicit SecurityFields(const SecurityHeaders& headers);

  // Appends those fields that the response does not set itself.
  void append_to(std::string& out, const Response& response) const;

 private:
  struct Field {
    std::string name;
    std::string line;  // "name: value\r\n"
  };
  std::vector<Field> fields_;
  std::string all_;
};

// Appends status line and fields up to and with the empty line. `date` is the value of the Date field.
void append_head(std::string& out, const Response& response, const SecurityFields& security,
                 std::string_view date, bool keep_alive);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7).
std::string http_date(std::chrono::system_clock::time_point time);

}  // namespace pollux::http
