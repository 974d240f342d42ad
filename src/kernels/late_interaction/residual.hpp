// Vectors from cells and residual codes, shared by all instruction sets.
#pragma once

#include <cmath>

#include "levels.hpp"
#include "scorer.hpp"

// Internal linkage: each source compiles this with its own instruction set.
namespace trovato {
namespace {

constexpr size_t kParts = 16;  // sums apart from each other, which compilers need to vectorise

struct Extent {
  float squares;
  float largest;
};

// Adds the centroid to the vector; the sum of its squares and its largest component.
inline Extent add_centroid(float* __restrict vector, const int8_t* __restrict centroid, float scale,
                           size_t dim) {
  float square[kParts]{}, top[kParts]{};
  size_t d = 0;
  for (; d + kParts <= dim; d += kParts) {
    for (size_t part = 0; part < kParts; ++part) {
      const float value = vector[d + part] + centroid[d + part] * scale;
      const float size = std::fabs(value);
      vector[d + part] = value;
      square[part] += value * value;
      top[part] = size > top[part] ? size : top[part];
    }
  }
  for (; d < dim; ++d) {
    vector[d] += centroid[d] * scale;
    square[0] += vector[d] * vector[d];
    top[0] = std::fabs(vector[d]) > top[0] ? std::fabs(vector[d]) : top[0];
  }
  Extent extent{0, 0};
  for (size_t part = 0; part < kParts; ++part) {
    extent.squares += square[part];
    extent.largest = top[part] > extent.largest ? top[part] : extent.largest;
  }
  return extent;
}

// Rounds to the nearest whole number, to the even one at a tie.
inline void round_all(const float* __restrict vector, float steps, int8_t* __restrict codes,
                      size_t dim) {
  constexpr float kWhole = 0x1.8p23f;  // so large that floats near it have no fraction
  for (size_t d = 0; d < dim; ++d) {
    const float rounded = (vector[d] * steps + kWhole) - kWhole;
    codes[d] = static_cast<int8_t>(static_cast<int>(rounded));
  }
}

void decode_rows(const ResidualJob& job, size_t first, size_t last, float* space, int8_t* codes,
                 float* scales) {
  for (size_t row = first; row < last; ++row, codes += job.dim, ++scales) {
    look_up_levels(job.per_byte, job.packed + row * job.bytes, job.bytes, job.levels, space);
    const size_t cell = job.cells[row];
    const Extent extent =
        add_centroid(space, job.centroids + cell * job.dim, job.centroid_scales[cell], job.dim);
    round_all(space, extent.largest > 0 ? 127 / extent.largest : 0, codes, job.dim);
    *scales = extent.squares > 0 ? extent.largest / 127 / std::sqrt(extent.squares) : 0;
  }
}

}  // namespace
}  // namespace trovato
