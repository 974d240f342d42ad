// Levels of 4 and 2 bits, found by shuffling bytes in registers. For x86 with SSSE3 or more.
#pragma once

#include <immintrin.h>

#include "coded_rows.hpp"

namespace trovato {
namespace {

struct Shuffled {
  static void spread(const CodedRows& rows, const uint8_t* packed, size_t bytes, int16_t* target) {
    size_t byte = 0;
    if (rows.per_byte == 2 || rows.per_byte == 4) {
      const __m128i lower = _mm_load_si128(reinterpret_cast<const __m128i*>(rows.lower));
      const __m128i upper = _mm_load_si128(reinterpret_cast<const __m128i*>(rows.upper));
      for (; byte + 16 <= bytes; byte += 16) {
        const __m128i codes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(packed + byte));
        int16_t* const to = target + byte * rows.per_byte;
        if (rows.per_byte == 2) {
          const __m128i first = place(codes, 4, 15), second = place(codes, 0, 15);
          put(_mm_unpacklo_epi8(first, second), lower, upper, to);
          put(_mm_unpackhi_epi8(first, second), lower, upper, to + 16);
        } else {
          const __m128i first = place(codes, 6, 3), second = place(codes, 4, 3);
          const __m128i third = place(codes, 2, 3), fourth = place(codes, 0, 3);
          const __m128i a = _mm_unpacklo_epi8(first, second), b = _mm_unpacklo_epi8(third, fourth);
          const __m128i c = _mm_unpackhi_epi8(first, second), d = _mm_unpackhi_epi8(third, fourth);
          put(_mm_unpacklo_epi16(a, b), lower, upper, to);
          put(_mm_unpackhi_epi16(a, b), lower, upper, to + 16);
          put(_mm_unpacklo_epi16(c, d), lower, upper, to + 32);
          put(_mm_unpackhi_epi16(c, d), lower, upper, to + 48);
        }
      }
    }
    if (byte < bytes) {
      LookedUp::spread(rows, packed + byte, bytes - byte, target + byte * rows.per_byte);
    }
  }

 private:
  // The bits from `shift` on that `mask` keeps, of each byte.
  static __m128i place(__m128i codes, int shift, int mask) {
    return _mm_and_si128(_mm_srli_epi16(codes, shift), _mm_set1_epi8(static_cast<char>(mask)));
  }

  // The levels of 16 codes.
  static void put(__m128i codes, __m128i lower, __m128i upper, int16_t* to) {
    const __m128i low = _mm_shuffle_epi8(lower, codes), high = _mm_shuffle_epi8(upper, codes);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm_unpacklo_epi8(low, high));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 8), _mm_unpackhi_epi8(low, high));
  }
};

}  // namespace
}  // namespace trovato
