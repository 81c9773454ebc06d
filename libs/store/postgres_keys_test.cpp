// Keys of selections in PostgreSQL: the function, and databases and programs of versions before it.
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "poll/selection_keys.hpp"
#include "store/postgres_recount.hpp"
#include "store/postgres_schema.hpp"
#include "store/postgres_tally_reader.hpp"
#include "store/postgres_vote_recorder.hpp"
#include "store/testing/postgres_store_test.hpp"
#include "store/testing/recorded_votes.hpp"

namespace pollux::store {
namespace {

using namespace std::chrono_literals;
using Counts = poll::SelectionCounts;

poll::Selection selection(const std::string& text) {
  return poll::Selection::parse(text).value();
}

poll::PollId default_poll() {
  return poll::PollId::parse("default").value();
}

poll::QueuedVote vote(std::uint64_t place, const std::string& voter, const std::string& selected) {
  return {{1, place}, {default_poll(), poll::VoterId::parse(voter).value(), selection(selected)}};
}

class PostgresKeys : public PostgresStoreTest {
 protected:
  // The schema of the version before tallies counted keys.
  void migrate_to_version_2() {
    auto connection = connect();
    ASSERT_TRUE(migrate(connection, postgres_migrations().first(2), {.waiting = generous_limit()}));
  }

  postgres::Rows execute(const std::string& sql) const {
    return connect().execute(sql, generous_limit()).value();
  }

  Counts tally() const { return PostgresTallyReader(url_, {}).tally(default_poll()).value().counts; }
  Counts recorded() const { return PostgresRecordedVotes(url_).counts(default_poll()); }
  std::vector<TallyDifference> differences() const {
    return recount_postgres(url_, {.connecting = generous_limit()}).value();
  }
};

TEST_F(PostgresKeys, AreThoseOfTheProgramForEveryText) {
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  auto connection = connect();
  constexpr std::string_view characters = "+>ab1%_\\'{,} ";
  for (int n = 0; n < 500; ++n) {
    std::string text(1 + random() % 8, ' ');
    for (char& character : text) character = characters[random() % characters.size()];
    if (n % 2 == 0) text[0] = n % 4 == 0 ? '+' : '>';
    if (n % 50 == 0) text += "Zoë";
    const auto rows = connection
                          .execute("SELECT key FROM pollux_keys($1) AS key ORDER BY key COLLATE \"C\"",
                                   postgres::Parameters().add(std::string_view(text)), generous_limit())
                          .value();
    std::vector<poll::Selection> keys;
    for (int row = 0; row < rows.size(); ++row) keys.push_back(selection(std::string(rows.text(row, 0))));
    EXPECT_EQ(keys, poll::keys_of(selection(text))) << text;
  }
}

// As the services of the version before wrote them.
constexpr const char* votes_of_version_2 = R"sql(
  INSERT INTO pollux_votes (poll, voter, selection, version_time, version_sequence) VALUES
    ('default', 'ann', 'a', 1, 1), ('default', 'bob', 'b', 1, 2), ('default', 'cid', 'b', 1, 3);
  INSERT INTO pollux_tallies (poll, selection, slot, count) VALUES
    ('default', 'a', 0, 1), ('default', 'b', 0, 1), ('default', 'b', 1, 1);
  INSERT INTO pollux_tally_slots (poll, slot, changes, latest_time, latest_sequence) VALUES
    ('default', 0, 2, 1, 2), ('default', 1, 1, 1, 3))sql";

TEST_F(PostgresKeys, LeaveTheTalliesOfEarlierVersionsAsTheyAre) {
  migrate_to_version_2();
  execute(votes_of_version_2);
  const Counts expected{{selection("a"), 1}, {selection("b"), 2}};
  EXPECT_EQ(tally(), expected) << "a result service may be newer than the schema";
  const auto before = PostgresTallyReader(url_, {}).tally(default_poll()).value();

  const auto recorder = PostgresVoteRecorder::open(url_, {}).value();  // migrates
  EXPECT_EQ(PostgresTallyReader(url_, {}).tally(default_poll()).value(), before);
  ASSERT_TRUE(recorder->record(std::vector{vote(4, "bob", "a"), vote(5, "dora", "b")}));
  EXPECT_EQ(tally(), (Counts{{selection("a"), 2}, {selection("b"), 2}}));
  EXPECT_EQ(tally(), recorded());
  EXPECT_TRUE(differences().empty());
}

// The view admits any text.
TEST_F(PostgresKeys, CountSelectionsThatEarlierVersionsTookForOneKey) {
  migrate_to_version_2();
  execute("INSERT INTO votes (id, vote) VALUES ('ann', '+a+c'), ('bob', '+1'), ('cid', 'a'), ('dora', '>b')");
  execute("UPDATE votes SET vote = '+a' WHERE id = 'bob'");
  const auto before = PostgresTallyReader(url_, {}).tally(default_poll()).value();
  EXPECT_EQ(
      before.counts,
      (Counts{{selection("+a+c"), 1}, {selection("+a"), 1}, {selection("a"), 1}, {selection(">b"), 1}}));

  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  const Counts expected{{selection("+"), 2},
                        {selection("a"), 3},
                        {selection("c"), 1},
                        {selection(">b"), 1},
                        {selection("b1"), 1}};
  EXPECT_EQ(tally(), expected);
  EXPECT_EQ(tally(), recorded());
  EXPECT_GT(PostgresTallyReader(url_, {}).tally(default_poll())->version, before.version);
  EXPECT_TRUE(differences().empty());
}

TEST_F(PostgresKeys, AreCountedThroughTheViewToo) {
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  execute("INSERT INTO votes (id, vote) VALUES ('ann', '+a+c'), ('bob', 'b'), ('cid', '>b>a')");
  EXPECT_EQ(tally(), recorded());
  EXPECT_EQ(tally().at(selection("c")), 1U);
  execute("UPDATE votes SET vote = '+b' WHERE id = 'ann'");
  execute("UPDATE votes SET vote = 'b' WHERE id = 'bob'");
  execute("UPDATE votes SET vote = 'a' WHERE id = 'cid'");
  EXPECT_EQ(tally(), (Counts{{selection("+"), 1}, {selection("b"), 2}, {selection("a"), 1}}));
  EXPECT_EQ(tally(), recorded());
  EXPECT_TRUE(differences().empty());
}

TEST_F(PostgresKeys, AreRepaired) {
  const auto recorder = PostgresVoteRecorder::open(url_, {}).value();
  ASSERT_TRUE(recorder->record(std::vector{vote(1, "ann", "+a+c"), vote(2, "bob", "+c")}));
  EXPECT_TRUE(differences().empty());
  execute("UPDATE pollux_tallies SET count = 7 WHERE selection = '+'");
  execute("DELETE FROM pollux_tallies WHERE selection = 'a'");
  EXPECT_EQ(differences().size(), 2U);
  ASSERT_EQ(repair_postgres(url_, {.connecting = generous_limit()})->size(), 2U);
  EXPECT_EQ(tally(), (Counts{{selection("+"), 2}, {selection("a"), 1}, {selection("c"), 2}}));
}

// What a worker of version 2 executes for a batch of single choices, reduced to its effect on the tables.
constexpr const char* record_of_version_2 = R"sql(
  WITH recorded AS (
    INSERT INTO pollux_votes AS v (poll, voter, selection, version_time, version_sequence)
    SELECT 'default', voter, selection, 1, place FROM unnest($1::text[], $2::text[], $3::bigint[]) AS b (voter, selection, place)
    ON CONFLICT (poll, voter) DO UPDATE SET
      previous_selection = v.selection, selection = excluded.selection,
      version_time = excluded.version_time, version_sequence = excluded.version_sequence
    WHERE (v.version_time, v.version_sequence) < (excluded.version_time, excluded.version_sequence)
    RETURNING selection, previous_selection
  ), changes AS (
    SELECT selection, sum(votes) AS delta
    FROM (SELECT selection, 1 AS votes FROM recorded
          UNION ALL
          SELECT previous_selection, -1 FROM recorded WHERE previous_selection IS NOT NULL) AS moved
    GROUP BY selection HAVING sum(votes) <> 0
  ), noted AS (
    INSERT INTO pollux_tally_slots AS s (poll, slot, changes, latest_time, latest_sequence)
    SELECT 'default', 63, count(*), 1, 1 FROM changes
    ON CONFLICT (poll, slot) DO UPDATE SET changes = s.changes + excluded.changes
  )
  INSERT INTO pollux_tallies AS t (poll, selection, slot, count)
  SELECT 'default', selection, 63, delta FROM changes
  ON CONFLICT (poll, selection, slot) DO UPDATE SET count = t.count + excluded.count)sql";

