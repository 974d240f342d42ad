// Vectors of a centroid and a few bits per component, decoded where they are multiplied.
#pragma once

#include "levels.hpp"
#include "scorer.hpp"
#include "tile.hpp"

// Internal linkage: each source compiles this with its own instruction set.
namespace trovato {
namespace {

constexpr size_t kMostComponents = kSteps * kStepBytes / sizeof(int16_t);  // of a panel
constexpr size_t kMostPerByte = 8;
constexpr size_t kSoonest = kBlock;  // rows until a centroid that is asked for is needed

// The levels that some bytes of codes stand for, one after another.
struct LookedUp {
  static void spread(const CodedRows& rows, const uint8_t* packed, size_t bytes, int16_t* target) {
    look_up_levels(rows.per_byte, packed, bytes, rows.levels, target);
  }
};

// Writes `count` components of a row from component `first` on, which begins a byte of codes.
// Returns the sum of their squares.
template <class Ops>
uint64_t decode_panel(const CodedRows& rows, size_t dim, size_t row, size_t first, size_t count,
                      typename Ops::Staged* __restrict target) {
  alignas(kCacheLine) int16_t levels[kMostComponents + kMostPerByte];
  const uint8_t* const packed = rows.packed + row * rows.bytes + first / rows.per_byte;
  Ops::spread(rows, packed, (count + rows.per_byte - 1) / rows.per_byte, levels);
  if (row + kSoonest < rows.count) {  // centroids lie anywhere
    const int16_t* const soon = rows.centroids + rows.cells[row + kSoonest] * dim + first;
    for (size_t d = 0; d < count; d += kCacheLine / sizeof *soon) __builtin_prefetch(soon + d);
  }
  const int16_t* __restrict centroid = rows.centroids + rows.cells[row] * dim + first;
  uint32_t squares = 0;
  for (size_t d = 0; d < count; ++d) {
    const int16_t value = static_cast<int16_t>(levels[d] + centroid[d]);
    target[d] = value;
    squares += static_cast<uint32_t>(int32_t{value} * value);
  }
  return squares;
}

}  // namespace
}  // namespace trovato
