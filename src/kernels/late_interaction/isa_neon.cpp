// MaxSim with NEON and its dot-product extension (ARMv8.2).
#include <arm_neon.h>

#include "coarse.hpp"
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
  using Operand = float32x4_t;
  using Accumulator = float32x4_t;
  static constexpr size_t kLanes = 4, kWide = 4, kWideRows = 6;
  static constexpr int kBias = 0;

  static void stage(const float* source, float* target, size_t count) {
    std::memcpy(target, source, count * sizeof(float));
  }
  static Operand broadcast(const float* from) { return vld1q_dup_f32(from); }
  static Accumulator multiply_add(Accumulator sum, Operand row, Operand query) {
    return vfmaq_f32(sum, row, query);
  }
};

struct Float16 : Float32 {
  using Stored = uint16_t;

  static void stage(const uint16_t* source, float* target, size_t count) {
    size_t d = 0;
    for (; d + 4 <= count; d += 4) vst1q_f32(target + d, widen(vld1_u16(source + d)));
    for (; d < count; ++d) {
      target[d] = vgetq_lane_f32(widen(vdup_n_u16(load<uint16_t>(source + d))), 0);
    }
  }

 private:
  static float32x4_t widen(uint16x4_t halves) { return vcvt_f32_f16(vreinterpret_f16_u16(halves)); }
};

struct Int8 {
  using Stored = int8_t;
  using Staged = int8_t;
  using Element = int8_t;
  using Dot = int32_t;
  using Operand = int8x16_t;
  using Accumulator = int32x4_t;
  static constexpr size_t kLanes = 4, kWide = 4, kWideRows = 6;
  static constexpr int kBias = 0;

  static void stage(const int8_t* source, int8_t* target, size_t count) {
    std::memcpy(target, source, count);
  }
  static Operand broadcast(const int8_t* from) {
    return vreinterpretq_s8_s32(vdupq_n_s32(load<int32_t>(from)));
  }
  static Accumulator multiply_add(Accumulator sum, Operand row, Operand query) {
    return vdotq_s32(sum, row, query);
  }
};

struct Residual : LookedUp {
  using Stored = uint8_t;
  using Staged = int32_t;
  using Element = int32_t;
  using Dot = int32_t;
  using Operand = int32x4_t;
  using Accumulator = int32x4_t;
  static constexpr size_t kLanes = 4, kWide = 4, kWideRows = 6;
  static constexpr int kBias = 0;

  static Operand broadcast(const int32_t* from) { return vld1q_dup_s32(from); }
  static Accumulator multiply_add(Accumulator sum, Operand row, Operand query) {
    return vmlaq_s32(sum, row, query);
  }
};

}  // namespace

Scorer* make_neon(const Job& job) { return make_scorer<Float32, Float16, Int8, Residual>(job); }

void probe_neon(const PostingsJob& job, const Probes& probes, size_t token, uint8_t* best,
                 int32_t* scores) {
  probe_cells(job, probes, token, best, scores);
}

void scan_neon(const CoarseJob& job, size_t first, size_t last, int32_t* scores) {
  scan_cells(job, first, last, scores);
}

void probed_neon(const ProbedJob& job, size_t first, size_t last, int16_t* space, float* best,
                float* scores) {
  score_probed(job, first, last, space, best, scores);
}

void decode_neon(const ResidualJob& job, size_t first, size_t last, float* space, int8_t* codes,
                float* scales) {
  decode_rows(job, first, last, space, codes, scales);
}

}  // namespace trovato
