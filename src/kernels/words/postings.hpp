// The best documents for a query's terms by BM25, without scoring those that cannot be among them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace trovato {

// A score in whole steps of 2^-40: such sums are the same in any order.
using Score = int64_t;
constexpr double kSteps = 1099511627776.0;

// Postings of a segment. A count holds how often a term stands in three columns: 16, 8 and 8 bits.
struct Postings {
  const uint32_t* documents;  // rise within a term
  const uint32_t* counts;
  const uint32_t* lengths;  // by document
  const uint8_t* wanted;    // by document, or null where all are
  size_t size;              // documents
};

// BM25 of a term that stands `frequency` times in a document: see `gain`.
struct Bm25 {
  double weights[3];  // of the columns
  double k1, base, slope;  // k1 (1 - b), and k1 b over the mean length

  Score gain(double idf, uint32_t count, uint32_t length) const {
    const double frequency = weights[0] * (count & 0xFFFF) + weights[1] * (count >> 16 & 0xFF) +
                             weights[2] * (count >> 24);
    const double share = frequency * (k1 + 1) / (frequency + base + slope * length);
    return static_cast<Score>(idf * share * kSteps + 0.5);
  }
};

// The postings of one term, and the most that it adds to a score.
struct Term {
  size_t begin, end;
  double idf;
  Score most;
};

struct Hit {
  Score score;
  uint32_t document;
};

// Documents whose scores were found elsewhere, which are added to those of the terms.
struct Scored {
  const uint32_t* documents;  // rise
  const Score* scores;        // not below 0
  size_t size;
};

// The documents that score at least as well as the k-th best and as `floor`, in no order.
std::vector<Hit> top_postings(const Postings& postings, const Bm25& bm25, std::vector<Term> terms,
                              const Scored& scored, size_t k, Score floor);

}  // namespace trovato
