// Sparse 32-bit ids as places 0, 1, 2, … in a sorted list of those that are known.
#pragma once

#include <cstddef>
#include <cstdint>

namespace trovato {

// Of each 32 possible ids: below, a bit for each that is known; above, how many are known before
// them. Both in one word, so that memory is waited for once.
struct KnownIds {
  const uint64_t* entries;
  size_t count;
  int64_t places;  // so many ids are known, where their places are asked for

  // The place of an id, or -1.
  int64_t place(uint32_t id) const {
    if ((id >> 5) >= count) return -1;
    const uint64_t entry = entries[id >> 5];
    const uint32_t bits = static_cast<uint32_t>(entry), bit = uint32_t{1} << (id & 31);
    if (!(bits & bit)) return -1;
    return static_cast<int64_t>(entry >> 32) + __builtin_popcount(bits & (bit - 1));
  }

  bool has(uint32_t id) const {
    return (id >> 5) < count && (entries[id >> 5] >> (id & 31) & 1);
  }

  // Asks memory for what place() and has() will read.
  void fetch(uint32_t id) const {
    if ((id >> 5) < count) __builtin_prefetch(entries + (id >> 5));
  }
};

// All of these throw std::invalid_argument where an id or its place lies beyond the memory for it.

// Fills zeroed entries with rising ids, each of which has its entry.
void index_ids(uint64_t* entries, size_t count, const uint32_t* ids, size_t known);

// Adds one to the count of each id's place; returns how many ids are not known.
size_t count_ids(const KnownIds& known, const uint32_t* ids, size_t rows, int64_t* counts);

// The place of each id, or -1.
void find_ids(const KnownIds& known, const uint32_t* ids, size_t rows, int32_t* places);

// 1 where an id is known, else 0.
void known_ids(const KnownIds& known, const uint32_t* ids, size_t rows, uint8_t* is_known);

// Sets the bit of each id; every id has its word.
void mark_ids(uint64_t* words, size_t count, const uint32_t* ids, size_t rows);

// Where each row goes: to next[place], which then moves on by one. Rows of an id that is not known,
// and those before starts[place], get -1.
void last_slots(const KnownIds& known, const uint32_t* ids, size_t rows, const int64_t* starts,
                int64_t* next, int64_t* slots);

// target[slots[row]] = values[row], but for rows with a slot below 0; false, and nothing more is
// written, at the first slot beyond the target.
template <class Value>
bool scatter(const int64_t* slots, const Value* values, size_t rows, Value* target, size_t size) {
  constexpr size_t kAhead = 32;
  for (size_t row = 0; row < rows; ++row) {
    if (row + kAhead < rows && slots[row + kAhead] >= 0) {
      __builtin_prefetch(target + slots[row + kAhead], 1);
    }
    if (slots[row] < 0) continue;
    if (static_cast<size_t>(slots[row]) >= size) return false;
    target[slots[row]] = values[row];
  }
  return true;
}

}  // namespace trovato
