// The inner loop of all kernels: products of a few document rows with a few registers of queries.
//
// Rows are multiplied in panels: kSteps steps of four bytes each, copied to a fixed distance from
// each other. So each address in the inner loop is a pointer and a constant, and one panel of rows
// and of the query stays in the first-level cache at any dimension.
//
// `Ops` describes an instruction set and a number format:
//   Stored, Staged, Element, Dot   a component in memory, as multiplied, in the packed query; a sum
//   Operand, Accumulator           a register of Elements; of Dots, one per query token
//   kLanes                         query tokens in a register
//   kBias                          what `stage` adds to a component
//   kWide, kWideRows               registers and rows of the wide tile: as many accumulators as the
//                                  register file holds
//   stage                          copies components, from Stored to Staged
//   broadcast                      four bytes of a row, repeated over a register
//   multiply_add                   the sum and the products of a broadcast and a query register
#pragma once

#include <cstddef>
#include <cstring>

// Internal linkage: each source compiles this with its own instruction set.
namespace trovato {
namespace {

constexpr size_t kBlock = 12;  // rows that are multiplied together
constexpr size_t kSteps = 128;
constexpr size_t kStepBytes = 4;
constexpr size_t kCacheLine = 64;

// Components that one multiplication adds up, and from one row of a panel to the next. A cache line
// is left free between rows, so that they do not compete for the same cache sets.
template <class Ops>
constexpr size_t kGroup = kStepBytes / sizeof(typename Ops::Staged);
template <class Ops>
constexpr size_t kStride = (kSteps * kStepBytes + kCacheLine) / sizeof(typename Ops::Staged);

template <class Type>
Type load(const void* from) {
  Type value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// dots[row][lane] = from[row][lane] + the dot product of that row and query token; rows of `from`
// are `from_stride` apart, which may be 0.
//
// `query` is packed step after step. `next` is memory that will likely be read after this block:
// the steps ask for it one by one, since a burst of requests would stall.
template <class Ops, size_t kRegisters, size_t kRows>
void multiply_tile(const typename Ops::Staged* rows, const typename Ops::Element* query,
                   size_t steps, const typename Ops::Dot* from, size_t from_stride,
                   typename Ops::Dot* dots, const typename Ops::Stored* next) {
  using Accumulator = typename Ops::Accumulator;
  // All loops over rows and registers are unrolled, so that the sums stay in registers.
  Accumulator sums[kRows][kRegisters];
#pragma GCC unroll 16
  for (size_t row = 0; row < kRows; ++row) {
#pragma GCC unroll 16
    for (size_t r = 0; r < kRegisters; ++r) {
      sums[row][r] = load<Accumulator>(from + row * from_stride + r * Ops::kLanes);
    }
  }
  for (size_t step = 0; step < steps; ++step) {
    typename Ops::Operand tokens[kRegisters];
#pragma GCC unroll 16
    for (size_t r = 0; r < kRegisters; ++r) {
      tokens[r] = load<typename Ops::Operand>(query + r * Ops::kLanes * kGroup<Ops>);
    }
#pragma GCC unroll 16
    for (size_t row = 0; row < kRows; ++row) {
      const typename Ops::Operand value = Ops::broadcast(rows + row * kStride<Ops>);
#pragma GCC unroll 16
      for (size_t r = 0; r < kRegisters; ++r) {
        sums[row][r] = Ops::multiply_add(sums[row][r], value, tokens[r]);
      }
    }
    __builtin_prefetch(next);
    next += kBlock * kGroup<Ops>;
    rows += kGroup<Ops>;
    query += kRegisters * Ops::kLanes * kGroup<Ops>;
  }
#pragma GCC unroll 16
  for (size_t row = 0; row < kRows; ++row) {
#pragma GCC unroll 16
    for (size_t r = 0; r < kRegisters; ++r) {
      std::memcpy(dots + (row * kRegisters + r) * Ops::kLanes, &sums[row][r], sizeof(Accumulator));
    }
  }
}

}  // namespace
}  // namespace trovato
