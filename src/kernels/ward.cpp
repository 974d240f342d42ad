#include "ward.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

#include "checks.hpp"

namespace trovato {
namespace {

constexpr size_t kLanes = 4;
constexpr float kLongest = 2;  // square of a length; more than rounding makes of 1
constexpr size_t kRows = 2, kColumns = 4;  // pairs whose products are summed at once

typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float))));

Lanes load(const float* values) {
  Lanes lanes;
  std::memcpy(&lanes, values, sizeof lanes);
  return lanes;
}

// The costs of merging any two clusters: a full matrix, of which only the live rows are kept right.
// Every product is summed in one order, so that equal vectors are equally far from the others.
class Costs {
 public:
  Costs(const float* vectors, size_t tokens, size_t dim) : tokens_(tokens), costs_(tokens * tokens) {
    const size_t width = (dim + kLanes - 1) / kLanes * kLanes;
    const size_t rows = (tokens + kColumns - 1) / kColumns * kColumns;
    std::vector<float> padded(rows * width);
    for (size_t row = 0; row < tokens; ++row) {
      std::memcpy(&padded[row * width], vectors + row * dim, dim * sizeof(float));
    }
    for (size_t row = 0; row < tokens; row += kRows) {
      for (size_t column = row / kColumns * kColumns; column < tokens; column += kColumns) {
        multiply(&padded[row * width], &padded[column * width], width, row, column);
      }
    }
    // To merge two tokens costs half of their squared distance.
    std::vector<float> squares(tokens);
    for (size_t row = 0; row < tokens; ++row) {
      squares[row] = (*this)(row, row);
      // Costs that are no numbers would lead a chain to itself.
      require(squares[row] <= kLongest, "vectors must be unit vectors or zeros, of length² 1 or 0",
              squares[row]);
    }
    for (size_t row = 0; row < tokens; ++row) {
      float* const values = &costs_[row * tokens];
      for (size_t column = 0; column < tokens; ++column) {
        const float cost = (squares[row] + squares[column]) / 2 - values[column];
        values[column] = cost > 0 ? cost : 0;
      }
      values[row] = std::numeric_limits<float>::infinity();  // no cluster is its own neighbour
    }
  }

  float operator()(size_t left, size_t right) const { return costs_[left * tokens_ + right]; }

  const float* row(size_t cluster) const { return &costs_[cluster * tokens_]; }

  void set(size_t left, size_t right, float cost) {
    costs_[left * tokens_ + right] = costs_[right * tokens_ + left] = cost;
  }

 private:
  // Products of some rows with some columns, into the matrix.
  void multiply(const float* rows, const float* columns, size_t width, size_t row, size_t column) {
    Lanes sums[kRows][kColumns]{};
    for (size_t at = 0; at < width; at += kLanes) {
      for (size_t i = 0; i < kRows; ++i) {
        for (size_t j = 0; j < kColumns; ++j) {
          sums[i][j] += load(rows + i * width + at) * load(columns + j * width + at);
        }
      }
    }
    for (size_t i = 0; i < std::min(kRows, tokens_ - row); ++i) {
      for (size_t j = 0; j < std::min(kColumns, tokens_ - column); ++j) {
        const Lanes& sum = sums[i][j];
        set(row + i, column + j, (sum[0] + sum[1]) + (sum[2] + sum[3]));
      }
    }
  }

  size_t tokens_;
  std::vector<float> costs_;
};

}  // namespace

void ward(const float* vectors, size_t tokens, size_t dim, int32_t* left, int32_t* right,
          double* costs) {
  Costs cost(vectors, tokens, dim);
  std::vector<double> sizes(tokens, 1);
  std::vector<size_t> live(tokens), chain;
  for (size_t token = 0; token < tokens; ++token) live[token] = token;

  for (size_t merge = 0; merge + 1 < tokens;) {
    if (chain.empty()) chain.push_back(live.front());
    // The nearest: of several the one that the chain came from, or it would never end; else the
    // first.
    const size_t last = chain.back();
    const bool begun = chain.size() > 1;
    size_t nearest = begun ? chain[chain.size() - 2] : last;
    float least = cost(last, nearest);
    const float* const row = cost.row(last);
    for (const size_t other : live) {
      if (row[other] < least) {
        least = row[other];
        nearest = other;
      }
    }
    if (!begun || nearest != chain[chain.size() - 2]) {
      chain.push_back(nearest);
      continue;
    }

    // Each is the other's nearest, so the tree merges them, whatever else it merges before.
    chain.resize(chain.size() - 2);
    const size_t kept = std::min(last, nearest), gone = std::max(last, nearest);
    live.erase(std::lower_bound(live.begin(), live.end(), gone));
    for (const size_t other : live) {  // Lance and Williams 1967
      const double first = cost(kept, other), second = cost(gone, other), size = sizes[other];
      const double sum =
          (sizes[kept] + size) * first + (sizes[gone] + size) * second - size * least;
      // It is never less than both; were it so by rounding, the chain could meet itself.
      cost.set(kept, other, std::max(sum / (sizes[kept] + sizes[gone] + size),
                                     std::min(first, second)));
    }
    sizes[kept] += sizes[gone];
    left[merge] = static_cast<int32_t>(kept);
    right[merge] = static_cast<int32_t>(gone);
    costs[merge] = least;
    ++merge;
  }
}

}  // namespace trovato
