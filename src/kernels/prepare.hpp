// What is made ready before kernels score: codes of vectors, and the rows of chosen items.
#pragma once

#include <cstddef>
#include <cstdint>

namespace trovato {

// Rounds each row to int8, its largest component to ±127; rows of zeros get scale 0. Returns whether
// all components are finite: rows from the first other one on are not written.
bool quantise_int8(const float* values, size_t rows, size_t dim, int8_t* codes, float* scales);

enum class Chosen { kFine = 0, kItems = 1, kRows = 2 };

// The rows of each of `count` items: item i owns offsets[i] to offsets[i + 1]. Says what is out of
// range: an item, or offsets that do not rise within the rows.
Chosen choose_rows(const int64_t* offsets, size_t items, const int64_t* chosen, size_t count,
                   size_t rows, int64_t* begins, int64_t* ends);

}  // namespace trovato
