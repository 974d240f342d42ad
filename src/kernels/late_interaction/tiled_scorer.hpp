// The scan that all instruction sets share.
//
// Query tokens live in the lanes of vector registers, and one component (or one small group of
// them) of a document row is broadcast against them. So a running maximum per query token is one
// register operation, and the only step across lanes happens once per item. Rows are multiplied in
// blocks that run across the borders of items: ragged items waste nothing, and the inner loop has
// no tails.
#pragma once

#include <cmath>
#include <cstring>
#include <type_traits>

#include "block.hpp"
#include "coded_rows.hpp"
#include "scorer.hpp"
#include "tile.hpp"

// Internal linkage: each source compiles this with its own instruction set.
namespace trovato {
namespace {

constexpr size_t kAhead = 4096;  // bytes between the next block and what is asked of memory
constexpr size_t kNobody = static_cast<size_t>(-1);
constexpr float kNothing = -__builtin_inff();
constexpr float kUnscaled[kBlock] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

constexpr size_t ceil_divide(size_t count, size_t size) { return (count + size - 1) / size; }

template <class Ops>
class TiledScorer final : public Scorer {
  using Stored = typename Ops::Stored;
  using Staged = typename Ops::Staged;
  using Element = typename Ops::Element;
  using Dot = typename Ops::Dot;
  static constexpr size_t kLanes = Ops::kLanes;
  static constexpr size_t kGroup = trovato::kGroup<Ops>;
  static constexpr size_t kPanel = kSteps * kGroup;  // components
  static constexpr bool kCoded = std::is_same_v<Stored, uint8_t>;
  // A register of each, as the compiler's own types, which all instruction sets share.
  typedef float Floats __attribute__((vector_size(kLanes * sizeof(float))));
  typedef Dot Dots __attribute__((vector_size(kLanes * sizeof(Dot))));
  typedef int32_t Ints __attribute__((vector_size(kLanes * sizeof(int32_t))));

 public:
  explicit TiledScorer(const Job& job)
      : job_(job),
        steps_(ceil_divide(job.dim, kGroup)),
        registers_(ceil_divide(job.query_tokens, kLanes)),
        query_(registers_ * steps_ * kLanes * kGroup * sizeof(Element)),
        start_(registers_ * kLanes * sizeof(Dot)) {
    for (size_t token = 0; token < job.query_tokens; ++token) pack(token);
  }

  void score(size_t first, size_t last, float* scores) const override {
    Workspace work(*this);
    for (size_t item = first; item < last; ++item) {
      size_t row = job_.begins[item];
      const size_t end = job_.ends[item];
      if (row >= end) scores[item] = kNothing;
      while (row < end) {
        row += work.block.add(item, row, end);
        if (work.block.full()) fold_block(work, scores);
      }
    }
    if (work.block.filled) fold_block(work, scores);
    finish_item(work, scores);
  }

  void best(size_t item, int64_t* rows, float* scores) const override {
    Workspace work(*this);
    begin_item(work, item);
    Buffer found(registers_ * kLanes * sizeof(int32_t));
    for_each_block(work, item, [&](size_t first) {
      const float* scales = scales_of(first);
      for (size_t column = 0; column < registers_; ++column) {
        float* best = work.best.template as<float>() + column * kLanes;
        int32_t* best_row = found.template as<int32_t>() + column * kLanes;
        Floats largest;
        Ints at;
        std::memcpy(&largest, best, sizeof largest);
        std::memcpy(&at, best_row, sizeof at);
        for (size_t r = 0; r < work.block.filled; ++r) {
          const Floats value = multiplied(work, r, column) * scales[r];
          const Ints row = Ints{} + static_cast<int32_t>(first - job_.begins[item] + r);
          at = value > largest ? row : at;
          largest = value > largest ? value : largest;
        }
        std::memcpy(best, &largest, sizeof largest);
        std::memcpy(best_row, &at, sizeof at);
      }
    });
    for (size_t token = 0; token < job_.query_tokens; ++token) {
      rows[token] = found.template as<int32_t>()[token];
      scores[token] = work.best.template as<float>()[token] * weight(token);
    }
  }

  void table(size_t item, float step, uint8_t* bytes) const override {
    static_assert(kCoarseWidth % kLanes == 0, "a column is a whole number of registers");
    Workspace work(*this);
    const size_t rows = job_.ends[item] - job_.begins[item];
    const Floats none = Floats{}, most = none + 255.0f;
    const Buffer factors(registers_ * kLanes * sizeof(float));
    for (size_t token = 0; token < job_.query_tokens; ++token) {
      factors.template as<float>()[token] = weight(token) / step;
    }
    for_each_block(work, item, [&](size_t first) {
      const float* scales = scales_of(first);
      for (size_t column = 0; column < registers_; ++column) {
        const size_t start = column * kLanes;
        uint8_t* entry = bytes + (start / kCoarseWidth * rows + first - job_.begins[item]) *
                                     kCoarseWidth + start % kCoarseWidth;
        Floats factor;
        std::memcpy(&factor, factors.template as<float>() + start, sizeof factor);
        for (size_t r = 0; r < work.block.filled; ++r, entry += kCoarseWidth) {
          Floats value = multiplied(work, r, column) * scales[r] * factor + 0.5f;
          value = value > none ? value : none;
          value = value < most ? value : most;
          float lanes[kLanes];
          std::memcpy(lanes, &value, sizeof lanes);
          for (size_t lane = 0; lane < kLanes; ++lane) entry[lane] = to_byte(lanes[lane]);
        }
      }
    });
  }

