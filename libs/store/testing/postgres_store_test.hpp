// The fixture of tests on PostgreSQL: an empty database for each test, on a server that a test program starts
// once.
#pragma once

#include <chrono>

#include <gtest/gtest.h>

#include "base/wait_limit.hpp"
#include "postgres/connection.hpp"
#include "postgres/testing/postgres_server.hpp"
#include "postgres/url.hpp"

namespace pollux::store {

class PostgresStoreTest : public testing::Test {
 protected:
  static postgres::TestServer& server() {
    static postgres::TestServer started({.passwords = false});
    return started;
  }
  static WaitLimit generous_limit() { return WaitLimit::in(std::chrono::seconds(20)); }

  postgres::Connection connect() const { return postgres::Connection::open(url_, generous_limit()).value(); }

  const postgres::Url url_ = server().fresh_database();
};

}  // namespace pollux::store
