#include "tracing/tracer.hpp"

#include <memory>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tracing/testing/collected_spans.hpp"

namespace pollux::tracing {
namespace {

using testing::SizeIs;

const SpanContext sampled_parent =
    *parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
const SpanContext unsampled_parent =
    *parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");

class TracerTest : public testing::Test {
 protected:
  std::shared_ptr<CollectedSpans> spans_ = std::make_shared<CollectedSpans>();
  Tracer tracer_ = tracer_into(spans_);
};

TEST_F(TracerTest, RecordsNothingWhenItIsOff) {
  const Tracer off;
  EXPECT_FALSE(off);
  Span span = off.start_request("POST /", SpanKind::server, sampled_parent);
  EXPECT_FALSE(span);
  span.set("http.route", "/").set("number", 1).link(sampled_parent).fail("broken");
  span.end();
  EXPECT_EQ(span.context(), SpanContext());
  EXPECT_FALSE(off.start("send", SpanKind::producer, sampled_parent));
}

TEST_F(TracerTest, FollowsTheDecisionOfTheParent) {
  const Tracer never(spans_, 0.0);
  const Span span = never.start_request("POST /", SpanKind::server, sampled_parent);
  EXPECT_EQ(span.context().trace_id, sampled_parent.trace_id);
  EXPECT_NE(span.context().span_id, sampled_parent.span_id);
  EXPECT_TRUE(span.context().sampled);
  EXPECT_FALSE(tracer_.start_request("POST /", SpanKind::server, unsampled_parent));
  EXPECT_FALSE(tracer_.start("send", SpanKind::producer, SpanContext()));
}

TEST_F(TracerTest, TracesTheGivenPartOfTheRequests) {
  const Tracer tenth(spans_, 0.1);
  const Tracer never(spans_, 0.0);
  int chosen = 0;
  for (int i = 0; i < 10'000; ++i) {
    if (tenth.start_request("POST /", SpanKind::server, {})) ++chosen;
    EXPECT_FALSE(never.start_request("POST /", SpanKind::server, {}));
    EXPECT_TRUE(tracer_.start_request("POST /", SpanKind::server, {}));
  }
  // 1000 ± 6 standard deviations of 30.
  EXPECT_GT(chosen, 820);
  EXPECT_LT(chosen, 1180);
}

TEST_F(TracerTest, GivesEachTraceAndSpanItsOwnId) {
  std::set<TraceId> traces;
  std::set<SpanId> ids;
  for (int i = 0; i < 1000; ++i) {
    const Span span = tracer_.start_request("POST /", SpanKind::server, {});
    EXPECT_TRUE(span.context().valid());
    traces.insert(span.context().trace_id);
    ids.insert(span.context().span_id);
  }
  EXPECT_THAT(traces, SizeIs(1000));
  EXPECT_THAT(ids, SizeIs(1000));
}

TEST_F(TracerTest, ChildrenNameTheirParent) {
  Span parent = tracer_.start_request("POST /", SpanKind::server, {});
  tracer_.start("send", SpanKind::producer, parent.context()).end();
  parent.end();
  const SpanData child = spans_->find("send");
  EXPECT_EQ(child.parent, parent.context().span_id);
  EXPECT_EQ(child.context.trace_id, parent.context().trace_id);
  EXPECT_EQ(child.kind, SpanKind::producer);
  EXPECT_EQ(spans_->find("POST /").parent, SpanId());
}

TEST_F(TracerTest, ASpanEndsOnceAndWithItsLastHandle) {
  {
    Span first = tracer_.start_request("POST /", SpanKind::server, {});
    Span second = first;
    second.set("http.response.status_code", 200);
    first = Span();
    EXPECT_THAT(spans_->all(), SizeIs(0));
    second.end();
    second.set("http.response.status_code", 500).fail("too late");
    second.end();
  }
  ASSERT_THAT(spans_->all(), SizeIs(1));
  const SpanData span = spans_->all().front();
  EXPECT_EQ(attribute(span, "http.response.status_code"), "200");
  EXPECT_FALSE(span.failed);
  EXPECT_LE(span.start, span.end);
  (void)tracer_.start_request("GET /", SpanKind::server, {});
  EXPECT_THAT(spans_->all(), SizeIs(2));
}

TEST_F(TracerTest, BoundsWhatASpanHolds) {
  Span span = tracer_.start_request(std::string(1000, 'n'), SpanKind::server, {});
  for (std::size_t i = 0; i < max_attributes + 5; ++i) span.set("key" + std::to_string(i), i);
  for (std::size_t i = 0; i < max_links + 7; ++i) span.link(sampled_parent);
  span.set("key0", std::string(max_span_text_bytes - 1, 'a') + "\xc3\xab");  // is there already
  span.link(unsampled_parent);
  span.fail(std::string(1000, 'd'));
  span.end();
  const SpanData data = spans_->all().front();
  EXPECT_THAT(data.attributes, SizeIs(max_attributes));
  EXPECT_EQ(data.dropped_attributes, 5U);
  EXPECT_THAT(data.links, SizeIs(max_links));
  EXPECT_EQ(data.dropped_links, 7U);
  EXPECT_EQ(attribute(data, "key0"), std::string(max_span_text_bytes - 1, 'a')) << "no half of a character";
  EXPECT_THAT(data.name, SizeIs(max_span_text_bytes));
  EXPECT_THAT(data.description, SizeIs(max_span_text_bytes));
}

}  // namespace
}  // namespace pollux::tracing
