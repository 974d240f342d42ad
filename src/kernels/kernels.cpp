// Which kernels this build has and which of them this machine runs.
#include "kernels.hpp"

#include <cstring>
#include <new>
#include <stdexcept>
#include <string>

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

namespace trovato {

Scorer* make_avx512(const Job&);
void scan_avx512(const CoarseJob&, size_t first, size_t last, int32_t* scores);
void probe_avx512(const PostingsJob&, const Probes&, size_t token, uint8_t* best, int32_t* scores);
void probed_avx512(const ProbedJob& job, size_t first, size_t last, int16_t* space, float* best,
                float* scores);
void decode_avx512(const ResidualJob&, size_t first, size_t last, float* space, int8_t* codes,
                float* scales);
Scorer* make_avx2(const Job&);
void scan_avx2(const CoarseJob&, size_t first, size_t last, int32_t* scores);
void probe_avx2(const PostingsJob&, const Probes&, size_t token, uint8_t* best, int32_t* scores);
void probed_avx2(const ProbedJob& job, size_t first, size_t last, int16_t* space, float* best,
                float* scores);
void decode_avx2(const ResidualJob&, size_t first, size_t last, float* space, int8_t* codes,
                float* scales);
Scorer* make_neon(const Job&);
void scan_neon(const CoarseJob&, size_t first, size_t last, int32_t* scores);
void probe_neon(const PostingsJob&, const Probes&, size_t token, uint8_t* best, int32_t* scores);
void probed_neon(const ProbedJob& job, size_t first, size_t last, int16_t* space, float* best,
                float* scores);
void decode_neon(const ResidualJob&, size_t first, size_t last, float* space, int8_t* codes,
                float* scales);
Scorer* make_portable(const Job&);
void scan_portable(const CoarseJob&, size_t first, size_t last, int32_t* scores);
void probe_portable(const PostingsJob&, const Probes&, size_t token, uint8_t* best, int32_t* scores);
void probed_portable(const ProbedJob& job, size_t first, size_t last, int16_t* space, float* best,
                float* scores);
void decode_portable(const ResidualJob&, size_t first, size_t last, float* space, int8_t* codes,
                float* scales);

namespace {

#if defined(__x86_64__)

// __builtin_cpu_supports also asks the operating system whether it keeps the wide registers.
bool has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
}

// Every processor with AVX2 and FMA also converts half precision (F16C).
bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

#elif defined(__aarch64__)

bool has_neon_dot_product() {
#if defined(__linux__)
  constexpr unsigned long kDotProduct = 1ul << 20;  // HWCAP_ASIMDDP
  return (getauxval(AT_HWCAP) & kDotProduct) != 0;
#elif defined(__APPLE__)
  return true;  // every Apple processor for desktops
#else
  return false;
#endif
}

#endif

bool always() { return true; }

}  // namespace

const std::vector<Kernel>& kernels() {
  static const std::vector<Kernel> all = {
#if defined(__x86_64__)
      {"avx512vnni", has_avx512, make_avx512, scan_avx512, probe_avx512, probed_avx512, decode_avx512},
      {"avx2", has_avx2, make_avx2, scan_avx2, probe_avx2, probed_avx2, decode_avx2},
#elif defined(__aarch64__)
      {"neon", has_neon_dot_product, make_neon, scan_neon, probe_neon, probed_neon, decode_neon},
#endif
      {"portable", always, make_portable, scan_portable, probe_portable, probed_portable, decode_portable},
  };
  return all;
}

const Kernel& find_kernel(const std::string& name) {
  for (const Kernel& kernel : kernels()) {
    if (name == kernel.name && kernel.runs_here()) return kernel;
  }
  throw std::invalid_argument("no such kernel on this machine: " + name);
}

Scorer::~Scorer() = default;

void refuse_cell(uint16_t cell) {
  throw std::invalid_argument("cells must be below those of the table, got " +
                              std::to_string(cell));
}

void refuse_list(int64_t start, int64_t end) {
  throw std::invalid_argument("item_starts must rise within the items, got " +
                              std::to_string(start) + " and " + std::to_string(end));
}

Buffer::Buffer(size_t bytes) : memory_(::operator new(bytes, std::align_val_t{64})) {
  std::memset(memory_, 0, bytes);
}

Buffer::~Buffer() { ::operator delete(memory_, std::align_val_t{64}); }

}  // namespace trovato
