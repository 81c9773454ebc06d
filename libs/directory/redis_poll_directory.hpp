// The directory of polls of a vote service: what a RedisPollPublisher has published. Without Redis it shows
// what it knew last.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "directory/periodic_poll_directory.hpp"
#include "poll/managed_poll.hpp"
#include "redis/sync_client.hpp"

namespace pollux::directory {

// Asks Redis for the changes since the last one that it knows.
class RedisPollDirectory : public PeriodicPollDirectory {
 public:
  struct Options {
    std::chrono::milliseconds period{250};  // from one request to the next, also after a failure
    redis::SyncClient::Options limits{std::chrono::milliseconds(1000), std::chrono::milliseconds(1000)};
    std::size_t changes_at_once = 100;
  };

  // Called on the directory's thread. Must not block or throw. Either may be empty.
  struct Events {
    StateChanged state_changed{};
    // A poll can't be read, because a later version wrote it or it is damaged: the directory keeps the one
    // that it had, or has none. Once for each change of the poll.
    std::function<void(const std::string& id, const Error& reason)> unreadable{};
    // Images of logos can't be read, or one is not the one of its hash. They are asked for again every few
    // seconds; their polls are there without them.
    std::function<void(const Error& reason)> images_failed{};
  };

  RedisPollDirectory(redis::Url url, Options options, Events events);
  ~RedisPollDirectory() override;  // stops

 private:
  Result<void> refresh() override;
  Result<bool> read_some();
  void begin_again();
  void take_change(const redis::Reply& id, const redis::Reply& field);
  void withdraw_missing();
  void read_images();
  std::map<std::string, std::vector<Poll>> next_images();
  Result<void> ask_for(const std::map<std::string, std::vector<Poll>>& wanted);
  void await_image(const poll::ManagedPoll& poll);
  bool take_image(const std::vector<Poll>& some, const std::string& image);

  const Options options_;
  const std::function<void(const std::string& id, const Error& reason)> unreadable_;
  const std::function<void(const Error& reason)> images_failed_;

  // The thread's own.
  redis::SyncClient client_;
  std::string token_;                // as of the last request; empty: there was none
  std::string last_;                 // the number of the last change that was read
  bool complete_ = false;            // all changes were read since begin_again()
  std::set<poll::PollId> here_;      // the polls that this directory has
  std::set<poll::PollId> seen_;      // those of them that were read since begin_again(), until complete_
  std::set<poll::PollId> awaiting_;  // those of them whose logo has no image yet
  std::set<poll::PollId> to_ask_;    // those of them whose image is asked for next
  std::size_t since_asked_ = 0;      // refreshes since to_ask_ became empty
};

}  // namespace pollux::directory
