#include "feed/tally_trace.hpp"

#include <memory>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tracing/testing/collected_spans.hpp"

namespace pollux::feed {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using tracing::attribute;
using tracing::parse_traceparent;
using tracing::SpanContext;

const SpanContext first = *parse_traceparent("00-11111111111111111111111111111111-1111111111111111-01");
const SpanContext second = *parse_traceparent("00-22222222222222222222222222222222-2222222222222222-01");

Result<poll::Tally> some_tally() {
  return poll::Tally{poll::PollId::parse("default").value(), 1, {}};
}

class TallyTraceTest : public testing::Test {
 protected:
  std::shared_ptr<tracing::CollectedSpans> spans_ = std::make_shared<tracing::CollectedSpans>();
  tracing::Tracer tracer_ = tracing::tracer_into(spans_);
};

TEST_F(TallyTraceTest, ANotificationIsAMessage) {
  start_publish_span(tracer_, first).end();
  const auto span = spans_->find("publish pollux_tally");
  EXPECT_EQ(span.parent, first.span_id);
  EXPECT_EQ(span.kind, tracing::SpanKind::producer);
  EXPECT_EQ(attribute(span, "messaging.system"), "postgresql");
  EXPECT_EQ(attribute(span, "messaging.destination.name"), "pollux_tally");
}

TEST_F(TallyTraceTest, AReadFollowsTheFirstNotificationAndLinksToTheOthers) {
  auto tally = some_tally();
  TallyReadTrace(tracer_, std::vector{first, second}).end_read(tally);
  const auto process = spans_->find("process pollux_tally");
  EXPECT_EQ(process.parent, first.span_id);
  EXPECT_THAT(process.links, ElementsAre(second));
  EXPECT_EQ(spans_->find("SELECT pollux_tallies").parent, process.context.span_id);
  EXPECT_EQ(tally->trace, process.context) << "for what follows";
}

TEST_F(TallyTraceTest, AReadThatFailsFailsBothSpans) {
  Result<poll::Tally> tally = unavailable("The database is down.");
  TallyReadTrace(tracer_, std::vector{first}).end_read(tally);
  EXPECT_TRUE(spans_->find("process pollux_tally").failed);
  EXPECT_TRUE(spans_->find("SELECT pollux_tallies").failed);
}

TEST_F(TallyTraceTest, AReadWithoutANotificationHasNoTrace) {
  auto tally = some_tally();
  TallyReadTrace(tracer_, {}).end_read(tally);
  EXPECT_FALSE(tally->trace.sampled);
  EXPECT_THAT(spans_->all(), IsEmpty());
}

}  // namespace
}  // namespace pollux::feed
