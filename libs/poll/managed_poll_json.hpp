// A poll that someone made as JSON, as it is passed from the service that has the store to those that face
// voters:
//
//   {"id":"019aa0f2…","code":"K7MXQ4","title":"Drinks","question":{"kind":"single",…},
//    "change":"while_open","results":"live","keep_days":30,"opens_at":null,"closes_at":1795780800,
//    "zone":"Europe/Berlin","state":"open","run":1,"revision":2,"created_at":1795770000,
//    "changed_at":1795770060,"opened_at":1795770060,"closed_at":null}
//
// A poll that does not look as the design has it also has "theme":{"accent":"#1d4ed8","scheme":"auto"}; the
// accent may be null. One with a logo has "logo":{"hash":"9f86…",…} (logo.hpp), without the image. One whose
// votes need the voter's cookie has "require_cookie":true. Times are Unix times in seconds. question_json.hpp
// has the form of the question. The maker is left out: who faces voters need not know them. This is no public
// format: the HTTP API has its own.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "poll/managed_poll.hpp"

namespace pollux::poll {

// More than any poll needs.
inline constexpr std::size_t max_managed_poll_json_bytes = 24'576;

// Canonical: polls that differ in no more than their maker give equal texts.
std::string to_json(const ManagedPoll& poll);

// `invalid` if a member is missing or has a value that no version has written. Members that this version does
// not know are ignored, so that a later one may add some. A logo comes without its image.
Result<ManagedPoll> parse_managed_poll_json(std::string_view text);

}  // namespace pollux::poll
