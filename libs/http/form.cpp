#include "http/form.hpp"

#include "http/ascii.hpp"
#include "http/multipart.hpp"

namespace pollux::http {
namespace {

// The type before the first ';', which is left in `parameters`.
std::string_view media_type(const Request& request, std::string_view& parameters) {
  parameters = request.header("Content-Type");
  return cut_until(parameters, ';');
}

constexpr std::string_view urlencoded = "application/x-www-form-urlencoded";
constexpr std::string_view multipart = "multipart/form-data";

}  // namespace

bool is_form(const Request& request) {
  std::string_view parameters;
  const auto type = media_type(request, parameters);
  return equals_ignoring_case(type, urlencoded) || equals_ignoring_case(type, multipart);
}

Result<Fields> parse_form(const Request& request, const FormLimits& limits) {
  std::string_view parameters;
  const auto type = media_type(request, parameters);
  if (equals_ignoring_case(type, urlencoded)) return parse_query(request.body, limits.fields);
  if (equals_ignoring_case(type, multipart)) {
    return parse_multipart(request.body, find_parameter(parameters, "boundary").value_or(""), limits);
  }
  return invalid("The request holds no form.");
}

}  // namespace pollux::http
