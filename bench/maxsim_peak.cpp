// How many operations a second one core's registers can do: the ceiling of a MaxSim kernel.
// Prints "int8 <op/s>" and "fp32 <op/s>", with AVX-512 VNNI or AVX2, whichever it is compiled for.
#include <immintrin.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <iterator>
#include <utility>

namespace {

// Enough independent sums to hide the latency of either instruction.
#ifdef __AVX512VNNI__
constexpr int kSums = 20;
#else
constexpr int kSums = 12;
#endif
constexpr int kSteps = 2000000;

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

#ifdef __AVX512VNNI__
struct Int8 {
  using Register = __m512i;
  static constexpr double kOperations = 128;
  static void step(Register& sum, Register a) { asm volatile("vpdpbusd %1, %1, %0" : "+v"(sum) : "v"(a)); }
};

struct Float32 {
  using Register = __m512;
  static constexpr double kOperations = 32;
  static void step(Register& sum, Register a) { asm volatile("vfmadd231ps %1, %1, %0" : "+v"(sum) : "v"(a)); }
};
#else
struct Int8 {
  using Register = __m256i;
  static constexpr double kOperations = 32;
  static void step(Register& sum, Register a) {
    Register product;
    asm volatile("vpmaddwd %2, %2, %1\n\tvpaddd %1, %0, %0" : "+x"(sum), "=&x"(product) : "x"(a));
  }
};

struct Float32 {
  using Register = __m256;
  static constexpr double kOperations = 16;
  static void step(Register& sum, Register a) { asm volatile("vfmadd231ps %1, %1, %0" : "+x"(sum) : "x"(a)); }
};
#endif

template <class Kind, size_t... kIndex>
double run(std::index_sequence<kIndex...>) {
  typename Kind::Register sums[kSums] = {}, operand = {};
  const double start = cpu_seconds();
  for (int step = 0; step < kSteps; ++step) (Kind::step(sums[kIndex], operand), ...);
  return kSums * double(kSteps) * Kind::kOperations / (cpu_seconds() - start);
}

// The median of several runs, since the machine may be shared.
template <class Kind>
double peak() {
  double rates[15];
  for (double& rate : rates) rate = run<Kind>(std::make_index_sequence<kSums>{});
  std::sort(std::begin(rates), std::end(rates));
  return rates[7];
}

}  // namespace

int main() { std::printf("int8 %.4g\nfp32 %.4g\n", peak<Int8>(), peak<Float32>()); }
