// What the module's entries ask of their arguments; std::invalid_argument becomes a ValueError.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace trovato {

// The sum of so many products of two int8 codes, one of them plus 128, still fits 32 bits.
constexpr size_t kWidest = 1 << 16;
constexpr size_t kMostCells = 1 << 16;  // a cell is stored as 16 bits

template <class Number>
void require(bool holds, const std::string& wanted, Number got) {
  if (!holds) throw std::invalid_argument(wanted + ", got " + std::to_string(got));
}

inline void check_length(const char* name, size_t length, size_t wanted) {
  if (length == wanted) return;
  throw std::invalid_argument(std::string(name) + " must have length " + std::to_string(wanted) +
                              ", got " + std::to_string(length));
}

inline void check_threads(size_t threads) {
  if (threads == 0) throw std::invalid_argument("threads must be at least 1, got 0");
}

// Rows that are multiplied with each other.
inline void check_columns(const char* name, size_t columns, size_t wanted) {
  require(1 <= wanted && wanted <= kWidest, "vectors must have 1 to 65536 components", wanted);
  if (columns == wanted) return;
  throw std::invalid_argument(std::string(name) + " must have " + std::to_string(wanted) +
                              " columns, got " + std::to_string(columns));
}

// Range i is begins[i] to ends[i], exclusive, within `rows`.
inline void check_ranges(const int64_t* begins, const int64_t* ends, size_t ranges, size_t rows) {
  for (size_t i = 0; i < ranges; ++i) {
    if (0 <= begins[i] && begins[i] <= ends[i] && static_cast<uint64_t>(ends[i]) <= rows) continue;
    throw std::invalid_argument("begins and ends must rise within 0 to " + std::to_string(rows) +
                                ", got " + std::to_string(begins[i]) + " to " +
                                std::to_string(ends[i]));
  }
}

inline void check_cells(const uint16_t* cells, size_t count, size_t there_are) {
  uint16_t largest = 0;
  for (size_t i = 0; i < count; ++i) largest = cells[i] > largest ? cells[i] : largest;
  if (count == 0 || largest < there_are) return;
  throw std::invalid_argument("cells must be below " + std::to_string(there_are) + ", got " +
                              std::to_string(largest));
}

}  // namespace trovato
