// MaxSim with AVX2, FMA and F16C.
#include <immintrin.h>

#include "coarse.hpp"
#include "coded_shuffle.hpp"
#include "probed_tokens.hpp"
#include "residual.hpp"
#include "tiled_scorer.hpp"

namespace trovato {
namespace {

struct Float32 {
  using Stored = float;
  using Staged = float;
  using Element = float;
  using Dot = float;
  using Operand = __m256;
  using Accumulator = __m256;
  static constexpr size_t kLanes = 8, kWide = 2, kWideRows = 6;
  static constexpr int kBias = 0;

  static void stage(const float* source, float* target, size_t count) {
    std::memcpy(target, source, count * sizeof(float));
  }
  static Operand broadcast(const float* from) { return _mm256_broadcast_ss(from); }
  static Accumulator multiply_add(Accumulator sum, Operand row, Operand query) {
    return _mm256_fmadd_ps(row, query, sum);
  }
};

struct Float16 : Float32 {
  using Stored = uint16_t;

  static void stage(const uint16_t* source, float* target, size_t count) {
    size_t d = 0;
    for (; d + 8 <= count; d += 8) {
      const __m128i halves = _mm_loadu_si128(reinterpret_cast<const __m128i*>(source + d));
      _mm256_storeu_ps(target + d, _mm256_cvtph_ps(halves));
    }
    for (; d < count; ++d) target[d] = _cvtsh_ss(load<uint16_t>(source + d));
  }
};

struct Int8 {
  using Stored = int8_t;
  using Staged = int16_t;  // vpmaddubsw on bytes would saturate; vpmaddwd on words is exact
  using Element = int16_t;
  using Dot = int32_t;
  using Operand = __m256i;
  using Accumulator = __m256i;
  static constexpr size_t kLanes = 8, kWide = 2, kWideRows = 6;
  static constexpr int kBias = 0;

  static void stage(const int8_t* source, int16_t* target, size_t count) {
    for (size_t d = 0; d < count; ++d) target[d] = source[d];
  }
  static Operand broadcast(const int16_t* from) { return _mm256_set1_epi32(load<int32_t>(from)); }
  static Accumulator multiply_add(Accumulator sum, Operand row, Operand query) {
    // Not the intrinsic: around it GCC 12 moves accumulators to memory.
    asm("vpaddd %1, %0, %0" : "+x"(sum) : "x"(_mm256_madd_epi16(row, query)));
    return sum;
  }
};

// Decoded to words, which is what the multiplication takes.
struct Residual : Int8, Shuffled {
  using Stored = uint8_t;
};

}  // namespace

Scorer* make_avx2(const Job& job) { return make_scorer<Float32, Float16, Int8, Residual>(job); }

void probe_avx2(const PostingsJob& job, const Probes& probes, size_t token, uint8_t* best,
                 int32_t* scores) {
  probe_cells(job, probes, token, best, scores);
}

void scan_avx2(const CoarseJob& job, size_t first, size_t last, int32_t* scores) {
  scan_cells(job, first, last, scores);
}

void probed_avx2(const ProbedJob& job, size_t first, size_t last, int16_t* space, float* best,
                float* scores) {
  score_probed(job, first, last, space, best, scores);
}

void decode_avx2(const ResidualJob& job, size_t first, size_t last, float* space, int8_t* codes,
                float* scales) {
  decode_rows(job, first, last, space, codes, scales);
}

}  // namespace trovato
