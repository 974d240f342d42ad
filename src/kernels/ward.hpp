// Ward's clustering of one item's token vectors, by chains of nearest neighbours.
#pragma once

#include <cstddef>
#include <cstdint>

namespace trovato {

// Fills the `tokens - 1` merges of the whole tree, each after those that it builds upon. A cluster
// goes by its first token, so left[i] < right[i]. costs[i] is what the merge adds to the summed
// squared distance of tokens from the means of their clusters; no merge costs less than those below
// it. `vectors` are unit vectors, `tokens` × `dim`. Takes tokens² floats of memory,
// so callers cut long items.
void ward(const float* vectors, size_t tokens, size_t dim, int32_t* left, int32_t* right,
          double* costs);

}  // namespace trovato
