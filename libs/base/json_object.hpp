// Writing JSON (RFC 8259) whose members keep their order, without a tree of values in between.
//
//   JsonObject().text("name", "Zoë").number("count", 3).decimal("share", 0.5).null("winner").take()
//   {"name":"Zoë","count":3,"share":0.5,"winner":null}
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace pollux {

// Names are those of this program, and are not escaped. The caller passes each name once.
class JsonObject {
 public:
  JsonObject& text(std::string_view name, std::string_view value);  // as append_json_string()
  JsonObject& text_or_null(std::string_view name, const std::optional<std::string>& value);
  JsonObject& number(std::string_view name, std::uint64_t value);
  JsonObject& number(std::string_view name, std::optional<std::uint64_t> value);
  // The shortest text that reads as the same number; null if it is not finite, which JSON cannot express.
  JsonObject& decimal(std::string_view name, std::optional<double> value);
  JsonObject& boolean(std::string_view name, bool value);
  JsonObject& null(std::string_view name) { return json(name, "null"); }
  JsonObject& json(std::string_view name, std::string_view value);  // is JSON already

  // The object. Call it last.
  std::string take();

 private:
  std::string text_ = "{";
};

// An array of what is JSON already, such as objects.
std::string json_array(std::span<const std::string> elements);

// An array of what `each` makes of the elements.
template <class Elements, class Each>
std::string json_array(const Elements& elements, const Each& each) {
  std::string out = "[";
  for (const auto& element : elements) {
    if (out.size() > 1) out += ',';
    out += each(element);
  }
  return out + "]";
}

// A text in quotation marks.
std::string json_string(std::string_view text);

}  // namespace pollux
