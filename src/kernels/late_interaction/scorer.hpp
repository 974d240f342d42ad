// What every instruction set offers: MaxSim of one query against ranges of items.
#pragma once

#include <cstddef>
#include <cstdint>

namespace trovato {

enum class Format { kFloat32, kFloat16, kInt8, kResidual };

// Vectors of Format::kResidual: each stands for the unit vector along the sum of its centroid and the
// levels of its codes, both in the same fixed-point numbers.
struct CodedRows {
  const uint8_t* packed;     // (rows, bytes)
  const uint16_t* cells;     // (rows,): each vector's centroid
  const int16_t* centroids;  // (cells, dim)
  const int16_t* levels;     // (256, per_byte): the components that a byte stands for
  size_t count;              // of rows
  size_t bytes;
  size_t per_byte;
  // The lower and the upper byte of what the lowest bits of a byte stand for, at most four of them.
  alignas(16) uint8_t lower[16];
  alignas(16) uint8_t upper[16];
};

// The query and the documents as the caller holds them: borrowed, never copied or changed.
struct Job {
  Format format;
  const void* query;          // (query_tokens, dim): float, or int8 codes for the other formats
  const float* query_scales;  // (query_tokens,), where the query is codes
  const void* vectors;        // (tokens, dim): float, IEEE half or int8 codes, any alignment
  const float* scales;        // (tokens,), Format::kInt8 only
  const int64_t* begins;      // (items,): item i owns the rows begins[i] to ends[i], exclusive
  const int64_t* ends;        // (items,)
  size_t query_tokens;
  size_t dim;
  const CodedRows* coded = nullptr;  // Format::kResidual only; vectors are its packed codes
};

// A coarse scan: documents as lists of cells, and what each cell is worth to each query token.
// The table is cut into columns of kCoarseWidth query tokens, each (cells_in_table, kCoarseWidth).
constexpr size_t kCoarseWidth = 32;
struct CoarseJob {
  const uint8_t* table;
  size_t columns;
  size_t cells_in_table;
  const uint16_t* cells;  // of all items, one after another; each below cells_in_table
  const int64_t* begins;  // (items,): item i owns cells begins[i] to ends[i], exclusive
  const int64_t* ends;    // (items,)
};

// The cells that are near to a query token, and the worth of all others to it: token i has
// counts[i] cells from cells[i * room] on, each worth more than floors[i].
struct Probes {
  const uint8_t* floors;
  const uint16_t* cells;
  const uint8_t* worth;
  const size_t* counts;
  size_t room;
};

// Items in blocks of kBlockItems, and for each block and cell the block's items that lie in it:
// items[starts[block * cells + cell]] and so on, counted from the block's first.
constexpr size_t kBlockItems = 1 << 16;
struct PostingsJob {
  const uint16_t* items;
  size_t size;  // of items
  const int64_t* starts;
  size_t cells;
  size_t count;  // of all items
};

// Tokens of items by the cells they lie in, and which query tokens look into which cell.
struct ProbedJob {
  const int16_t* query;       // (query_tokens, dim): int8 codes, widened
  const float* query_scales;  // (query_tokens,)
  const float* floors;        // (query_tokens,): what no token in a probed cell counts for
  const uint64_t* near;       // (cells_in_table, words): a bit for each query token that looks
  size_t words;
  size_t cells_in_table;
  const int8_t* codes;    // (rows, dim)
  const float* scales;    // (rows,)
  const uint16_t* cells;  // (rows,)
  const int64_t* begins;  // (items,): item i owns the rows begins[i] to ends[i], exclusive
  const int64_t* ends;    // (items,)
  size_t query_tokens;
  size_t dim;
};

// What kernels throw where they check as they read: std::invalid_argument, for a cell beyond the
// table and a list beyond the items.
[[noreturn]] void refuse_cell(uint16_t cell);
[[noreturn]] void refuse_list(int64_t start, int64_t end);

constexpr size_t kSpare = 16;  // floats that may be written beyond a decoded vector's end

// Vectors as a centroid each and what is left of it, in a few bits per component.
struct ResidualJob {
  const uint8_t* packed;         // (rows, bytes)
  const uint16_t* cells;         // (rows,): each vector's centroid
  const int8_t* centroids;       // (cells, dim)
  const float* centroid_scales;  // (cells,)
  const float* levels;           // (256, per_byte): the components that a byte stands for
  size_t bytes;
  size_t per_byte;
  size_t dim;
};

class Scorer {
 public:
  virtual ~Scorer();

  // scores[i] for first <= i < last: the sum over query tokens of the largest dot product with a
  // row of item i; minus infinity where it has no rows. Threads may call it at the same time.
  virtual void score(size_t first, size_t last, float* scores) const = 0;

  // Per query token, the row of `item` with the largest dot product (the lowest at a tie, counted
  // from the item's first row) and that product. The item must have rows.
  virtual void best(size_t item, int64_t* rows, float* scores) const = 0;

  // The products of all rows of `item` with all query tokens in steps of `step`, rounded and kept
  // within 0 to 255, in the layout of a coarse table.
  virtual void table(size_t item, float step, uint8_t* bytes) const = 0;
};

// Zeroed memory that starts on a cache line. Defined in a source that is compiled for every
// machine: the kernels must not instantiate library templates with their own instruction set, since
// the linker may keep that copy for all.
class Buffer {
 public:
  explicit Buffer(size_t bytes);
  ~Buffer();
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  template <class Value>
  Value* as() const {
    return static_cast<Value*>(memory_);
  }

 private:
  void* memory_;
};

}  // namespace trovato
