#include "prepare.hpp"

#include <cmath>

namespace trovato {
namespace {

constexpr size_t kParts = 16;  // maxima apart from each other, which compilers need to vectorise
constexpr float kLargest = 127.0f;
constexpr float kWhole = 0x1.8p23f;  // so large that floats near it have no fraction

// The largest size of a component, in 0 to infinity; NaN where there is one.
float largest_of(const float* __restrict row, size_t dim) {
  float top[kParts]{}, zero[kParts]{};
  size_t d = 0;
  for (; d + kParts <= dim; d += kParts) {
    for (size_t part = 0; part < kParts; ++part) {
      const float size = std::fabs(row[d + part]);
      top[part] = size > top[part] ? size : top[part];
      zero[part] += size * 0.0f;  // NaN from there on where a component is not finite
    }
  }
  for (; d < dim; ++d) {
    const float size = std::fabs(row[d]);
    top[0] = size > top[0] ? size : top[0];
    zero[0] += size * 0.0f;
  }
  float largest = 0, sum = 0;
  for (size_t part = 0; part < kParts; ++part) {
    largest = top[part] > largest ? top[part] : largest;
    sum += zero[part];
  }
  return largest + sum;
}

}  // namespace

bool quantise_int8(const float* values, size_t rows, size_t dim, int8_t* __restrict codes,
                   float* scales) {
  for (size_t row = 0; row < rows; ++row, values += dim, codes += dim) {
    const float largest = largest_of(values, dim);
    if (!std::isfinite(largest)) return false;
    const float scale = largest / kLargest;
    scales[row] = scale;
    for (size_t d = 0; d < dim; ++d) {
      // The scale of a row near the smallest float is so rounded that a step may pass the largest.
      float step = scale > 0 ? values[d] / scale : 0.0f;
      step = step > kLargest ? kLargest : step;
      step = step < -kLargest ? -kLargest : step;
      codes[d] = static_cast<int8_t>(static_cast<int>((step + kWhole) - kWhole));
    }
  }
  return true;
}

Chosen choose_rows(const int64_t* offsets, size_t items, const int64_t* chosen, size_t count,
                   size_t rows, int64_t* begins, int64_t* ends) {
  for (size_t i = 0; i < count; ++i) {
    if (chosen[i] < 0 || static_cast<uint64_t>(chosen[i]) >= items) return Chosen::kItems;
    begins[i] = offsets[chosen[i]];
    ends[i] = offsets[chosen[i] + 1];
    if (begins[i] < 0 || ends[i] < begins[i] || static_cast<uint64_t>(ends[i]) > rows) {
      return Chosen::kRows;
    }
  }
  return Chosen::kFine;
}

}  // namespace trovato
