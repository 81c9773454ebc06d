#include "worker/batch_trace.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tracing/testing/collected_spans.hpp"

namespace pollux::worker {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using tracing::attribute;
using tracing::parse_traceparent;
using tracing::SpanContext;

const SpanContext first = *parse_traceparent("00-11111111111111111111111111111111-1111111111111111-01");
const SpanContext second = *parse_traceparent("00-22222222222222222222222222222222-2222222222222222-01");
const SpanContext unsampled = *parse_traceparent("00-33333333333333333333333333333333-3333333333333333-00");

std::vector<poll::QueuedVote> batch_of(const std::vector<SpanContext>& traces) {
  std::vector<poll::QueuedVote> batch;
  for (const SpanContext& trace : traces) {
    batch.push_back({{1526919030474, batch.size()},
                     {poll::PollId::parse("default").value(), poll::VoterId::parse("ann").value(),
                      poll::Selection::parse("a").value(), trace}});
  }
  return batch;
}

class BatchTraceTest : public testing::Test {
 protected:
  const TraceNames names_{.messaging_system = "redis",
                          .destination = "pollux:votes",
                          .consumer_group = "pollux",
                          .database_system = "postgresql",
                          .database = "polls"};
  std::shared_ptr<tracing::CollectedSpans> spans_ = std::make_shared<tracing::CollectedSpans>();
  tracing::Tracer tracer_ = tracing::tracer_into(spans_);
};

TEST_F(BatchTraceTest, AVoteIsAChildOfWhatQueuedItAndTheStatementOfTheVote) {
  const auto batch = batch_of({unsampled, first});
  {
    BatchTrace trace(tracer_, names_, batch);
    trace.start_record().end();
    EXPECT_EQ(trace.leader().trace_id, first.trace_id);
  }
  ASSERT_THAT(spans_->all(), SizeIs(2));
  const auto processed = spans_->find("process pollux:votes");
  EXPECT_EQ(processed.parent, first.span_id);
  EXPECT_EQ(processed.kind, tracing::SpanKind::consumer);
  EXPECT_EQ(attribute(processed, "messaging.message.id"), "1526919030474-1");
  EXPECT_EQ(attribute(processed, "messaging.batch.message_count"), "2");
  EXPECT_EQ(attribute(processed, "messaging.consumer.group.name"), "pollux");
  const auto recorded = spans_->find("INSERT pollux_votes");
  EXPECT_EQ(recorded.parent, processed.context.span_id);
  EXPECT_EQ(attribute(recorded, "db.system.name"), "postgresql");
  EXPECT_EQ(attribute(recorded, "db.namespace"), "polls");
  EXPECT_EQ(attribute(recorded, "db.operation.batch.size"), "2");
  EXPECT_THAT(recorded.links, IsEmpty());
}

TEST_F(BatchTraceTest, FurtherVotesLinkToTheFirst) {
  const auto batch = batch_of({first, second});
  SpanContext leader;
  {
    BatchTrace trace(tracer_, names_, batch);
    trace.start_record().end();
    leader = trace.leader();
  }
  const auto all = spans_->all();
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[0].name, "INSERT pollux_votes");
  EXPECT_EQ(all[0].context.trace_id, first.trace_id);
  const auto& other = all[1].context.trace_id == second.trace_id ? all[1] : all[2];
  EXPECT_EQ(other.parent, second.span_id);
  EXPECT_THAT(other.links, ElementsAre(leader));
  EXPECT_THAT(all[0].links, ElementsAre(other.context));
}

TEST_F(BatchTraceTest, VotesFailWithTheirBatch) {
  const auto batch = batch_of({first, second});
  BatchTrace(tracer_, names_, batch).fail(unavailable("The disk is full."));
  for (const auto& span : spans_->all()) {
    EXPECT_TRUE(span.failed);
    EXPECT_EQ(span.description, "The disk is full.");
  }
}

TEST_F(BatchTraceTest, HasNoSpansWithoutASampledVoteOrATracer) {
  const auto batch = batch_of({unsampled, SpanContext()});
  const auto traced = batch_of({first});
  const tracing::Tracer off;
  {
    const BatchTrace trace(tracer_, names_, batch);
    EXPECT_FALSE(trace.start_record());
    EXPECT_FALSE(trace.leader().sampled);
    EXPECT_FALSE(BatchTrace(off, names_, traced).start_record());
  }
  EXPECT_THAT(spans_->all(), IsEmpty());
}

TEST_F(BatchTraceTest, SaysNothingOfVotersAndSelections) {
  const auto batch = batch_of({first});
  { BatchTrace(tracer_, names_, batch).start_record().end(); }
  for (const auto& span : spans_->all()) {
    for (const auto& [key, value] : span.attributes) {
      EXPECT_NE(attribute(span, key), "ann");
      EXPECT_NE(attribute(span, key), "a");
    }
  }
}

}  // namespace
}  // namespace pollux::worker