constexpr const char* tally_of_version_2 =
    "SELECT selection, sum(count) FROM pollux_tallies WHERE poll = 'default' GROUP BY selection";

TEST_F(PostgresKeys, AreRightWhileWorkersAndResultsOfTheVersionBeforeRun) {
  const auto recorder = PostgresVoteRecorder::open(url_, {}).value();
  auto old_worker = connect();
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::int64_t place = 0;
  for (int n = 0; n < 200; ++n) {
    ++place;
    const std::string voter = "voter" + std::to_string(random() % 20);
    const std::string selected(1, static_cast<char>('a' + random() % 3));
    if (random() % 2 == 0) {
      ASSERT_TRUE(recorder->record(std::vector{vote(static_cast<std::uint64_t>(place), voter, selected)}));
      continue;
    }
    const std::vector<std::string_view> voters{voter};
    const std::vector<std::string_view> selections{selected};
    const std::vector<std::int64_t> places{place};
    old_worker
        .execute(record_of_version_2, postgres::Parameters().add(voters).add(selections).add(places),
                 generous_limit())
        .value();
  }
  EXPECT_EQ(tally(), recorded());
  Counts of_old_results;
  const auto rows = execute(tally_of_version_2);
  for (int row = 0; row < rows.size(); ++row) {
    if (const auto count = rows.number(row, 1); count != 0) {
      of_old_results[selection(std::string(rows.text(row, 0)))] = static_cast<std::uint64_t>(count);
    }
  }
  EXPECT_EQ(of_old_results, recorded());
  EXPECT_TRUE(differences().empty());
}

}  // namespace
}  // namespace pollux::store
