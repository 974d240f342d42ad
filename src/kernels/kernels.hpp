// The kernels of this build.
#pragma once

#include <string>
#include <vector>

#include "scorer.hpp"

namespace trovato {

struct Kernel {
  std::string name;
  bool (*runs_here)();
  Scorer* (*make)(const Job&);  // the caller owns what it returns
  // scores[i] for first <= i < last: the sum over query tokens of the largest entry of a cell of
  // item i; -1 where it has none.
  void (*scan)(const CoarseJob&, size_t first, size_t last, int32_t* scores);
  // Adds to each item's score what its best probed cell is worth to one query token; `best` is room
  // for kBlockItems.
  void (*probe)(const PostingsJob&, const Probes&, size_t token, uint8_t* best, int32_t* scores);
  // scores[i] for first <= i < last: the sum over query tokens of the largest product with a row of
  // item i in a cell that the token looks into, or its floor; minus infinity where i has no rows.
  // `space` is room for a row, `best` for a number per query token.
  void (*probed)(const ProbedJob&, size_t first, size_t last, int16_t* space, float* best,
                 float* scores);
  // Rows `first` to `last` as int8 codes (rows, dim) and scales of unit vectors; `space` is room
  // for one vector of floats, padded to whole bytes of codes.
  void (*decode)(const ResidualJob&, size_t first, size_t last, float* space, int8_t* codes,
                 float* scales);
};

// Fastest first; the last one runs everywhere.
const std::vector<Kernel>& kernels();

// The kernel of that name; std::invalid_argument where this machine runs none.
const Kernel& find_kernel(const std::string& name);

}  // namespace trovato
