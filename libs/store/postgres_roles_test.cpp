// What the roles of the services must not do. That pollux_admin can do all it needs is what tests/conformance
// shows, whose stores use that role.
#include <string>

#include <gtest/gtest.h>

#include "store/postgres_schema.hpp"
#include "store/testing/postgres_store_test.hpp"

namespace pollux::store {
namespace {

class PostgresRoles : public PostgresStoreTest {
 protected:
  PostgresRoles() { migrate_postgres(url_, {generous_limit()}).value(); }

  postgres::Connection connect_as(const std::string& role) {
    return postgres::Connection::open(server().url(url_.parameter("dbname"), role, "unused"),
                                      generous_limit())
        .value();
  }

  // The SQLSTATE of the rejection; empty if it was done.
  static std::string rejection(postgres::Connection& connection, const std::string& sql) {
    return connection.execute(sql, generous_limit()) ? "" : connection.sql_state();
  }
};

// https://www.postgresql.org/docs/15/errcodes-appendix.html
constexpr const char* no_right = "42501";

TEST_F(PostgresRoles, ChangeNoTablesAndMakeNone) {
  for (const char* role : {"pollux_admin", "pollux_result"}) {
    auto connection = connect_as(role);
    for (const char* sql :
         {"CREATE TABLE pollux_more (id text)", "ALTER TABLE pollux_managed_polls ADD COLUMN more text",
          "DROP TABLE pollux_votes", "TRUNCATE pollux_audit_events",
          "DROP TRIGGER pollux_audit_events_kept ON pollux_audit_events",
          "CREATE OR REPLACE FUNCTION pollux_grant_roles() RETURNS void LANGUAGE sql AS 'SELECT'",
          "INSERT INTO pollux_schema (number, name) VALUES (999, 'more')", "CREATE ROLE more"}) {
      EXPECT_EQ(rejection(connection, sql), no_right) << role << ": " << sql;
    }
  }
}

TEST_F(PostgresRoles, CastNoVotes) {
  auto admin = connect_as("pollux_admin");
  for (const char* sql :
       {"INSERT INTO pollux_votes VALUES ('default', 'ann', 'a', NULL, 1, 0)",
        "UPDATE pollux_votes SET selection = 'b'", "INSERT INTO votes (id, vote) VALUES ('ann', 'a')",
        "SELECT pollux_count('default', ARRAY['a'], ARRAY[1::bigint], 1, 0)",
        "UPDATE pollux_tallies SET count = 1000", "UPDATE pollux_audit_events SET actor = 'somebody else'",
        "UPDATE pollux_export_keys SET export_key = ''"}) {
    EXPECT_EQ(rejection(admin, sql), no_right) << sql;
  }
  EXPECT_EQ(rejection(admin, "SELECT voter, selection FROM pollux_votes"), "");
}

TEST_F(PostgresRoles, GetTheirRightsAlsoIfTheyAreMadeLater) {
  auto owner = connect();
  auto admin = connect_as("pollux_admin");
  auto result = connect_as("pollux_result");
  ASSERT_EQ(rejection(owner, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM pollux_admin, pollux_result"),
            "");
  ASSERT_EQ(rejection(admin, "SELECT FROM pollux_managed_polls"), no_right);
  ASSERT_EQ(rejection(result, "SELECT FROM pollux_tallies"), no_right);
  ASSERT_EQ(rejection(owner, "SELECT pollux_grant_roles()"), "");
  EXPECT_EQ(rejection(admin, "SELECT FROM pollux_managed_polls"), "");
  EXPECT_EQ(rejection(result, "SELECT FROM pollux_tallies"), "");
  EXPECT_EQ(rejection(result, "SELECT FROM pollux_accounts"), no_right);
}

}  // namespace
}  // namespace pollux::store
