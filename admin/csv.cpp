#include "admin/csv.hpp"

namespace pollux::admin {

std::string csv_field(std::string_view text) {
  const bool is_formula =
      !text.empty() && std::string_view("=+-@\t\r\n").find(text.front()) != std::string_view::npos;
  std::string field = is_formula ? "'" : "";
  field += text;
  if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char character : field) {
    if (character == '"') quoted += '"';
    quoted += character;
  }
  return quoted + "\"";
}

std::string csv_line(std::span<const std::string> texts) {
  std::string line;
  for (const std::string& text : texts) {
    if (&text != texts.data()) line += ',';
    line += csv_field(text);
  }
  return line + "\r\n";
}

}  // namespace pollux::admin