 private:
  struct Workspace {
    explicit Workspace(const TiledScorer& scorer)
        : panel(kBlock * kStride<Ops> * sizeof(Staged)),
          dots(kBlock * scorer.registers_ * kLanes * sizeof(Dot)),
          best(scorer.registers_ * kLanes * sizeof(float)) {}

    Block block;
    uint64_t squares[kBlock];  // of coded rows: of all components so far
    float scales[kBlock];      // and what brings them to length 1
    Buffer panel;            // some components of the block's rows
    Buffer dots;             // products with the block, per tile (kBlock, lanes of the tile)
    Buffer best;             // largest scaled product so far, per query token
    size_t owner = kNobody;  // the item that `best` belongs to
  };

  // By way of an integer: compilers turn that into a few instructions for a whole register.
  static uint8_t to_byte(float value) { return static_cast<uint8_t>(static_cast<int>(value)); }

  // Multiplies the rows of one item block by block; calls act(first row) after each.
  template <class Action>
  void for_each_block(Workspace& work, size_t item, Action&& act) const {
    const size_t begin = job_.begins[item], end = job_.ends[item];
    for (size_t first = begin; first < end; first += kBlock) {
      work.block.clear();
      work.block.add(item, first, end);
      multiply_block(work);
      act(first);
    }
  }

  // Calls act(first register, width) for each tile: wide ones, then narrow ones for the rest.
  template <class Action>
  void for_each_tile(Action&& act) const {
    size_t start = 0;
    for (; start + Ops::kWide <= registers_; start += Ops::kWide) {
      act(start, std::integral_constant<size_t, Ops::kWide>{});
    }
    for (; start < registers_; ++start) act(start, std::integral_constant<size_t, 1>{});
  }

  // The tile that a register belongs to: its first register and its width.
  struct Tile {
    size_t start;
    size_t width;
  };
  Tile tile_of(size_t column) const {
    const bool wide = column < registers_ / Ops::kWide * Ops::kWide;
    return wide ? Tile{column / Ops::kWide * Ops::kWide, Ops::kWide} : Tile{column, 1};
  }

  // Writes one query token into its lane: tile after tile, within a tile step after step.
  void pack(size_t token) {
    using Value = std::conditional_t<std::is_same_v<Dot, float>, float, int8_t>;
    const Value* source = static_cast<const Value*>(job_.query) + token * job_.dim;
    const size_t column = token / kLanes, lane = token % kLanes;
    const Tile at = tile_of(column);
    Element* tile = query_.template as<Element>() + at.start * steps_ * kLanes * kGroup;
    [[maybe_unused]] Dot sum = 0;
    for (size_t d = 0; d < job_.dim; ++d) {
      const size_t place = d / kGroup * at.width + (column - at.start);
      tile[(place * kLanes + lane) * kGroup + d % kGroup] = source[d];
      sum += source[d];
    }
    if constexpr (Ops::kBias != 0) start_.template as<Dot>()[token] = -Ops::kBias * sum;
  }

  const float* scales_of(size_t row) const {
    return job_.scales ? job_.scales + row : kUnscaled;
  }

  float weight(size_t token) const { return job_.query_scales ? job_.query_scales[token] : 1.0f; }

  // Multiplies the block's rows with all query tokens, panel after panel.
  void multiply_block(Workspace& work) const {
    const Staged* panel = work.panel.template as<Staged>();
    const size_t width = kCoded ? job_.coded->bytes : job_.dim;
    const Stored* next = static_cast<const Stored*>(job_.vectors) + work.block.next * width +
                         kAhead / sizeof(Stored);
    for (size_t first = 0; first < steps_; first += kSteps) {
      const size_t steps = first + kSteps < steps_ ? kSteps : steps_ - first;
      stage(work, first * kGroup);
      for_each_tile([&](size_t start, auto width) {
        constexpr size_t kRegisters = decltype(width)::value;
        constexpr size_t kRows = kRegisters == 1 ? kBlock : Ops::kWideRows;
        static_assert(kBlock % kRows == 0, "a block is a whole number of tiles");
        const Element* query = query_.template as<Element>() +
                               (start * steps_ + kRegisters * first) * kLanes * kGroup;
        Dot* dots = work.dots.template as<Dot>() + start * kBlock * kLanes;
        const Dot* from = first ? dots : start_.template as<Dot>() + start * kLanes;
        const size_t stride = kRegisters * kLanes, from_stride = first ? stride : 0;
        for (size_t row = 0; row < kBlock; row += kRows) {
          multiply_tile<Ops, kRegisters, kRows>(panel + row * kStride<Ops>, query, steps,
                                                from + row * from_stride, from_stride,
                                                dots + row * stride, next);
        }
      });
      next += steps * kBlock * kGroup;
    }
  }

