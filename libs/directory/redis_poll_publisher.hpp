// Publishes polls in Redis, for the RedisPollDirectory of every vote service.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "poll/poll_directory.hpp"
#include "redis/client.hpp"
#include "redis/sync_client.hpp"

namespace pollux::directory {

// One connection, which is opened when it is needed. A call blocks, for the limits at most, and calls wait
// for each other.
class RedisPollPublisher : public poll::PollPublisher {
 public:
  // Called for images of logos that could not be published, on the thread of the call; must not block or
  // throw. The next reconciliation tries again.
  using ImagesFailed = std::function<void(const Error& reason)>;

  explicit RedisPollPublisher(redis::Url url, redis::SyncClient::Options limits = {},
                              ImagesFailed images_failed = {});
  explicit RedisPollPublisher(std::unique_ptr<redis::Client> client) : client_(std::move(client)) {}

  Result<std::vector<poll::PublishedRevision>> publish_all(std::span<const poll::ManagedPoll> polls) override;
  Result<void> withdraw(const poll::PollId& id) override;
  std::vector<poll::PollId> without_image(std::span<const poll::ManagedPoll> polls) override;
  Result<std::vector<poll::PollId>> withdrawn(std::span<const poll::PollId> polls) override;
  Result<void> reinstate(const poll::PollId& id) override;
  Result<std::optional<poll::ManagedPoll>> published(const poll::PollId& id) override;

  // False also on a new connection: the server may have started again, from an older state of its data.
  Result<bool> is_reconciled() override;
  Result<std::vector<poll::PollId>> begin_reconciliation() override;
  Result<void> end_reconciliation() override;

  // Whether the last call had a connection, and left it intact. Any thread.
  bool connected() const { return client_->connected(); }

 private:
  using Logos = std::map<std::string, const poll::Logo*>;  // by hash

  static Logos logos_of(std::span<const poll::ManagedPoll> polls);
  redis::Client& checked_client();
  Result<std::set<std::string>> missing_images(const Logos& logos);
  Result<void> put_images(const Logos& logos);

  std::mutex mutex_;  // guards what follows
  const std::unique_ptr<redis::Client> client_;
  const ImagesFailed images_failed_{};
  bool unbroken_ = false;  // the connection is the one on which the last reconciliation began
  std::string mark_;       // of the last reconciliation
  std::string token_;      // as of its end; empty: it did not end
};

}  // namespace pollux::directory
