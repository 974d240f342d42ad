// The coarse scan that all instruction sets share: each document is a list of cells, each cell a row
// of a small table of bytes, and a document's score is the sum over columns of its largest bytes.
#pragma once

#include <cstring>

#include "scorer.hpp"

// Internal linkage: each source compiles this with its own instruction set.
namespace trovato {
namespace {

typedef uint8_t Bytes __attribute__((vector_size(kCoarseWidth)));
typedef uint16_t Halves __attribute__((vector_size(2 * kCoarseWidth)));

// Keeps the larger bytes of `largest` and of a row of the table.
inline void take(Bytes& largest, const uint8_t* column, uint16_t cell) {
  Bytes row;
  std::memcpy(&row, column + size_t{cell} * kCoarseWidth, sizeof row);
  largest = row > largest ? row : largest;
}

// By reference: vectors of this size are passed in different ways with different instruction sets.
inline int32_t sum_of(const Bytes& bytes) {
  const Halves wide = __builtin_convertvector(bytes, Halves);
  uint16_t lanes[kCoarseWidth];
  std::memcpy(lanes, &wide, sizeof lanes);
  uint32_t sum = 0;
  for (size_t lane = 0; lane < kCoarseWidth; ++lane) sum += lanes[lane];
  return static_cast<int32_t>(sum);
}

// Here and not where other arguments are checked: wide registers make it cost next to nothing.
inline void check_cells(const CoarseJob& job, size_t first, size_t last) {
  for (size_t item = first, next; item < last; item = next) {
    for (next = item + 1; next < last && job.begins[next] == job.ends[next - 1];) ++next;
    uint16_t largest = 0;
    for (int64_t place = job.begins[item]; place < job.ends[next - 1]; ++place) {
      largest = job.cells[place] > largest ? job.cells[place] : largest;
    }
    if (job.begins[item] < job.ends[next - 1] && largest >= job.cells_in_table) refuse_cell(largest);
  }
}

void scan_cells(const CoarseJob& job, size_t first, size_t last, int32_t* scores) {
  check_cells(job, first, last);
  for (size_t item = first; item < last; ++item) {
    const uint16_t* const begin = job.cells + job.begins[item];
    const uint16_t* const end = job.cells + job.ends[item];
    int32_t sum = begin < end ? 0 : -1;
    for (size_t column = 0; column < job.columns; ++column) {
      const uint8_t* rows = job.table + column * job.cells_in_table * kCoarseWidth;
      Bytes even{}, odd{};  // two, so that one need not wait for the other
      const uint16_t* cell = begin;
      for (; cell + 1 < end; cell += 2) {
        take(even, rows, cell[0]);
        take(odd, rows, cell[1]);
      }
      if (cell < end) take(even, rows, *cell);
      sum += sum_of(even > odd ? even : odd);
    }
    scores[item] = sum;
  }
}

// Adds the worth of items to token `token`: that of their best probed cell, or the floor. `best` is
// room for a block of items.
void probe_cells(const PostingsJob& job, const Probes& probes, size_t token, uint8_t* best,
                 int32_t* scores) {
  for (size_t first = 0, block = 0; first < job.count; first += kBlockItems, ++block) {
    const size_t items = job.count - first < kBlockItems ? job.count - first : kBlockItems;
    std::memset(best, probes.floors[token], items);
    const int64_t* const starts = job.starts + block * job.cells;
    const uint16_t* const cells = probes.cells + token * probes.room;
    const size_t count = probes.counts[token];
    for (size_t probe = 0; probe < count; ++probe) {
      // Lists lie far apart: those to come are fetched while this one is worked on.
      if (probe + 8 < count) __builtin_prefetch(starts + cells[probe + 8]);
      if (probe + 4 < count) {
        const char* const soon =
            reinterpret_cast<const char*>(job.items + starts[cells[probe + 4]]);
        for (size_t line = 0; line < 4; ++line) __builtin_prefetch(soon + 64 * line);
      }
      const uint8_t worth = probes.worth[token * probes.room + probe];
      const int64_t list = starts[cells[probe]], next = starts[cells[probe] + 1];
      if (list < 0 || next < list || static_cast<size_t>(next) > job.size) refuse_list(list, next);
      const uint16_t* item = job.items + list;
      const uint16_t* const end = job.items + next;
      for (; item < end; ++item) best[*item] = best[*item] < worth ? worth : best[*item];
    }
    for (size_t item = 0; item < items; ++item) scores[first + item] += best[item];
  }
}

}  // namespace
}  // namespace trovato