  // Copies one panel of the block's rows, from component `first` on; coded ones are decoded there.
  void stage(Workspace& work, size_t first) const {
    const size_t count = first + kPanel < job_.dim ? kPanel : job_.dim - first;
    if constexpr (kCoded) {
      Staged* target = work.panel.template as<Staged>();
      uint64_t* squares = work.squares;
      float* scale = work.scales;
      for (size_t k = 0; k < work.block.count; ++k) {
        const Segment& segment = work.block.segments[k];
        for (size_t row = segment.row; row < segment.row + segment.rows; ++row) {
          const uint64_t panel = decode_panel<Ops>(*job_.coded, job_.dim, row, first, count, target);
          *squares = first ? *squares + panel : panel;
          *scale++ = *squares ? 1.0f / std::sqrt(static_cast<float>(*squares)) : 0.0f;
          ++squares;
          target += kStride<Ops>;
        }
      }
      return;
    } else {
      copy_panel(work, first, count);
    }
  }

  void copy_panel(Workspace& work, size_t first, size_t count) const {
    const size_t dim = job_.dim;
    Staged* target = work.panel.template as<Staged>();
    for (size_t k = 0; k < work.block.count; ++k) {
      const Segment& segment = work.block.segments[k];
      const Stored* source = static_cast<const Stored*>(job_.vectors) + segment.row * dim + first;
      for (size_t rows = segment.rows; rows; --rows) {
        Ops::stage(source, target, count);
        source += dim;
        target += kStride<Ops>;
      }
    }
  }

  // Brings the products of the block into the running maxima of its items.
  void fold_block(Workspace& work, float* scores) const {
    multiply_block(work);
    size_t row = 0;
    for (size_t k = 0; k < work.block.count; ++k) {
      const Segment& segment = work.block.segments[k];
      if (segment.item != work.owner) {
        finish_item(work, scores);
        begin_item(work, segment.item);
      }
      const float* scales = kCoded ? work.scales + row : scales_of(segment.row);
      for (size_t column = 0; column < registers_; ++column) {
        float* best = work.best.template as<float>() + column * kLanes;
        Floats largest;
        std::memcpy(&largest, best, sizeof largest);
        for (size_t r = 0; r < segment.rows; ++r) {
          const Floats value = multiplied(work, row + r, column) * scales[r];
          largest = value > largest ? value : largest;
        }
        std::memcpy(best, &largest, sizeof largest);
      }
      row += segment.rows;
    }
    work.block.clear();
  }

  // Products of one row of the block with one register of query tokens.
  Floats multiplied(const Workspace& work, size_t row, size_t column) const {
    const Tile tile = tile_of(column);
    const Dot* from = work.dots.template as<Dot>() +
                      (tile.start * kBlock + row * tile.width + (column - tile.start)) * kLanes;
    Dots exact;
    std::memcpy(&exact, from, sizeof exact);
    return __builtin_convertvector(exact, Floats);
  }

  void begin_item(Workspace& work, size_t item) const {
    work.owner = item;
    float* best = work.best.template as<float>();
    for (size_t lane = 0; lane < registers_ * kLanes; ++lane) best[lane] = kNothing;
  }

  // Adds up the maxima in double precision and a fixed order: a product of two floats is exact
  // there, so every kernel rounds alike.
  void finish_item(Workspace& work, float* scores) const {
    if (work.owner == kNobody) return;
    const float* best = work.best.template as<float>();
    double sum = 0;
    for (size_t token = 0; token < job_.query_tokens; ++token) {
      sum += static_cast<double>(best[token]) * weight(token);
    }
    scores[work.owner] = static_cast<float>(sum);
  }

  Job job_;
  size_t steps_;      // multiplications per row
  size_t registers_;  // registers that hold one component group of all query tokens
  Buffer query_;      // the packed query
  Buffer start_;      // what sums start at, per query token: takes the bias of the rows away
};

// The scorer for the job's format; the caller owns it.
template <class Float32, class Float16, class Int8, class Residual>
Scorer* make_scorer(const Job& job) {
  switch (job.format) {
    case Format::kFloat32: return new TiledScorer<Float32>(job);
    case Format::kFloat16: return new TiledScorer<Float16>(job);
    case Format::kInt8: return new TiledScorer<Int8>(job);
    case Format::kResidual: return new TiledScorer<Residual>(job);
  }
  return nullptr;
}

}  // namespace
}  // namespace trovato
