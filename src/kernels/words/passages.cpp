#include "passages.hpp"

#include <algorithm>

namespace trovato {
namespace {

// Lets `into` be the larger of both, column by column.
void keep_larger(float* into, const float* other, size_t size) {
  for (size_t i = 0; i < size; ++i) into[i] = into[i] < other[i] ? other[i] : into[i];
}

double sum(const float* values, size_t size) {
  double total = 0;
  for (size_t i = 0; i < size; ++i) total += values[i];
  return total;
}

bool meets(const float* values, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    if (values[i] != 0) return true;
  }
  return false;
}

// What windows of `width` words are worth that begin at `first` to before `last`. Maxima of 1, 2,
// 4 … neighbours; two of the last that overlap make any width.
void score_windows(Met met, size_t width, size_t first, size_t last, std::vector<float>& largest,
                   double* worth) {
  const size_t columns = met.columns;
  size_t rows = last - first + width - 1, reach = 1;
  largest.assign(met.row(first), met.row(first + rows));
  for (; 2 * reach <= width; reach *= 2) {
    rows -= reach;
    keep_larger(largest.data(), largest.data() + reach * columns, rows * columns);
  }
  keep_larger(largest.data(), largest.data() + (width - reach) * columns, (last - first) * columns);
  for (size_t at = first; at < last; ++at) {
    worth[at] = sum(largest.data() + (at - first) * columns, columns);
  }
}

}  // namespace

void meet_words(const float* similarity, Spans tokens, Spans words, size_t columns, double floor,
                float* met) {
  const float least = static_cast<float>(floor), span = static_cast<float>(1 - floor);
  std::fill(met, met + words.size * columns, least);
  size_t word = 0;
  for (size_t token = 0; token < tokens.size; ++token) {
    const int32_t place = tokens.start(token);
    if (tokens.end(token) <= place || !words.size) continue;
    if (words.start(word) > place) word = 0;  // tokens nearly always rise
    while (word + 1 < words.size && words.start(word + 1) <= place) ++word;
    if (words.start(word) > place || words.end(word) <= place) continue;
    keep_larger(met + word * columns, similarity + token * columns, columns);
  }
  for (size_t i = 0; i < words.size * columns; ++i) {
    met[i] = std::min((met[i] - least) / span, 1.0f);
  }
}

double span_score(Met met, size_t start, size_t end) {
  if (start == end) return 0;
  std::vector<float> largest(met.row(start), met.row(start + 1));
  for (size_t word = start + 1; word < end; ++word) {
    keep_larger(largest.data(), met.row(word), met.columns);
  }
  return sum(largest.data(), met.columns);
}

std::vector<Passage> best_passages(Met met, size_t width, size_t count) {
  std::vector<Passage> found;
  if (!met.words) return found;
  const size_t columns = met.columns;
  width = std::min(width, met.words);
  std::vector<float> open(met.values, met.values + met.words * columns), largest;
  const Met left{open.data(), met.words, columns};
  std::vector<bool> taken(met.words, false);
  std::vector<double> worth(met.words - width + 1);
  score_windows(left, width, 0, worth.size(), largest, worth.data());
  while (found.size() < count) {
    const size_t start =
        static_cast<size_t>(std::max_element(worth.begin(), worth.end()) - worth.begin());
    const size_t limit = start + width;
    size_t first = start;
    while (first < limit && !meets(left.row(first), columns)) ++first;
    if (first == limit) break;
    // To the last match, but not over words of an earlier passage.
    size_t end = first + 1;
    for (size_t word = end; word < limit && !taken[word]; ++word) {
      if (meets(left.row(word), columns)) end = word + 1;
    }
    found.push_back({static_cast<int64_t>(first), static_cast<int64_t>(end),
                     span_score(left, first, end)});
    std::fill(taken.begin() + static_cast<std::ptrdiff_t>(first),
              taken.begin() + static_cast<std::ptrdiff_t>(end), true);
    std::fill(open.begin() + static_cast<std::ptrdiff_t>(first * columns),
              open.begin() + static_cast<std::ptrdiff_t>(end * columns), 0.0f);
    // Only windows that reach into it are worth less now.
    score_windows(left, width, first < width ? 0 : first - width + 1, std::min(end, worth.size()),
                  largest, worth.data());
  }
  return found;
}

}  // namespace trovato
