// MaxSim with AVX-512: fused multiply-add for floats, VNNI for int8.
#include <immintrin.h>

#include "coarse.hpp"
#include "coded_shuffle.hpp"
#include "probed_tokens.hpp"
#include "residual_avx512.hpp"
#include "tiled_scorer.hpp"

namespace trovato {
namespace {

struct Float32 {
  using Stored = float;
  using Staged = float;
  using Element = float;
  using Dot = float;
  using Operand = __m512;
  using Accumulator = __m512;
  static constexpr size_t kLanes = 16, kWide = 2, kWideRows = 12;
  static constexpr int kBias = 0;

  static void stage(const float* source, float* target, size_t count) {
    std::memcpy(target, source, count * sizeof(float));
  }
  static Operand broadcast(const float* from) { return _mm512_set1_ps(*from); }
  static Accumulator multiply_add(Accumulator sum, Operand row, Operand query) {
    return _mm512_fmadd_ps(row, query, sum);
  }
};

struct Float16 : Float32 {
  using Stored = uint16_t;

  static void stage(const uint16_t* source, float* target, size_t count) {
    size_t d = 0;
    for (; d + 16 <= count; d += 16) {
      const __m256i halves = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(source + d));
      _mm512_storeu_ps(target + d, _mm512_cvtph_ps(halves));
    }
    for (; d < count; ++d) target[d] = _cvtsh_ss(load<uint16_t>(source + d));
  }
};

struct Int8 {
  using Stored = int8_t;
  using Staged = uint8_t;  // vpdpbusd multiplies unsigned by signed bytes
  using Element = int8_t;
  using Dot = int32_t;
  using Operand = __m512i;
  using Accumulator = __m512i;
  static constexpr size_t kLanes = 16, kWide = 2, kWideRows = 12;
  static constexpr int kBias = 128;

  static void stage(const int8_t* source, uint8_t* target, size_t count) {
    const __m512i bias = _mm512_set1_epi8(-128);  // flips the sign bit, which is to add 128
    const int8_t* last = source + count / 64 * 64;
    for (; source != last; source += 64, target += 64) {
      _mm512_storeu_si512(target, _mm512_xor_si512(_mm512_loadu_si512(source), bias));
    }
    if (count % 64) {
      const __m512i rest = _mm512_maskz_loadu_epi8((__mmask64{1} << count % 64) - 1, source);
      _mm512_storeu_si512(target, _mm512_xor_si512(rest, bias));
    }
  }
  static Operand broadcast(const uint8_t* from) { return _mm512_set1_epi32(load<int32_t>(from)); }
  static Accumulator multiply_add(Accumulator sum, Operand row, Operand query) {
    // Not the intrinsic: around it GCC 12 moves accumulators to memory.
    asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(row), "v"(query));
    return sum;
  }
};

struct Residual : Shuffled {
  using Stored = uint8_t;
  using Staged = int16_t;
  using Element = int16_t;
  using Dot = int32_t;
  using Operand = __m512i;
  using Accumulator = __m512i;
  static constexpr size_t kLanes = 16, kWide = 2, kWideRows = 12;
  static constexpr int kBias = 0;

  static Operand broadcast(const int16_t* from) { return _mm512_set1_epi32(load<int32_t>(from)); }
  static Accumulator multiply_add(Accumulator sum, Operand row, Operand query) {
    asm("vpdpwssd %2, %1, %0" : "+v"(sum) : "v"(row), "v"(query));
    return sum;
  }
};

}  // namespace

Scorer* make_avx512(const Job& job) { return make_scorer<Float32, Float16, Int8, Residual>(job); }

void probe_avx512(const PostingsJob& job, const Probes& probes, size_t token, uint8_t* best,
                 int32_t* scores) {
  probe_cells(job, probes, token, best, scores);
}

void scan_avx512(const CoarseJob& job, size_t first, size_t last, int32_t* scores) {
  scan_cells(job, first, last, scores);
}

void probed_avx512(const ProbedJob& job, size_t first, size_t last, int16_t* space, float* best,
                float* scores) {
  score_probed(job, first, last, space, best, scores);
}

void decode_avx512(const ResidualJob& job, size_t first, size_t last, float* space, int8_t* codes,
                   float* scales) {
  switch (job.per_byte) {
    case 1: return decode_rows_by_lanes<1>(job, first, last, space, codes, scales);
    case 2: return decode_rows_by_lanes<2>(job, first, last, space, codes, scales);
    case 4: return decode_rows_by_lanes<4>(job, first, last, space, codes, scales);
    default: return decode_rows_by_lanes<8>(job, first, last, space, codes, scales);
  }
}

}  // namespace trovato
