#include "elastic_net.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace trovato {

void elastic_net(const Gram& gram, size_t first, size_t last, double l1, double l2, size_t sweeps,
                 double tolerance, float* weights) {
  std::vector<double> squares(gram.variables, 0.0), left(gram.variables, 0.0);
  for (size_t row = 0; row < gram.variables; ++row) {
    for (int64_t at = gram.offsets[row]; at < gram.offsets[row + 1]; ++at) {
      if (static_cast<size_t>(gram.columns[at]) == row) squares[row] = gram.values[at];
    }
  }
  for (size_t target = first; target < last; ++target) {
    const int64_t begin = gram.offsets[target], end = gram.offsets[target + 1];
    float* mine = weights + (begin - gram.offsets[first]);
    std::fill(mine, mine + (end - begin), 0.0f);
    // What is left of the products with the target after the weights so far.
    std::fill(left.begin(), left.end(), 0.0);
    for (int64_t at = begin; at < end; ++at) left[gram.columns[at]] = gram.values[at];
    for (size_t sweep = 0; sweep < sweeps; ++sweep) {
      double largest = 0.0;
      for (int64_t at = begin; at < end; ++at) {
        const size_t variable = gram.columns[at];
        if (variable == target) continue;
        float& weight = mine[at - begin];
        const double pull = left[variable] + squares[variable] * weight - l1;
        const float now = static_cast<float>(std::max(0.0, pull / (squares[variable] + l2)));
        const double moved = static_cast<double>(now) - weight;
        if (moved == 0.0) continue;
        weight = now;
        largest = std::max(largest, std::abs(moved));
        for (int64_t to = gram.offsets[variable]; to < gram.offsets[variable + 1]; ++to) {
          left[gram.columns[to]] -= gram.values[to] * moved;
        }
      }
      if (largest <= tolerance) break;
    }
  }
}

}  // namespace trovato
