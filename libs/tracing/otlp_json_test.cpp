// Against the JSON encoding that OTLP specifies:
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding and the names of the fields in
// opentelemetry/proto/trace/v1/trace.proto.
#include "tracing/otlp_json.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "tracing/span_context.hpp"

namespace pollux::tracing {
namespace {

namespace json = boost::json;

const SpanContext sampled_context =
    *parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
const SpanContext other = *parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

SpanData example() {
  SpanData span;
  span.context = sampled_context;
  span.parent = {1, 2, 3, 4, 5, 6, 7, 8};
  span.name = "POST /";
  span.kind = SpanKind::server;
  span.start = std::chrono::system_clock::time_point(std::chrono::nanoseconds(1'700'000'000'123'456'789));
  span.end = span.start + std::chrono::milliseconds(2);
  span.attributes = {{"http.route", "/"}, {"http.response.status_code", std::int64_t{200}}};
  return span;
}

json::value encoded(const SpanData& span) {
  Resource resource{.version = "0.1.0"};
  resource.set("service.name", "pollux-vote");
  return json::parse(encode_otlp(resource, std::vector{span}));
}

json::object span_of(const json::value& request) {
  return request.at("resourceSpans").at(0).at("scopeSpans").at(0).at("spans").at(0).as_object();
}

TEST(OtlpJson, HasTheFormOfTheSpecification) {
  EXPECT_EQ(encoded(example()), json::parse(R"({"resourceSpans":[{
    "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"pollux-vote"}}]},
    "scopeSpans":[{"scope":{"name":"pollux","version":"0.1.0"},"spans":[{
      "traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7",
      "parentSpanId":"0102030405060708","name":"POST /","kind":2,
      "startTimeUnixNano":"1700000000123456789","endTimeUnixNano":"1700000000125456789",
      "attributes":[{"key":"http.route","value":{"stringValue":"/"}},
                    {"key":"http.response.status_code","value":{"intValue":"200"}}]}]}]}]})"));
}

TEST(OtlpJson, NamesNoParentOfTheFirstSpan) {
  SpanData span = example();
  span.parent = {};
  EXPECT_FALSE(span_of(encoded(span)).contains("parentSpanId"));
}

TEST(OtlpJson, HasLinksFailuresAndWhatWasDropped) {
  SpanData span = example();
  span.links = {other, sampled_context};
  span.dropped_links = 3;
  span.dropped_attributes = 4;
  span.failed = true;
  span.description = "The database is \"down\".\n";
  const json::object object = span_of(encoded(span));
  EXPECT_EQ(object.at("links"), json::parse(R"([
    {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331"},
    {"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7"}])"));
  EXPECT_EQ(object.at("droppedLinksCount"), json::value(3));
  EXPECT_EQ(object.at("droppedAttributesCount"), json::value(4));
  EXPECT_EQ(object.at("status"), json::parse(R"({"code":2,"message":"The database is \"down\".\n"})"));
}

TEST(OtlpJson, IsValidForTextThatIsNot) {
  SpanData span = example();
  span.name = "\xff\x01\"";
  EXPECT_EQ(span_of(encoded(span)).at("name"), json::value("\xEF\xBF\xBD\x01\""));
}

TEST(OtlpJson, HasAllSpansOfABatch) {
  const auto request = json::parse(encode_otlp({}, std::vector(3, example())));
  EXPECT_EQ(request.at("resourceSpans").at(0).at("scopeSpans").at(0).at("spans").as_array().size(), 3U);
}

TEST(OtlpJson, AResponseNamesTheRejectedSpans) {
  const auto rejected = [](const std::string& body) { return parse_partial_success(body).rejected_spans; };
  EXPECT_EQ(rejected(R"({"partialSuccess":{"rejectedSpans":"7","errorMessage":"too old"}})"), 7U);
  EXPECT_EQ(
      parse_partial_success(R"({"partialSuccess":{"rejectedSpans":"7","errorMessage":"too old"}})").message,
      "too old");
  EXPECT_EQ(rejected(R"({"partialSuccess":{"rejectedSpans":7}})"), 7U);
  for (const char* const body :
       {"", "{}", "[]", "no JSON", R"({"partialSuccess":{}})", R"({"partialSuccess":[]})",
        R"({"partialSuccess":{"rejectedSpans":"-7"}})", R"({"partialSuccess":{"rejectedSpans":-7}})",
        R"({"partialSuccess":{"rejectedSpans":null,"errorMessage":7}})"}) {
    EXPECT_EQ(rejected(body), 0U) << body;
  }
}

}  // namespace
}  // namespace pollux::tracing
