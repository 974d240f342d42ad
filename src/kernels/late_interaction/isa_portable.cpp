// MaxSim for any machine: vectors of four that the compiler maps to what there is.
#include "coarse.hpp"
#include "probed_tokens.hpp"
#include "residual.hpp"
#include "tiled_scorer.hpp"

namespace trovato {
namespace {

template <class Number>
struct Lanes4 {
  typedef Number Vector __attribute__((vector_size(16)));
  using Dot = Number;
  using Staged = Number;
  using Element = Number;
  using Operand = Vector;
  using Accumulator = Vector;
  static constexpr size_t kLanes = 4, kWide = 2, kWideRows = 6;
  static constexpr int kBias = 0;

  static Vector broadcast(const Number* from) { return Vector{} + *from; }
  static Vector multiply_add(Vector sum, Vector row, Vector query) { return sum + row * query; }
};

struct Float32 : Lanes4<float> {
  using Stored = float;

  static void stage(const float* source, float* target, size_t count) {
    std::memcpy(target, source, count * sizeof(float));
  }
};

struct Float16 : Lanes4<float> {
  using Stored = uint16_t;

  static void stage(const uint16_t* source, float* target, size_t count) {
    for (size_t d = 0; d < count; ++d) target[d] = widen(load<uint16_t>(source + d));
  }

 private:
  // The half's exponent and fraction, moved into a float's place, are the number over 2^112; the
  // multiplication is exact and brings subnormal halves out right. Exponent 31 is infinity or NaN.
  static float widen(uint16_t half) {
    const uint32_t magnitude = static_cast<uint32_t>(half & 0x7fff) << 13;
    const uint32_t sign = static_cast<uint32_t>(half & 0x8000) << 16;
    float value;
    std::memcpy(&value, &magnitude, sizeof value);
    value *= 0x1p112f;
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    if ((half & 0x7c00) == 0x7c00) bits |= 0x7f800000;
    bits |= sign;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }
};

struct Int8 : Lanes4<int32_t> {
  using Stored = int8_t;

  static void stage(const int8_t* source, int32_t* target, size_t count) {
    for (size_t d = 0; d < count; ++d) target[d] = source[d];
  }
};

struct Residual : Lanes4<int32_t>, LookedUp {
  using Stored = uint8_t;
};

}  // namespace

Scorer* make_portable(const Job& job) { return make_scorer<Float32, Float16, Int8, Residual>(job); }

void probe_portable(const PostingsJob& job, const Probes& probes, size_t token, uint8_t* best,
                 int32_t* scores) {
  probe_cells(job, probes, token, best, scores);
}

void scan_portable(const CoarseJob& job, size_t first, size_t last, int32_t* scores) {
  scan_cells(job, first, last, scores);
}

void probed_portable(const ProbedJob& job, size_t first, size_t last, int16_t* space, float* best,
                float* scores) {
  score_probed(job, first, last, space, best, scores);
}

void decode_portable(const ResidualJob& job, size_t first, size_t last, float* space, int8_t* codes,
                float* scales) {
  decode_rows(job, first, last, space, codes, scales);
}

}  // namespace trovato
