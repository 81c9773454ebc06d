#include "bench/workers/rows.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cinttypes>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <libpq-fe.h>

namespace pollux::bench {
namespace {

// SplitMix64: https://prng.di.unimi.it/splitmix64.c
std::uint64_t mixed(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15U;
  number = (number ^ (number >> 30U)) * 0xbf58476d1ce4e5b9U;
  number = (number ^ (number >> 27U)) * 0x94d049bb133111ebU;
  return number ^ (number >> 31U);
}

void append_word(std::string& command, std::string_view word) {
  command += '$' + std::to_string(word.size()) + "\r\n";
  command.append(word).append("\r\n");
}

constexpr const char* upsert_sql =
    "INSERT INTO pollux_votes AS v (poll, voter, selection, version_time, version_sequence) "
    "SELECT unnest($1::text[]), unnest($2::text[]), unnest($3::text[]), unnest($4::bigint[]), "
    "unnest($5::bigint[]) "
    "ON CONFLICT (poll, voter) DO UPDATE SET previous_selection = v.selection, selection = "
    "excluded.selection, "
    "version_time = excluded.version_time, version_sequence = excluded.version_sequence "
    "WHERE (v.version_time, v.version_sequence) < (excluded.version_time, excluded.version_sequence)";

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;

// A one-dimensional array in PostgreSQL's binary format (array_recv in its sources): number of dimensions,
// null flag, element type, length, first index; then each element with its length.
class Array {
 public:
  Array(std::uint32_t type, std::size_t length) {
    for (const std::uint32_t word : {1U, 0U, type, static_cast<std::uint32_t>(length), 1U}) add_word(word);
  }
  void add(std::string_view text) {
    add_word(static_cast<std::uint32_t>(text.size()));
    bytes_.append(text);
  }
  void add(std::uint64_t number) {
    add_word(8);
    add_word(static_cast<std::uint32_t>(number >> 32U));
    add_word(static_cast<std::uint32_t>(number));
  }
  const std::string& bytes() const { return bytes_; }

 private:
  void add_word(std::uint32_t word) {
    const auto bytes = std::bit_cast<std::array<char, 4>>(word);
    if constexpr (std::endian::native == std::endian::little) {
      bytes_.append(bytes.rbegin(), bytes.rend());
    } else {
      bytes_.append(bytes.begin(), bytes.end());
    }
  }

  std::string bytes_;
};

void expect(const Connection& connection, PGresult* result, ExecStatusType status) {
  const std::unique_ptr<PGresult, decltype(&PQclear)> owner(result, &PQclear);
  if (PQresultStatus(result) != status) throw std::runtime_error(PQerrorMessage(connection.get()));
}

// Sorted by voter, as in the worker.
std::vector<Row> sorted_rows(std::uint64_t first, std::uint64_t count) {
  std::vector<Row> rows;
  for (std::uint64_t number = first; number < first + count; ++number) rows.push_back(row(number));
  std::ranges::sort(rows, {}, &Row::voter);
  return rows;
}

void record(const Connection& connection, const std::vector<Row>& rows, std::uint64_t first_version) {
  constexpr std::uint32_t text = 25;
  constexpr std::uint32_t bigint = 20;
  std::array<Array, 5> columns{Array(text, rows.size()), Array(text, rows.size()), Array(text, rows.size()),
                               Array(bigint, rows.size()), Array(bigint, rows.size())};
  for (const Row& row : rows) {
    columns[0].add(std::string_view("default"));
    columns[1].add(row.voter);
    columns[2].add(std::string_view(&row.selection, 1));
    columns[3].add(++first_version);
    columns[4].add(std::uint64_t{0});
  }
  std::array<const char*, 5> values;
  std::array<int, 5> lengths;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    values[i] = columns[i].bytes().data();
    lengths[i] = static_cast<int>(columns[i].bytes().size());
  }
  constexpr std::array<int, 5> binary{1, 1, 1, 1, 1};
  expect(connection,
         PQexecPrepared(connection.get(), "upsert", 5, values.data(), lengths.data(), binary.data(), 1),
         PGRES_COMMAND_OK);
}

}  // namespace

Row row(std::uint64_t number) {
  constexpr std::uint64_t first_millisecond = 1'800'000'000'000;
  std::array<char, 64> digits;
  std::snprintf(digits.data(), digits.size(), "%012" PRIx64 "%016" PRIx64 "%016" PRIx64,
                first_millisecond + number / 64, mixed(2 * number), mixed(2 * number + 1));
  return {.voter = digits.data(), .selection = mixed(~number) % 3 == 0 ? 'b' : 'a'};
}

std::string command_to_queue(const Row& row) {
  std::string command = "*9\r\n";
  for (const std::string_view word : {"XADD", "pollux:votes:0", "*", "poll", "default", "voter"}) {
    append_word(command, word);
  }
  append_word(command, row.voter);
  append_word(command, "selection");
  append_word(command, std::string_view(&row.selection, 1));
  return command;
}

std::chrono::nanoseconds bare_upsert(const std::string& url, std::uint64_t first, std::uint64_t count,
                                     std::uint64_t batch) {
  const Connection connection(PQconnectdb(url.c_str()), &PQfinish);
  if (PQstatus(connection.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection.get()));
  expect(connection, PQprepare(connection.get(), "upsert", upsert_sql, 0, nullptr), PGRES_COMMAND_OK);
  std::chrono::nanoseconds taken{};
  for (std::uint64_t done = 0; done < count; done += batch) {
    const auto rows = sorted_rows(first + done, std::min(batch, count - done));
    const auto start = std::chrono::steady_clock::now();
    record(connection, rows, done);
    taken += std::chrono::steady_clock::now() - start;
  }
  return taken;
}

}  // namespace pollux::bench
