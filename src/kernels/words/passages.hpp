// Which words of a text meet a question, and which short runs of them meet the most of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace trovato {

// First characters and ones past the last, rising and disjoint for words.
struct Spans {
  const int32_t* edges;
  size_t size;

  int32_t start(size_t i) const { return edges[2 * i]; }
  int32_t end(size_t i) const { return edges[2 * i + 1]; }
};

// How well each word meets each column of a question, at least 0.
struct Met {
  const float* values;
  size_t words, columns;

  const float* row(size_t word) const { return values + word * columns; }
};

struct Passage {
  int64_t start, end;
  double score;
};

// Fills `met` (words, columns): the largest similarity of a token that begins in the word, from
// `floor` (0) to 1 (1).
void meet_words(const float* similarity, Spans tokens, Spans words, size_t columns, double floor,
                float* met);

// The sum over columns of the largest value among some words.
double span_score(Met met, size_t start, size_t end);

// The runs of up to `width` words with the largest such sums, without overlap, best first.
std::vector<Passage> best_passages(Met met, size_t width, size_t count);

}  // namespace trovato
