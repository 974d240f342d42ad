// The Python module trovato.ops._kernels. Every entry checks what it is given, so that no argument
// reads or writes beyond an array; no array is converted, since what is written to a copy is lost.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "arrays.hpp"
#include "checks.hpp"
#include "kernels.hpp"
#include "parallel.hpp"
#include "probes.hpp"
#include "ward.hpp"

namespace trovato {
namespace {

using Table = nb::ndarray<const uint8_t, nb::ndim<3>, nb::c_contig, nb::device::cpu>;

template <class Value>
constexpr Format format_of() {
  if constexpr (std::is_same_v<Value, float>) return Format::kFloat32;
  if constexpr (std::is_same_v<Value, uint16_t>) return Format::kFloat16;
  if constexpr (std::is_same_v<Value, int8_t>) return Format::kInt8;
}

std::vector<std::string> available() {
  std::vector<std::string> names;
  for (const Kernel& kernel : kernels()) {
    if (kernel.runs_here()) names.push_back(kernel.name);
  }
  return names;
}

std::unique_ptr<Scorer> make(const std::string& kernel, const Job& job) {
  return std::unique_ptr<Scorer>(find_kernel(kernel).make(job));
}

// Floats have no scales; the two argument lists of int8 are these with scales after each matrix.
template <class Value>
Job describe(const Matrix<float>& query, const Matrix<Value>& vectors) {
  check_columns("vectors", vectors.shape(1), query.shape(1));
  return {format_of<Value>(), query.data(), nullptr,        vectors.data(), nullptr,
          nullptr,            nullptr,      query.shape(0), query.shape(1)};
}

Job describe(const Matrix<int8_t>& query, const Vector<float>& query_scales,
             const Matrix<int8_t>& vectors, const Vector<float>& scales) {
  check_columns("vectors", vectors.shape(1), query.shape(1));
  check_length("query_scales", query_scales.shape(0), query.shape(0));
  check_length("scales", scales.shape(0), vectors.shape(0));
  return {Format::kInt8, query.data(), query_scales.data(), vectors.data(), scales.data(),
          nullptr,       nullptr,      query.shape(0),      query.shape(1)};
}

void score_all(const std::string& kernel, Job job, size_t tokens, const Bounds& begins,
               const Bounds& ends, size_t threads, Target<float>& scores) {
  float* const target = scores.data();
  const size_t items = scores.shape(0);
  check_threads(threads);
  check_length("begins", begins.shape(0), items);
  check_length("ends", ends.shape(0), items);
  check_ranges(begins.data(), ends.data(), items, tokens);
  job.begins = begins.data();
  job.ends = ends.data();
  nb::gil_scoped_release unlocked;
  const std::unique_ptr<Scorer> scorer = make(kernel, job);
  parallel_for(items, threads,
               [&](size_t first, size_t last) { scorer->score(first, last, target); });
}

// Rows of which one is the best: at least one, and numbered in 32 bits.
void check_rows(const char* name, size_t rows) {
  require(0 < rows && rows <= std::numeric_limits<int32_t>::max(),
          std::string(name) + " must have 1 to 2147483647 rows", rows);
}

void find_best(const std::string& kernel, Job job, size_t tokens, Target<int64_t>& rows,
               Target<float>& scores) {
  const int64_t begin = 0, end = static_cast<int64_t>(tokens);
  check_rows("vectors", tokens);
  check_length("rows", rows.shape(0), job.query_tokens);
  check_length("scores", scores.shape(0), job.query_tokens);
  job.begins = &begin;
  job.ends = &end;
  make(kernel, job)->best(0, rows.data(), scores.data());
}

// Per row of `vectors` the centroid with the largest product, many rows at a time.
void find_nearest(const std::string& kernel, Matrix<int8_t> vectors, Vector<float> vector_scales,
                  Matrix<int8_t> centroids, Vector<float> scales, size_t threads,
                  Target<int64_t> rows, Target<float> products) {
  constexpr size_t kTogether = 64;
  const size_t count = vectors.shape(0), dim = vectors.shape(1);
  const int64_t begin = 0, end = static_cast<int64_t>(centroids.shape(0));
  describe(vectors, vector_scales, centroids, scales);
  check_rows("centroids", centroids.shape(0));
  check_threads(threads);
  check_length("rows", rows.shape(0), count);
  check_length("products", products.shape(0), count);
  nb::gil_scoped_release unlocked;
  parallel_for((count + kTogether - 1) / kTogether, threads, [&](size_t first, size_t last) {
    for (size_t part = first; part < last; ++part) {
      const size_t row = part * kTogether;
      const Job job{Format::kInt8,    vectors.data() + row * dim, vector_scales.data() + row,
                    centroids.data(), scales.data(),              &begin,
                    &end,             std::min(kTogether, count - row), dim};
      make(kernel, job)->best(0, rows.data() + row, products.data() + row);
    }
  });
}

void fill_table(const std::string& kernel, Matrix<int8_t> query, Vector<float> query_scales,
                 Matrix<int8_t> centroids, Vector<float> scales, float step,
                 nb::ndarray<uint8_t, nb::ndim<3>, nb::c_contig, nb::device::cpu> table) {
  const int64_t begin = 0, end = static_cast<int64_t>(centroids.shape(0));
  Job job = describe(query, query_scales, centroids, scales);
  require(step > 0, "step must be above 0", step);
  check_length("table", table.shape(0), (query.shape(0) + kCoarseWidth - 1) / kCoarseWidth);
  check_length("each column of table", table.shape(1), centroids.shape(0));
  check_length("each row of table", table.shape(2), kCoarseWidth);
  job.begins = &begin;
  job.ends = &end;
  uint8_t* const bytes = table.data();
  nb::gil_scoped_release unlocked;
  make(kernel, job)->table(0, step, bytes);
}

void scan(const std::string& kernel, Table table, Vector<uint16_t> cells, Bounds begins,
          Bounds ends, size_t threads, Target<int32_t> scores) {
  const CoarseJob job{table.data(), table.shape(0), table.shape(1),
                      cells.data(), begins.data(),  ends.data()};
  const auto scan_items = find_kernel(kernel).scan;
  int32_t* const target = scores.data();
  const size_t items = scores.shape(0);
  check_threads(threads);
  check_length("each row of table", table.shape(2), kCoarseWidth);
  check_length("begins", begins.shape(0), items);
  check_length("ends", ends.shape(0), items);
  check_ranges(job.begins, job.ends, items, cells.shape(0));
  nb::gil_scoped_release unlocked;
  parallel_for(items, threads,
               [&](size_t first, size_t last) { scan_items(job, first, last, target); });
}

// Per query token, room for the same number of cells; how many that is.
size_t room_of(size_t tokens, size_t cells, size_t worth, size_t counts) {
  require(tokens > 0, "floors must have at least 1 entry", tokens);
  require(cells % tokens == 0, "cells must have the same room for each of the floors", cells);
  check_length("worth", worth, cells);
  check_length("counts", counts, tokens);
  return cells / tokens;
}

void choose(Table table, Target<uint8_t> floors, Target<uint16_t> cells, Target<uint8_t> worth,
            Target<size_t> counts) {
  const size_t tokens = floors.shape(0);
  const size_t room = room_of(tokens, cells.shape(0), worth.shape(0), counts.shape(0));
  check_length("each row of table", table.shape(2), kCoarseWidth);
  require(table.shape(0) >= (tokens + kCoarseWidth - 1) / kCoarseWidth,
          "table must have a column for each 32 floors", table.shape(0));
  require(table.shape(1) <= kMostCells, "each column of table must have at most 65536 rows",
          table.shape(1));
  nb::gil_scoped_release unlocked;
  choose_probes(table.data(), tokens, table.shape(1), room, floors.data(), cells.data(),
                worth.data(), counts.data());
}

// Threads share the query's tokens, and add up what they found: whole numbers, in any order.
void probe(const std::string& kernel, Vector<uint8_t> floors, Vector<uint16_t> cells,
           Vector<uint8_t> worth, Vector<size_t> counts, Vector<uint16_t> items,
           Bounds item_starts, size_t cells_there_are, size_t threads, Target<int32_t> scores) {
  const size_t tokens = floors.shape(0), count = scores.shape(0);
  const size_t room = room_of(tokens, cells.shape(0), worth.shape(0), counts.shape(0));
  check_threads(threads);
  require(cells_there_are <= kMostCells, "there must be at most 65536 cells", cells_there_are);
  check_length("item_starts", item_starts.shape(0),
               (count + kBlockItems - 1) / kBlockItems * cells_there_are + 1);
  for (size_t token = 0; token < tokens; ++token) {
    require(counts.data()[token] <= room, "counts must be at most the room for cells",
            counts.data()[token]);
    check_cells(cells.data() + token * room, counts.data()[token], cells_there_are);
  }
  const Probes probes{floors.data(), cells.data(), worth.data(), counts.data(), room};
  const PostingsJob job{items.data(), items.shape(0), item_starts.data(), cells_there_are, count};
  const auto probe_token = find_kernel(kernel).probe;
  int32_t* const target = scores.data();
  nb::gil_scoped_release unlocked;
  if (threads == 1) {
    const Buffer best(kBlockItems);
    for (size_t token = 0; token < tokens; ++token) {
      probe_token(job, probes, token, best.as<uint8_t>(), target);
    }
    return;
  }
  std::mutex adding;
  threads = std::min(threads, tokens);
  const size_t share = (tokens + threads - 1) / threads;
  parallel_for(threads, threads, [&](size_t first, size_t last) {
    for (size_t part = first; part < last; ++part) {
      const Buffer best(kBlockItems), own(count * sizeof(int32_t));
      for (size_t token = part * share; token < std::min(tokens, (part + 1) * share); ++token) {
        probe_token(job, probes, token, best.as<uint8_t>(), own.as<int32_t>());
      }
      const std::lock_guard<std::mutex> alone(adding);
      for (size_t item = 0; item < count; ++item) target[item] += own.as<int32_t>()[item];
    }
  });
}

// Decodes ranges of rows, one after another: range i to the rows from starts[i] on.
void decode(const std::string& kernel, Matrix<uint8_t> packed, Vector<uint16_t> cells,
            Matrix<int8_t> centroids, Vector<float> centroid_scales, Matrix<float> levels,
            Bounds begins, Bounds ends, Bounds starts, size_t threads,
            nb::ndarray<int8_t, nb::ndim<2>, nb::c_contig, nb::device::cpu> codes,
            Target<float> scales) {
  const ResidualJob job{packed.data(),  cells.data(),    centroids.data(), centroid_scales.data(),
                        levels.data(), packed.shape(1), levels.shape(1),  codes.shape(1)};
  const size_t ranges = begins.shape(0), rows = codes.shape(0);
  check_threads(threads);
  require(job.per_byte == 1 || job.per_byte == 2 || job.per_byte == 4 || job.per_byte == 8,
          "levels must have 1, 2, 4 or 8 columns", job.per_byte);
  check_length("levels", levels.shape(0), 256);
  check_columns("centroids", centroids.shape(1), job.dim);
  check_length("each row of packed", job.bytes, (job.dim + job.per_byte - 1) / job.per_byte);
  check_length("cells", cells.shape(0), packed.shape(0));
  check_length("centroid_scales", centroid_scales.shape(0), centroids.shape(0));
  check_length("scales", scales.shape(0), rows);
  check_length("ends", ends.shape(0), ranges);
  check_ranges(begins.data(), ends.data(), ranges, packed.shape(0));
  require(starts.shape(0) >= ranges, "starts must have one entry for each range", starts.shape(0));
  for (size_t range = 0; range < ranges; ++range) {
    const int64_t start = starts.data()[range];
    const int64_t length = ends.data()[range] - begins.data()[range];
    require(0 <= start && length <= static_cast<int64_t>(rows) - start,
            "starts must leave room for each range in codes", start);
  }
  const auto decode_range = find_kernel(kernel).decode;
  int8_t* const all_codes = codes.data();
  float* const all_scales = scales.data();
  nb::gil_scoped_release unlocked;
  parallel_for(ranges, threads, [&](size_t first, size_t last) {
    const Buffer space((job.bytes * job.per_byte + kSpare) * sizeof(float));
    for (size_t range = first; range < last; ++range) {
      const size_t start = starts.data()[range];
      const size_t begin = begins.data()[range], end = ends.data()[range];
      check_cells(job.cells + begin, end - begin, centroids.shape(0));
      decode_range(job, begin, end, space.as<float>(),
                   all_codes + start * job.dim, all_scales + start);
    }
  });
}

void bind_coarse(nb::module_& module) {
  module.def("nearest", find_nearest, nb::arg("kernel"), array("vectors"), array("vector_scales"),
             array("centroids"), array("scales"), nb::arg("threads"), array("rows"),
             array("products"));
  module.def("coarse_table", fill_table, nb::arg("kernel"), array("query"), array("query_scales"),
             array("centroids"), array("scales"), nb::arg("step"), array("table"));
  module.def("coarse_scan", scan, nb::arg("kernel"), array("table"), array("cells"),
             array("begins"), array("ends"), nb::arg("threads"), array("scores"));
  module.def("choose_probes", choose, array("table"), array("floors"), array("cells"),
             array("worth"), array("counts"));
  module.def("probe", probe, nb::arg("kernel"), array("floors"), array("cells"), array("worth"),
             array("counts"), array("items"), array("item_starts"), nb::arg("cells_there_are"),
             nb::arg("threads"), array("scores"));
  module.def("decode_residuals", decode, nb::arg("kernel"), array("packed"), array("cells"),
             array("centroids"), array("centroid_scales"), array("levels"), array("begins"),
             array("ends"), array("starts"), nb::arg("threads"), array("codes"), array("scales"));
}

void cluster(Matrix<float> vectors, Target<int32_t> left, Target<int32_t> right,
             Target<double> costs) {
  const float* const values = vectors.data();
  const size_t tokens = vectors.shape(0), dim = vectors.shape(1);
  int32_t* const lefts = left.data();
  int32_t* const rights = right.data();
  double* const target = costs.data();
  require(tokens <= std::numeric_limits<int32_t>::max(),
          "vectors must have at most 2147483647 rows", tokens);
  const size_t merges = tokens > 0 ? tokens - 1 : 0;
  check_length("left", left.shape(0), merges);
  check_length("right", right.shape(0), merges);
  check_length("costs", costs.shape(0), merges);
  nb::gil_scoped_release unlocked;
  ward(values, tokens, dim, lefts, rights, target);
}

void bind_ward(nb::module_& module) {
  module.def("ward", cluster, array("vectors"), array("left"), array("right"), array("costs"));
}

template <class Value>
void bind_floats(nb::module_& module) {
  module.def("maxsim", [](const std::string& kernel, Matrix<float> query, Matrix<Value> vectors,
                          Bounds begins, Bounds ends, size_t threads, Target<float> scores) {
    score_all(kernel, describe(query, vectors), vectors.shape(0), begins, ends, threads, scores);
  }, nb::arg("kernel"), array("query"), array("vectors"), array("begins"), array("ends"),
             nb::arg("threads"), array("scores"));
  module.def("best_tokens", [](const std::string& kernel, Matrix<float> query,
                               Matrix<Value> vectors, Target<int64_t> rows, Target<float> scores) {
    find_best(kernel, describe(query, vectors), vectors.shape(0), rows, scores);
  }, nb::arg("kernel"), array("query"), array("vectors"), array("rows"), array("scores"));
}

void bind_int8(nb::module_& module) {
  module.def("maxsim", [](const std::string& kernel, Matrix<int8_t> query,
                          Vector<float> query_scales, Matrix<int8_t> vectors, Vector<float> scales,
                          Bounds begins, Bounds ends, size_t threads, Target<float> target) {
    score_all(kernel, describe(query, query_scales, vectors, scales), vectors.shape(0), begins,
              ends, threads, target);
  }, nb::arg("kernel"), array("query"), array("query_scales"), array("vectors"), array("scales"),
             array("begins"), array("ends"), nb::arg("threads"), array("target"));
  module.def("best_tokens", [](const std::string& kernel, Matrix<int8_t> query,
                               Vector<float> query_scales, Matrix<int8_t> vectors,
                               Vector<float> scales, Target<int64_t> rows, Target<float> best) {
    find_best(kernel, describe(query, query_scales, vectors, scales), vectors.shape(0), rows, best);
  }, nb::arg("kernel"), array("query"), array("query_scales"), array("vectors"), array("scales"),
             array("rows"), array("best"));
}

}  // namespace
}  // namespace trovato

NB_MODULE(_kernels, module) {
  module.doc() = "MaxSim kernels, chosen by instruction set at run time, Ward's clustering, and ids.";
  module.def("available", &trovato::available);
  trovato::bind_floats<float>(module);
  trovato::bind_floats<uint16_t>(module);
  trovato::bind_int8(module);
  trovato::bind_coarse(module);
  trovato::bind_ids(module);
  trovato::bind_elastic_net(module);
  trovato::bind_postings(module);
  trovato::bind_coded(module);
  trovato::bind_passages(module);
  trovato::bind_prepare(module);
  trovato::bind_probed(module);
  trovato::bind_ward(module);
}
