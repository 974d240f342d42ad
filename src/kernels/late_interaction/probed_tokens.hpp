// MaxSim over the tokens that lie in cells which a query token looks into, shared by all instruction
// sets: few of a long item's tokens, so each is multiplied by itself.
#pragma once

#include <cstring>

#include "scorer.hpp"

// Internal linkage: each source compiles this with its own instruction set.
namespace trovato {
namespace {

constexpr size_t kGathered = 256;  // rows that are looked at before those among them are multiplied
constexpr size_t kSoon = 6;        // of those, how far ahead memory is asked for

inline int32_t product(const int16_t* __restrict row, const int16_t* __restrict token, size_t dim) {
  int32_t sum = 0;
  for (size_t d = 0; d < dim; ++d) sum += int32_t{row[d]} * token[d];
  return sum;
}

inline void widen(const int8_t* __restrict codes, int16_t* __restrict row, size_t dim) {
  for (size_t d = 0; d < dim; ++d) row[d] = codes[d];
}

// Raises the best products of the query tokens that look into this row's cell.
inline void meet(const ProbedJob& job, size_t row, int16_t* space, float* best) {
  const uint64_t* const near = job.near + job.cells[row] * job.words;
  const float scale = job.scales[row];
  widen(job.codes + row * job.dim, space, job.dim);
  for (size_t word = 0; word < job.words; ++word) {
    for (uint64_t left = near[word]; left != 0; left &= left - 1) {
      const size_t token = word * 64 + static_cast<size_t>(__builtin_ctzll(left));
      const float value =
          static_cast<float>(product(space, job.query + token * job.dim, job.dim)) * scale;
      best[token] = value > best[token] ? value : best[token];
    }
  }
}

// `space` is room for one row, `best` for a product per query token.
void score_probed(const ProbedJob& job, size_t first, size_t last, int16_t* space, float* best,
                  float* scores) {
  constexpr float kNone = -__builtin_inff();
  size_t found[kGathered];
  for (size_t item = first; item < last; ++item) {
    const size_t begin = job.begins[item], end = job.ends[item];
    for (size_t token = 0; token < job.query_tokens; ++token) best[token] = kNone;
    for (size_t row = begin; row < end;) {
      const size_t reach = end - row < kGathered ? end : row + kGathered;
      size_t count = 0;
      for (; row < reach; ++row) {
        const uint16_t cell = job.cells[row];
        if (cell >= job.cells_in_table) refuse_cell(cell);
        uint64_t any = 0;
        for (size_t word = 0; word < job.words; ++word) any |= job.near[cell * job.words + word];
        found[count] = row;
        count += any != 0;
      }
      for (size_t i = 0; i < count; ++i) {
        if (i + kSoon < count) {
          const int8_t* const soon = job.codes + found[i + kSoon] * job.dim;
          for (size_t d = 0; d < job.dim; d += 64) __builtin_prefetch(soon + d);
        }
        meet(job, found[i], space, best);
      }
    }
    // In double precision and a fixed order, as exact scores are added up.
    double sum = 0;
    for (size_t token = 0; token < job.query_tokens; ++token) {
      const double value = static_cast<double>(best[token]) * job.query_scales[token];
      const double floor = job.floors[token];
      sum += value > floor ? value : floor;
    }
    scores[item] = begin < end ? static_cast<float>(sum) : kNone;
  }
}

}  // namespace
}  // namespace trovato
