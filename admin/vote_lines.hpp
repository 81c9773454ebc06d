// Votes in exports, a line for each:
//
//   voter,option,label             f3ab…,b,Coffee              single
//   voter,a,b,c                    f3ab…,1,0,1                 multiple: 1 for an option that was selected
//   voter,value                    f3ab…,4                     scale; "skip" for a voter who skipped it
//   voter,place_1,place_2 …        f3ab…,b,a                   ranking: the ids of the options, best first
//
//   {"voter":"f3ab…","values":["b"]}      JSON Lines: the values of the form, ranked ones best first
//
// `voter` is a pseudonym: HMAC-SHA-256 of the voter's id with the key of the poll. So a voter has the same
// one in all runs of a poll, and those of two polls can't be matched. It says nothing about the cookie.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "admin/export_stream.hpp"
#include "base/signer.hpp"
#include "poll/question.hpp"
#include "poll/vote_reader.hpp"

namespace pollux::admin {

// One thread. The question outlives it.
class VoteLines {
 public:
  // `key`: of poll::VoteReader::export_key(). Nothing if it is damaged.
  static std::optional<VoteLines> create(const poll::Question& question, ExportFormat format,
                                         const std::string& key);

  std::string header() const;  // empty for JSON Lines

  // Nothing for a vote that is none for this question; the results ignore it, too.
  std::optional<std::string> line(const poll::RecordedVote& vote) const;

 private:
  VoteLines(const poll::Question& question, ExportFormat format, std::unique_ptr<const Signer> signer)
      : question_(&question), format_(format), signer_(std::move(signer)) {}

  const poll::Question* question_;
  ExportFormat format_;
  std::unique_ptr<const Signer> signer_;
};

}  // namespace pollux::admin
