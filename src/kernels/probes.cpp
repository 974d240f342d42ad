#include "probes.hpp"

#include <algorithm>
#include <cstring>

#include "scorer.hpp"

namespace trovato {
namespace {

constexpr size_t kHalf = 16;  // bytes that every machine compares at once
typedef uint8_t Half __attribute__((vector_size(kHalf)));
typedef uint8_t Row[kCoarseWidth];

constexpr size_t kWorths = 256;
constexpr size_t kStride = 8;  // of the cells that a first guess is made from

// How many cells are worth so much to each of the tokens of a column.
struct Tally {
  uint32_t cells[kCoarseWidth][kWorths] = {};

  void add(const uint8_t* row) {
    for (size_t lane = 0; lane < kCoarseWidth; ++lane) ++cells[lane][row[lane]];
  }

  // The least worth that at most `count` cells exceed.
  uint8_t floor(size_t lane, size_t count) const {
    size_t worth = kWorths - 1;
    for (size_t above = 0; worth > 0; --worth) {
      above += cells[lane][worth];
      if (above > count) break;
    }
    return static_cast<uint8_t>(worth);
  }
};

// Calls act(lane, worth, cell) for all cells that are worth more to a token than its floor.
template <class Action>
void above(const uint8_t* rows, size_t cells, const Row& floors, Action act) {
  constexpr size_t kParts = kHalf / sizeof(uint64_t);
  for (size_t first = 0; first < kCoarseWidth; first += kHalf) {
    Half lowest;
    std::memcpy(&lowest, floors + first, kHalf);
    for (size_t cell = 0; cell < cells; ++cell) {
      const uint8_t* const row = rows + cell * kCoarseWidth + first;
      Half worth;
      std::memcpy(&worth, row, kHalf);
      const Half over = reinterpret_cast<Half>(worth > lowest);
      uint64_t parts[kParts];
      std::memcpy(parts, &over, kHalf);
      if ((parts[0] | parts[1]) == 0) continue;
      for (size_t part = 0; part < kParts; ++part) {
        for (uint64_t left = parts[part]; left != 0;) {
          const size_t byte = static_cast<size_t>(__builtin_ctzll(left)) / 8;
          left &= ~(uint64_t{0xff} << (byte * 8));
          const size_t place = part * sizeof(uint64_t) + byte;
          act(first + place, row[place], static_cast<uint16_t>(cell));
        }
      }
    }
  }
}

// The floor of each token of a column: what the next best cell after `count` is worth.
void find_floors(const uint8_t* rows, size_t cells, size_t lanes, size_t count, Row& floors) {
  // Few cells are worth much, so only those above a guess are counted. The guess is too high where
  // too few turn out to be above it; then all are counted.
  Tally guess;
  for (size_t cell = 0; cell < cells; cell += kStride) guess.add(rows + cell * kCoarseWidth);
  std::memset(floors, 255, sizeof floors);  // lanes beyond the last token choose nothing
  for (size_t lane = 0; lane < lanes; ++lane) {
    floors[lane] = guess.floor(lane, 2 * count / kStride + kStride);
  }
  Tally tally;
  above(rows, cells, floors,
        [&](size_t lane, uint8_t worth, uint16_t) { ++tally.cells[lane][worth]; });
  for (size_t lane = 0; lane < lanes; ++lane) {
    const uint8_t floor = tally.floor(lane, count);
    if (floor > floors[lane] || floors[lane] == 0) {
      floors[lane] = floor;
      continue;
    }
    Tally all;
    for (size_t cell = 0; cell < cells; ++cell) ++all.cells[lane][rows[cell * kCoarseWidth + lane]];
    floors[lane] = all.floor(lane, count);
  }
}

}  // namespace

void choose_probes(const uint8_t* table, size_t tokens, size_t cells_in_table, size_t count,
                   uint8_t* floors, uint16_t* cells, uint8_t* worth, size_t* counts) {
  for (size_t first = 0; first < tokens; first += kCoarseWidth) {
    const size_t lanes = std::min(kCoarseWidth, tokens - first);
    const uint8_t* const rows = table + first * cells_in_table;
    Row lowest;
    find_floors(rows, cells_in_table, lanes, count, lowest);
    for (size_t lane = 0; lane < lanes; ++lane) {
      floors[first + lane] = lowest[lane];
      counts[first + lane] = 0;
    }
    above(rows, cells_in_table, lowest, [&](size_t lane, uint8_t value, uint16_t cell) {
      const size_t token = first + lane, place = token * count + counts[token]++;
      cells[place] = cell;
      worth[place] = value;
    });
  }
}

}  // namespace trovato
