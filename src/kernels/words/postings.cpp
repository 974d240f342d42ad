#include "postings.hpp"

#include <algorithm>

namespace trovato {
namespace {

// Documents that are scored together: their sums stay in the nearest memory.
constexpr size_t kWindow = 4096;

// Keeps the best hits; `floor` is what a document must reach to be among them.
class Best {
 public:
  Best(size_t k, Score floor) : k_(k), limit_(2 * k), floor_(floor) {}

  Score floor() const { return floor_; }

  void add(Score score, uint32_t document) {
    if (score < floor_) return;
    hits_.push_back({score, document});
    if (hits_.size() >= limit_) settle();
  }

  std::vector<Hit> take() {
    settle();
    return std::move(hits_);
  }

 private:
  void settle() {
    if (hits_.size() < k_) return;
    const auto border = hits_.begin() + static_cast<std::ptrdiff_t>(k_ - 1);
    std::nth_element(hits_.begin(), border, hits_.end(),
                     [](const Hit& left, const Hit& right) { return left.score > right.score; });
    floor_ = std::max(floor_, border->score);
    hits_.erase(std::remove_if(hits_.begin(), hits_.end(),
                               [this](const Hit& hit) { return hit.score < floor_; }),
                hits_.end());
    limit_ = std::max(2 * k_, 2 * hits_.size());  // ties at the border stay
  }

  size_t k_, limit_;
  Score floor_;
  std::vector<Hit> hits_;
};

// Moves on to the first posting whose document is not before the given one.
size_t advance(const uint32_t* documents, size_t at, size_t end, uint32_t document) {
  size_t step = 1;
  while (at + step < end && documents[at + step] < document) {
    at += step;
    step *= 2;
  }
  const uint32_t* last = documents + std::min(at + step + 1, end);
  return static_cast<size_t>(std::lower_bound(documents + at, last, document) - documents);
}

}  // namespace

// MaxScore (Turtle and Flood 1995), window by window: documents that have only terms which together
// cannot reach the floor are never looked at; those terms are looked up for the others.
std::vector<Hit> top_postings(const Postings& postings, const Bm25& bm25, std::vector<Term> terms,
                              const Scored& scored, size_t k, Score floor) {
  std::sort(terms.begin(), terms.end(),
            [](const Term& left, const Term& right) { return left.most < right.most; });
  std::vector<Score> together(terms.size() + 1, 0);  // the most that the first terms add
  for (size_t i = 0; i < terms.size(); ++i) together[i + 1] = together[i] + terms[i].most;

  Best best(k, floor);
  std::vector<Score> sums(kWindow, 0);
  std::vector<uint64_t> touched(kWindow / 64, 0);
  const auto add = [&](size_t place, Score score) {
    sums[place] += score;
    touched[place >> 6] |= uint64_t{1} << (place & 63);
  };
  size_t looked_up = 0;  // so many terms, the least ones, are looked up only
  size_t next_scored = 0;
  for (size_t base = 0; base < postings.size;) {
    while (looked_up < terms.size() && together[looked_up + 1] < best.floor()) ++looked_up;
    const size_t window = std::min(kWindow, postings.size - base);
    const auto within = [&](uint32_t document) { return document - base < window; };
    for (size_t i = looked_up; i < terms.size(); ++i) {
      Term& term = terms[i];
      for (; term.begin < term.end && within(postings.documents[term.begin]); ++term.begin) {
        const uint32_t document = postings.documents[term.begin];
        add(document - base,
            bm25.gain(term.idf, postings.counts[term.begin], postings.lengths[document]));
      }
    }
    for (; next_scored < scored.size && within(scored.documents[next_scored]); ++next_scored) {
      add(scored.documents[next_scored] - base, scored.scores[next_scored]);
    }
    for (size_t word = 0; word < touched.size(); ++word) {
      for (uint64_t bits = touched[word]; bits; bits &= bits - 1) {
        const size_t place = word * 64 + static_cast<size_t>(__builtin_ctzll(bits));
        const uint32_t document = static_cast<uint32_t>(base + place);
        Score score = sums[place];
        sums[place] = 0;
        if (postings.wanted && !postings.wanted[document]) continue;
        for (size_t i = looked_up; i-- > 0 && score + together[i + 1] >= best.floor();) {
          Term& term = terms[i];
          term.begin = advance(postings.documents, term.begin, term.end, document);
          if (term.begin < term.end && postings.documents[term.begin] == document) {
            score += bm25.gain(term.idf, postings.counts[term.begin], postings.lengths[document]);
          }
        }
        best.add(score, document);
      }
      touched[word] = 0;
    }
    // On to the next document that anything looked at has.
    size_t next = postings.size;
    for (size_t i = looked_up; i < terms.size(); ++i) {
      if (terms[i].begin < terms[i].end) {
        next = std::min<size_t>(next, postings.documents[terms[i].begin]);
      }
    }
    if (next_scored < scored.size) next = std::min<size_t>(next, scored.documents[next_scored]);
    base = std::max(base + window, next);
  }
  return best.take();
}

}  // namespace trovato
