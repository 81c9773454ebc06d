#include "vote/vote_trace.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/testing/test_request.hpp"
#include "tracing/testing/collected_spans.hpp"

namespace pollux::vote {
namespace {

using testing::IsEmpty;
using testing::SizeIs;
using tracing::attribute;

constexpr const char* sampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr const char* unsampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

// Keeps the builder, as a connection does.
class KeptReply : public http::ReplySink {
 public:
  void send(http::Response response) override { status = response.status; }
  void build(http::ResponseBuilder built) override { builder = std::move(built); }
  void upgrade(http::WebSocketOptions, std::shared_ptr<http::WebSocketListener>) override {}

  unsigned status = 0;
  http::ResponseBuilder builder;
};

class VoteTraceTest : public testing::Test {
 protected:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  tracing::Span start(Fields fields) {
    return start_vote_span(tracer_, http::TestRequest(std::move(fields)).request);
  }

  std::shared_ptr<tracing::CollectedSpans> spans_ = std::make_shared<tracing::CollectedSpans>();
  tracing::Tracer tracer_ = tracing::tracer_into(spans_);
  std::shared_ptr<KeptReply> kept_ = std::make_shared<KeptReply>();
};

TEST_F(VoteTraceTest, ContinuesTheTraceOfTheSender) {
  const tracing::Span span = start({{"traceparent", sampled}});
  EXPECT_EQ(span.context().trace_id_text(), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_FALSE(start({{"traceparent", unsampled}}));
}

TEST_F(VoteTraceTest, BeginsATraceWithoutAValidField) {
  EXPECT_TRUE(start({}));
  const tracing::Span span = start({{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-zz-01"}});
  EXPECT_TRUE(span);
  EXPECT_NE(span.context().trace_id_text(), "4bf92f3577b34da6a3ce929d0e0e4736");
  const tracing::Span twice = start({{"traceparent", sampled}, {"traceparent", sampled}});
  EXPECT_NE(twice.context().trace_id_text(), "4bf92f3577b34da6a3ce929d0e0e4736");
}

TEST_F(VoteTraceTest, EndsWithTheResponse) {
  {
    const http::Reply reply = with_span(http::Reply(kept_), start({}));
    reply(http::text(400, "No form."));
    reply(http::text(200, "Too late."));
  }
  ASSERT_THAT(spans_->all(), SizeIs(1));
  const tracing::SpanData span = spans_->find("POST /");
  EXPECT_EQ(span.kind, tracing::SpanKind::server);
  EXPECT_EQ(attribute(span, "http.request.method"), "POST");
  EXPECT_EQ(attribute(span, "http.route"), "/");
  EXPECT_EQ(attribute(span, "http.response.status_code"), "400");
  EXPECT_FALSE(span.failed) << "the fault is the sender's";
}

TEST_F(VoteTraceTest, EndsWhenTheResponseIsBuilt) {
  with_span(http::Reply(kept_), start({})).build([] { return http::text(200, "Voted."); });
  EXPECT_THAT(spans_->all(), IsEmpty());
  EXPECT_EQ(kept_->builder().status, 200U);
  EXPECT_EQ(attribute(spans_->find("POST /"), "http.response.status_code"), "200");
  EXPECT_FALSE(spans_->find("POST /").failed);
}

TEST_F(VoteTraceTest, EndsWithoutAStatusIfTheSenderHasGone) {
  with_span(http::Reply(kept_), start({})).build([] { return http::text(200, "Voted."); });
  kept_->builder = nullptr;
  ASSERT_THAT(spans_->all(), SizeIs(1));
  EXPECT_EQ(attribute(spans_->all()[0], "http.response.status_code"), "");
}

TEST_F(VoteTraceTest, FailsWithTheService) {
  with_span(http::Reply(kept_), start({}))(http::text(503, "Later."));
  EXPECT_TRUE(spans_->find("POST /").failed);
  EXPECT_EQ(attribute(spans_->find("POST /"), "error.type"), "503");
}

TEST_F(VoteTraceTest, FailsWithTheHandler) {
  (void)with_span(http::Reply(kept_), start({}));
  EXPECT_TRUE(spans_->find("POST /").failed);
}

TEST_F(VoteTraceTest, LeavesTheReplyOfAnUntracedVoteAlone) {
  with_span(http::Reply(kept_), start({{"traceparent", unsampled}}))(http::text(200, "Voted."));
  EXPECT_EQ(kept_->status, 200U);
  EXPECT_THAT(spans_->all(), IsEmpty());
}

}  // namespace
}  // namespace pollux::vote
