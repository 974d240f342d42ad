// The Python module trovato.ops._kernels. Its callers in trovato.ops check every argument.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "ids.hpp"
#include "kernels.hpp"
#include "parallel.hpp"
#include "probes.hpp"
#include "ward.hpp"

namespace nb = nanobind;

namespace trovato {
namespace {

template <class Value>
using Vector = nb::ndarray<const Value, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
template <class Value>
using Matrix = nb::ndarray<const Value, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
template <class Value>
using Target = nb::ndarray<Value, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Bounds = Vector<int64_t>;
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

const Kernel& find(const std::string& name) {
  for (const Kernel& kernel : kernels()) {
    if (name == kernel.name && kernel.runs_here()) return kernel;
  }
  throw std::invalid_argument("no such kernel on this machine: " + name);
}

std::unique_ptr<Scorer> make(const std::string& kernel, const Job& job) {
  return std::unique_ptr<Scorer>(find(kernel).make(job));
}

// Floats have no scales; the two argument lists of int8 are these with scales after each matrix.
template <class Query, class Value>
Job describe(const Matrix<Query>& query, const float* query_scales, const Matrix<Value>& vectors,
             const float* scales, const Bounds& begins, const Bounds& ends) {
  return {format_of<Value>(), query.data(),  query_scales, vectors.data(), scales,
          begins.data(),      ends.data(), query.shape(0), query.shape(1)};
}

void score_all(const std::string& kernel, const Job& job, size_t threads, Target<float>& scores) {
  float* const target = scores.data();
  const size_t items = scores.shape(0);
  nb::gil_scoped_release unlocked;
  const std::unique_ptr<Scorer> scorer = make(kernel, job);
  parallel_for(items, threads,
               [&](size_t first, size_t last) { scorer->score(first, last, target); });
}

void find_best(const std::string& kernel, Job job, size_t tokens, Target<int64_t>& rows,
               Target<float>& scores) {
  const int64_t begin = 0, end = static_cast<int64_t>(tokens);
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
  const Job job{Format::kInt8,    query.data(),  query_scales.data(),
                centroids.data(), scales.data(), &begin,
                &end,             query.shape(0), query.shape(1)};
  uint8_t* const bytes = table.data();
  nb::gil_scoped_release unlocked;
  make(kernel, job)->table(0, step, bytes);
}

void scan(const std::string& kernel, Table table, Vector<uint16_t> cells, Bounds begins,
          Bounds ends, size_t threads, Target<int32_t> scores) {
  const CoarseJob job{table.data(), table.shape(0), table.shape(1),
                      cells.data(), begins.data(),  ends.data()};
  const auto scan_items = find(kernel).scan;
  int32_t* const target = scores.data();
  const size_t items = scores.shape(0);
  nb::gil_scoped_release unlocked;
  parallel_for(items, threads,
               [&](size_t first, size_t last) { scan_items(job, first, last, target); });
}

void choose(Table table, Target<uint8_t> floors, Target<uint16_t> cells, Target<uint8_t> worth,
            Target<size_t> counts) {
  const size_t tokens = floors.shape(0), room = cells.shape(0) / tokens;
  nb::gil_scoped_release unlocked;
  choose_probes(table.data(), tokens, table.shape(1), room, floors.data(), cells.data(),
                worth.data(), counts.data());
}

// Threads share the query's tokens, and add up what they found: whole numbers, in any order.
void probe(const std::string& kernel, Vector<uint8_t> floors, Vector<uint16_t> cells,
           Vector<uint8_t> worth, Vector<size_t> counts, Vector<uint16_t> items,
           Bounds item_starts, size_t cells_there_are, size_t threads, Target<int32_t> scores) {
  const size_t tokens = floors.shape(0), count = scores.shape(0);
  const Probes probes{floors.data(), cells.data(), worth.data(), counts.data(),
                      cells.shape(0) / tokens};
  const PostingsJob job{items.data(), item_starts.data(), cells_there_are, count};
  const auto probe_token = find(kernel).probe;
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
  const auto decode_range = find(kernel).decode;
  int8_t* const all_codes = codes.data();
  float* const all_scales = scales.data();
  nb::gil_scoped_release unlocked;
  parallel_for(begins.shape(0), threads, [&](size_t first, size_t last) {
    const Buffer space((job.bytes * job.per_byte + kSpare) * sizeof(float));
    for (size_t range = first; range < last; ++range) {
      const size_t start = starts.data()[range];
      decode_range(job, begins.data()[range], ends.data()[range], space.as<float>(),
                   all_codes + start * job.dim, all_scales + start);
    }
  });
}

void bind_coarse(nb::module_& module) {
  module.def("nearest", find_nearest);
  module.def("coarse_table", fill_table);
  module.def("coarse_scan", scan);
  module.def("choose_probes", choose);
  module.def("probe", probe);
  module.def("decode_residuals", decode);
}

void cluster(Matrix<float> vectors, Target<int32_t> left, Target<int32_t> right,
             Target<double> costs) {
  const float* const values = vectors.data();
  const size_t tokens = vectors.shape(0), dim = vectors.shape(1);
  int32_t* const lefts = left.data();
  int32_t* const rights = right.data();
  double* const target = costs.data();
  nb::gil_scoped_release unlocked;
  ward(values, tokens, dim, lefts, rights, target);
}

KnownIds known(Vector<uint64_t> entries) { return {entries.data(), entries.shape(0)}; }

void bind_ids(nb::module_& module) {
  module.def("count_ids", [](Vector<uint64_t> entries, Vector<uint32_t> ids,
                             Target<int64_t> counts) {
    nb::gil_scoped_release unlocked;
    return count_ids(known(entries), ids.data(), ids.shape(0), counts.data());
  });
  module.def("find_ids", [](Vector<uint64_t> entries, Vector<uint32_t> ids,
                            Target<int32_t> places) {
    nb::gil_scoped_release unlocked;
    find_ids(known(entries), ids.data(), ids.shape(0), places.data());
  });
  module.def("known_ids", [](Vector<uint64_t> entries, Vector<uint32_t> ids,
                             Target<uint8_t> is_known) {
    nb::gil_scoped_release unlocked;
    known_ids(known(entries), ids.data(), ids.shape(0), is_known.data());
  });
  module.def("index_ids", [](Target<uint64_t> entries, Vector<uint32_t> ids) {
    nb::gil_scoped_release unlocked;
    index_ids(entries.data(), entries.shape(0), ids.data(), ids.shape(0));
  });
  module.def("mark_ids", [](Target<uint64_t> words, Vector<uint32_t> ids) {
    nb::gil_scoped_release unlocked;
    mark_ids(words.data(), ids.data(), ids.shape(0));
  });
  module.def("last_slots", [](Vector<uint64_t> entries, Vector<uint32_t> ids,
                              Bounds starts, Target<int64_t> next, Target<int64_t> slots) {
    nb::gil_scoped_release unlocked;
    last_slots(known(entries), ids.data(), ids.shape(0), starts.data(), next.data(),
               slots.data());
  });
}

template <class Value>
void bind_scatter(nb::module_& module) {
  module.def("scatter", [](Bounds slots, Vector<Value> values, Target<Value> target) {
    nb::gil_scoped_release unlocked;
    return scatter(slots.data(), values.data(), values.shape(0), target.data(), target.shape(0));
  });
}

template <class Value>
void bind_floats(nb::module_& module) {
  module.def("maxsim", [](const std::string& kernel, Matrix<float> query, Matrix<Value> vectors,
                          Bounds begins, Bounds ends, size_t threads, Target<float> scores) {
    const Job job = describe(query, nullptr, vectors, nullptr, begins, ends);
    score_all(kernel, job, threads, scores);
  });
  module.def("best_tokens", [](const std::string& kernel, Matrix<float> query,
                               Matrix<Value> vectors, Target<int64_t> rows, Target<float> scores) {
    const Job job = describe(query, nullptr, vectors, nullptr, Bounds(), Bounds());
    find_best(kernel, job, vectors.shape(0), rows, scores);
  });
}

void bind_int8(nb::module_& module) {
  module.def("maxsim", [](const std::string& kernel, Matrix<int8_t> query,
                          Vector<float> query_scales, Matrix<int8_t> vectors, Vector<float> scales,
                          Bounds begins, Bounds ends, size_t threads, Target<float> scores) {
    const Job job =
        describe(query, query_scales.data(), vectors, scales.data(), begins, ends);
    score_all(kernel, job, threads, scores);
  });
  module.def("best_tokens", [](const std::string& kernel, Matrix<int8_t> query,
                               Vector<float> query_scales, Matrix<int8_t> vectors,
                               Vector<float> scales, Target<int64_t> rows, Target<float> target) {
    const Job job = describe(query, query_scales.data(), vectors, scales.data(), Bounds(), Bounds());
    find_best(kernel, job, vectors.shape(0), rows, target);
  });
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
  trovato::bind_scatter<uint8_t>(module);
  trovato::bind_scatter<uint16_t>(module);
  trovato::bind_scatter<uint32_t>(module);
  trovato::bind_scatter<uint64_t>(module);
  module.def("ward", &trovato::cluster);
}
