// A block of document rows in the making: the end of one item, whole items, the start of the next.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tile.hpp"

namespace trovato {
namespace {

// Consecutive rows of one item.
struct Segment {
  size_t item;
  size_t row;
  size_t rows;
};

struct Block {
  Segment segments[kBlock];
  size_t count = 0;   // segments
  size_t filled = 0;  // rows in all segments
  size_t next = 0;    // the row after the last one

  bool full() const { return filled == kBlock; }

  // Takes the rows of `item` from `row` to `end`, or as many as fit; returns how many.
  size_t add(size_t item, size_t row, size_t end) {
    const size_t room = kBlock - filled;
    const size_t rows = end - row < room ? end - row : room;
    segments[count++] = {item, row, rows};
    filled += rows;
    next = row + rows;
    return rows;
  }

  void clear() { count = filled = 0; }
};

}  // namespace
}  // namespace trovato
