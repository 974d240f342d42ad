// Sparse 32-bit ids as places 0, 1, 2, … in a sorted list of those that are known.
#pragma once

#include <cstddef>
#include <cstdint>

namespace trovato {

// One bit for each possible id, and before each word of 64 how many bits are set.
struct KnownIds {
  const uint64_t* words;
  const uint32_t* before;
  size_t count;  // of words

  // The place of an id, or -1.
  int64_t place(uint32_t id) const {
    const size_t word = id >> 6;
    if (word >= count) return -1;
    const uint64_t bits = words[word], bit = uint64_t{1} << (id & 63);
    if (!(bits & bit)) return -1;
    return before[word] + __builtin_popcountll(bits & (bit - 1));
  }

  // Asks memory for what place() and has() will read.
  void fetch(uint32_t id) const {
    fetch_word(id);
    if ((id >> 6) < count) __builtin_prefetch(before + (id >> 6));
  }
  void fetch_word(uint32_t id) const {
    if ((id >> 6) < count) __builtin_prefetch(words + (id >> 6));
  }

  bool has(uint32_t id) const {
    const size_t word = id >> 6;
    return word < count && (words[word] >> (id & 63) & 1);
  }
};

// Adds one to the count of each id's place; returns how many ids are not known.
size_t count_ids(const KnownIds& known, const uint32_t* ids, size_t rows, int64_t* counts);

// The place of each id, or -1.
void find_ids(const KnownIds& known, const uint32_t* ids, size_t rows, int32_t* places);

// 1 where an id is known, else 0.
void known_ids(const KnownIds& known, const uint32_t* ids, size_t rows, uint8_t* is_known);

// Sets the bit of each id; every id has its word.
void mark_ids(uint64_t* words, const uint32_t* ids, size_t rows);

// Where each row goes that is among the last of its user, else -1. A user's first skip[place] rows
// go nowhere; the others from starts[place] on. seen[place] counts the rows so far.
void last_slots(const KnownIds& known, const uint32_t* ids, size_t rows, const int64_t* skip,
                const int64_t* starts, int64_t* seen, int64_t* slots);

}  // namespace trovato
