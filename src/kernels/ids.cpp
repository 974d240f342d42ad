#include "ids.hpp"

#include <algorithm>
#include <stdexcept>

namespace trovato {
namespace {

// Rows that are looked up together: while memory brings one, the others are asked for.
constexpr size_t kTogether = 64;

// Calls use(row, place) for each row in order, and fetch(place) some time before.
template <class Fetch, class Use>
void look_up(const KnownIds& known, const uint32_t* ids, size_t rows, Fetch fetch, Use use) {
  int64_t places[kTogether];
  for (size_t first = 0; first < rows; first += kTogether) {
    const size_t count = std::min(kTogether, rows - first);
    const size_t ahead = std::min(kTogether, rows - first - count);
    for (size_t row = first + count; row < first + count + ahead; ++row) known.fetch(ids[row]);
    for (size_t row = 0; row < count; ++row) {
      places[row] = known.place(ids[first + row]);
      if (places[row] >= known.places) {
        throw std::invalid_argument("entries must be those of the known ids");
      }
      if (places[row] >= 0) fetch(places[row]);
    }
    for (size_t row = 0; row < count; ++row) use(first + row, places[row]);
  }
}

}  // namespace

void index_ids(uint64_t* entries, size_t count, const uint32_t* ids, size_t known) {
  for (size_t place = 0; place < known; ++place) {
    if ((ids[place] >> 5) >= count) throw std::invalid_argument("each id must have its entry");
    entries[ids[place] >> 5] |= uint64_t{1} << (ids[place] & 31);
  }
  uint64_t before = 0;
  for (size_t entry = 0; entry < count; ++entry) {
    const uint64_t bits = entries[entry];
    entries[entry] = before << 32 | bits;
    before += static_cast<uint64_t>(__builtin_popcountll(bits));
  }
}

size_t count_ids(const KnownIds& known, const uint32_t* ids, size_t rows, int64_t* counts) {
  size_t strangers = 0;
  look_up(
      known, ids, rows, [&](int64_t place) { __builtin_prefetch(counts + place, 1); },
      [&](size_t, int64_t place) {
        if (place < 0) {
          ++strangers;
        } else {
          ++counts[place];
        }
      });
  return strangers;
}

void find_ids(const KnownIds& known, const uint32_t* ids, size_t rows, int32_t* places) {
  look_up(
      known, ids, rows, [](int64_t) {},
      [&](size_t row, int64_t place) { places[row] = static_cast<int32_t>(place); });
}

void known_ids(const KnownIds& known, const uint32_t* ids, size_t rows, uint8_t* is_known) {
  for (size_t row = 0; row < rows; ++row) {
    if (row + kTogether < rows) known.fetch(ids[row + kTogether]);
    is_known[row] = known.has(ids[row]);
  }
}

void mark_ids(uint64_t* words, size_t count, const uint32_t* ids, size_t rows) {
  for (size_t row = 0; row < rows; ++row) {
    if (row + kTogether < rows) __builtin_prefetch(words + (ids[row + kTogether] >> 6), 1);
    if ((ids[row] >> 6) >= count) throw std::invalid_argument("each id must have its word");
    uint64_t& word = words[ids[row] >> 6];
    const uint64_t bit = uint64_t{1} << (ids[row] & 63);
    if (!(word & bit)) word |= bit;  // most are there already: memory is read, not written
  }
}

void last_slots(const KnownIds& known, const uint32_t* ids, size_t rows, const int64_t* starts,
                int64_t* next, int64_t* slots) {
  const auto fetch = [&](int64_t place) {
    __builtin_prefetch(next + place, 1);
    __builtin_prefetch(starts + place);
  };
  look_up(known, ids, rows, fetch, [&](size_t row, int64_t place) {
    slots[row] = -1;
    if (place < 0) return;
    const int64_t slot = next[place]++;
    if (slot >= starts[place]) slots[row] = slot;
  });
}

}  // namespace trovato
