// What the suite of the VoteStore port asks of an adapter.
#pragma once

#include <memory>
#include <vector>

#include "conformance/adapter.hpp"
#include "poll/vote_store.hpp"

namespace pollux::conformance {

// A store that is empty at first.
class VoteStoreSubject {
 public:
  virtual ~VoteStoreSubject() = default;

  virtual poll::VoteStore& store() = 0;
  // Closes the store and opens it again, as the next start of the program does; store() is another one then.
  virtual void reopen() = 0;
};

std::vector<Adapter<VoteStoreSubject>> vote_stores();

}  // namespace pollux::conformance
