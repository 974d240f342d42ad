// Vectors from cells and residual codes, 16 components at a time.
#pragma once

#include <immintrin.h>

#include <algorithm>
#include <cmath>

#include "scorer.hpp"

namespace trovato {
namespace {

constexpr size_t kLanes = 16;

// Finds the levels of 16 components in their packed codes. A code has few bits, so that one register
// holds all levels: entry n is what the lowest bits of n stand for.
template <size_t kPerByte>
class Levels {
 public:
  explicit Levels(const float* levels) {
    float table[kLanes];
    int32_t shifts[kLanes];
    uint8_t bytes[kLanes];
    for (size_t lane = 0; lane < kLanes; ++lane) {
      table[lane] = levels[lane * kPerByte + kPerByte - 1];
      shifts[lane] = static_cast<int32_t>((kPerByte - 1 - lane % kPerByte) * 8 / kPerByte);
      bytes[lane] = static_cast<uint8_t>(lane / kPerByte);
    }
    table_ = _mm512_loadu_ps(table);
    shifts_ = _mm512_loadu_si512(shifts);
    bytes_ = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  }

  __m512 of(__m128i packed) const {
    const __m512i codes = _mm512_cvtepu8_epi32(_mm_shuffle_epi8(packed, bytes_));
    return _mm512_permutexvar_ps(_mm512_srlv_epi32(codes, shifts_), table_);
  }

 private:
  __m512 table_;
  __m512i shifts_;
  __m128i bytes_;
};

// Codes of a byte each have too many levels for a register.
template <>
class Levels<1> {
 public:
  explicit Levels(const float* levels) : levels_(levels) {}

  __m512 of(__m128i packed) const {
    return _mm512_i32gather_ps(_mm512_cvtepu8_epi32(packed), levels_, sizeof(float));
  }

 private:
  const float* levels_;
};

inline __mmask16 lowest(size_t count) {
  return static_cast<__mmask16>((1u << std::min(count, kLanes)) - 1);
}

template <size_t kPerByte>
void decode_rows_by_lanes(const ResidualJob& job, size_t first, size_t last, float* space,
                          int8_t* codes, float* scales) {
  const Levels<kPerByte> levels(job.levels);
  for (size_t row = first; row < last; ++row, codes += job.dim, ++scales) {
    const uint8_t* const packed = job.packed + row * job.bytes;
    const int8_t* const centroid = job.centroids + job.cells[row] * job.dim;
    const __m512 scale = _mm512_set1_ps(job.centroid_scales[job.cells[row]]);
    __m512 squares = _mm512_setzero_ps(), largest = _mm512_setzero_ps();
    for (size_t d = 0; d < job.dim; d += kLanes) {
      const __mmask16 lanes = lowest(job.dim - d);
      const size_t byte = d / kPerByte;
      const __mmask16 bytes = lowest(std::min(job.bytes - byte, kLanes / kPerByte));
      const __m512 level = levels.of(_mm_maskz_loadu_epi8(bytes, packed + byte));
      const __m512i whole = _mm512_cvtepi8_epi32(_mm_maskz_loadu_epi8(lanes, centroid + d));
      const __m512 value =
          _mm512_maskz_mov_ps(lanes, _mm512_fmadd_ps(_mm512_cvtepi32_ps(whole), scale, level));
      _mm512_storeu_ps(space + d, value);  // what is stored under a mask is slow to load again
      squares = _mm512_fmadd_ps(value, value, squares);
      largest = _mm512_max_ps(largest, _mm512_abs_ps(value));
    }
    const float sum = _mm512_reduce_add_ps(squares), top = _mm512_reduce_max_ps(largest);
    const __m512 steps = _mm512_set1_ps(top > 0 ? 127 / top : 0);
    for (size_t d = 0; d < job.dim; d += kLanes) {
      const __mmask16 lanes = lowest(job.dim - d);
      const __m512 value = _mm512_mul_ps(_mm512_loadu_ps(space + d), steps);
      _mm_mask_storeu_epi8(codes + d, lanes, _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(value)));
    }
    *scales = sum > 0 ? top / 127 / std::sqrt(sum) : 0;
  }
}

}  // namespace
}  // namespace trovato
