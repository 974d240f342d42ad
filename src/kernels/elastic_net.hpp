// Elastic nets without negative weights, of each variable on all others, by coordinate descent.
#pragma once

#include <cstddef>
#include <cstdint>

namespace trovato {

// A symmetric matrix of non-negative products, row by row, with rising columns in each row.
struct Gram {
  const int64_t* offsets;
  const int32_t* columns;
  const float* values;
  size_t variables;
};

// For each variable t from `first` to before `last`, weights w >= 0 with w_t = 0 that minimise
// 1/2 |a_t - A w|^2 + l2/2 |w|^2 + l1 |w|_1, where A^T A is the Gram matrix. A variable whose product
// with t is 0 gets no weight, so weights stand where row t of the Gram matrix has values: `weights`
// has room for rows `first` to `last`. Stops when no weight moves by more than `tolerance`.
void elastic_net(const Gram& gram, size_t first, size_t last, double l1, double l2, size_t sweeps,
                 double tolerance, float* weights);

}  // namespace trovato
