// The entry of the module for vectors of a centroid and a few bits per component.
#include <nanobind/stl/string.h>

#include <memory>

#include "arrays.hpp"
#include "checks.hpp"
#include "kernels.hpp"
#include "parallel.hpp"

namespace trovato {
namespace {

void score(const std::string& kernel, Matrix<int8_t> query, Vector<float> query_scales,
           Matrix<uint8_t> packed, Vector<uint16_t> cells, Matrix<int16_t> centroids,
           Matrix<int16_t> levels, Bounds begins, Bounds ends, size_t threads,
           Target<float> scores) {
  const size_t items = scores.shape(0), dim = query.shape(1);
  CodedRows rows{packed.data(),   cells.data(),    centroids.data(), levels.data(),
                 packed.shape(0), packed.shape(1), levels.shape(1),  {},
                 {}};
  check_threads(threads);
  require(rows.per_byte == 1 || rows.per_byte == 2 || rows.per_byte == 4 || rows.per_byte == 8,
          "levels must have 1, 2, 4 or 8 columns", rows.per_byte);
  check_length("levels", levels.shape(0), 256);
  for (size_t byte = 0; byte < 16; ++byte) {
    const auto level = static_cast<uint16_t>(levels.data()[(byte + 1) * rows.per_byte - 1]);
    rows.lower[byte] = static_cast<uint8_t>(level);
    rows.upper[byte] = static_cast<uint8_t>(level >> 8);
  }
  check_columns("centroids", centroids.shape(1), dim);
  check_length("query_scales", query_scales.shape(0), query.shape(0));
  check_length("each row of packed", rows.bytes, (dim + rows.per_byte - 1) / rows.per_byte);
  check_length("cells", cells.shape(0), packed.shape(0));
  check_length("begins", begins.shape(0), items);
  check_length("ends", ends.shape(0), items);
  check_ranges(begins.data(), ends.data(), items, packed.shape(0));
  for (size_t i = 0; i < items; ++i) {
    check_cells(cells.data() + begins.data()[i], ends.data()[i] - begins.data()[i],
                centroids.shape(0));
  }
  const Job job{Format::kResidual, query.data(),  query_scales.data(), packed.data(), nullptr,
                begins.data(),     ends.data(),   query.shape(0),      dim,           &rows};
  float* const target = scores.data();
  nb::gil_scoped_release unlocked;
  const std::unique_ptr<Scorer> scorer(find_kernel(kernel).make(job));
  parallel_for(items, threads,
               [&](size_t first, size_t last) { scorer->score(first, last, target); });
}

}  // namespace

void bind_coded(nb::module_& module) {
  module.def("maxsim_residual", score, nb::arg("kernel"), array("query"), array("query_scales"),
             array("packed"), array("cells"), array("centroids"), array("levels"),
             array("begins"), array("ends"), nb::arg("threads"), array("scores"));
}

}  // namespace trovato
