// The entry of the module for tokens in probed cells.
#include <nanobind/stl/string.h>

#include "arrays.hpp"
#include "checks.hpp"
#include "kernels.hpp"
#include "parallel.hpp"

namespace trovato {
namespace {

void score(const std::string& kernel, Matrix<int8_t> query, Vector<float> query_scales,
           Vector<float> floors, Matrix<uint16_t> probed, Vector<uint64_t> counts,
           Matrix<int8_t> vectors, Vector<float> scales, Vector<uint16_t> cells,
           size_t cells_there_are, Bounds begins, Bounds ends, size_t threads,
           Target<float> scores) {
  const size_t tokens = query.shape(0), dim = query.shape(1), room = probed.shape(1);
  const size_t items = scores.shape(0), words = (tokens + 63) / 64;
  check_threads(threads);
  check_columns("vectors", vectors.shape(1), dim);
  check_length("query_scales", query_scales.shape(0), tokens);
  check_length("floors", floors.shape(0), tokens);
  check_length("probed", probed.shape(0), tokens);
  check_length("counts", counts.shape(0), tokens);
  check_length("scales", scales.shape(0), vectors.shape(0));
  check_length("cells", cells.shape(0), vectors.shape(0));
  check_length("begins", begins.shape(0), items);
  check_length("ends", ends.shape(0), items);
  check_ranges(begins.data(), ends.data(), items, vectors.shape(0));
  require(tokens > 0, "query must have at least 1 row", tokens);
  require(cells_there_are <= kMostCells, "there must be at most 65536 cells", cells_there_are);
  for (size_t token = 0; token < tokens; ++token) {
    require(counts.data()[token] <= room, "counts must be at most the room for cells",
            counts.data()[token]);
    check_cells(probed.data() + token * room, counts.data()[token], cells_there_are);
  }
  const auto score_items = find_kernel(kernel).probed;
  float* const target = scores.data();
  nb::gil_scoped_release unlocked;
  const Buffer wide(tokens * dim * sizeof(int16_t));
  const Buffer near(cells_there_are * words * sizeof(uint64_t));
  for (size_t i = 0; i < tokens * dim; ++i) wide.as<int16_t>()[i] = query.data()[i];
  for (size_t token = 0; token < tokens; ++token) {
    for (size_t i = 0; i < counts.data()[token]; ++i) {
      const size_t cell = probed.data()[token * room + i];
      near.as<uint64_t>()[cell * words + token / 64] |= uint64_t{1} << token % 64;
    }
  }
  const ProbedJob job{wide.as<int16_t>(), query_scales.data(), floors.data(), near.as<uint64_t>(),
                      words,              cells_there_are,     vectors.data(), scales.data(),
                      cells.data(),       begins.data(),       ends.data(),    tokens,
                      dim};
  parallel_for(items, threads, [&](size_t first, size_t last) {
    const Buffer space(dim * sizeof(int16_t)), best(tokens * sizeof(float));
    score_items(job, first, last, space.as<int16_t>(), best.as<float>(), target);
  });
}

}  // namespace

void bind_probed(nb::module_& module) {
  module.def("probed_tokens", score, nb::arg("kernel"), array("query"), array("query_scales"),
             array("floors"), array("probed"), array("counts"), array("vectors"), array("scales"),
             array("cells"), nb::arg("cells_there_are"), array("begins"), array("ends"),
             nb::arg("threads"), array("scores"));
}

}  // namespace trovato
