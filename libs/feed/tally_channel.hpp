// The channel of PostgreSQL's LISTEN and NOTIFY through which changed tallies are published.
#pragma once

namespace pollux::feed {

// The payload is the id of the poll whose tally has changed. A notification carries no counts: its
// receiver reads the tally. PostgresTallyPublisher notifies, PostgresTallyFeed listens.
//
// The name is stored in every database, too: the function pollux_count(), which counts the votes of the
// services of example-voting-app, notifies this channel (0001_votes.sql in libs/store/migrations/postgres),
// and a released migration never changes. So another name needs a new migration that replaces the function.
// During an upgrade, programs of both versions share a database, so new ones have to use both names until the
// old ones are gone.
inline constexpr const char* tally_channel = "pollux_tally";

}  // namespace pollux::feed
