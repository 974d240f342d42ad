// The levels that packed codes stand for, looked up byte by byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

// Internal linkage: each source compiles this with its own instruction set.
namespace trovato {
namespace {

// target = kPerByte levels for each byte.
template <size_t kPerByte, class Level>
void look_up(const uint8_t* packed, size_t bytes, const Level* __restrict levels,
             Level* __restrict target) {
  for (size_t byte = 0; byte < bytes; ++byte) {
    std::memcpy(target + byte * kPerByte, levels + packed[byte] * kPerByte,
                kPerByte * sizeof(Level));
  }
}

template <class Level>
void look_up_levels(size_t per_byte, const uint8_t* packed, size_t bytes, const Level* levels,
                    Level* target) {
  switch (per_byte) {
    case 1: return look_up<1>(packed, bytes, levels, target);
    case 2: return look_up<2>(packed, bytes, levels, target);
    case 4: return look_up<4>(packed, bytes, levels, target);
    default: return look_up<8>(packed, bytes, levels, target);
  }
}

}  // namespace
}  // namespace trovato
