// The entries of the module for passages.
#include "arrays.hpp"
#include "checks.hpp"
#include "passages.hpp"

namespace trovato {
namespace {

using Edges = nb::ndarray<const int32_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Table = nb::ndarray<float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

Spans spans(const char* name, const Edges& edges) {
  check_columns(name, edges.shape(1), 2);
  return {edges.data(), edges.shape(0)};
}

void meet(Matrix<float> similarity, Edges tokens, Edges words, double floor, Table met) {
  check_length("similarity", similarity.shape(0), tokens.shape(0));
  check_length("met", met.shape(0), words.shape(0));
  check_columns("met", met.shape(1), similarity.shape(1));
  require(floor < 1, "floor must be below 1", floor);
  const Spans of_tokens = spans("tokens", tokens), of_words = spans("words", words);
  nb::gil_scoped_release unlocked;
  meet_words(similarity.data(), of_tokens, of_words, met.shape(1), floor, met.data());
}

size_t best(Matrix<float> met, size_t width, Target<int64_t> starts, Target<int64_t> ends,
            Target<double> scores) {
  require(width >= 1, "width must be at least 1", width);
  check_length("ends", ends.shape(0), starts.shape(0));
  check_length("scores", scores.shape(0), starts.shape(0));
  nb::gil_scoped_release unlocked;
  const auto found =
      best_passages({met.data(), met.shape(0), met.shape(1)}, width, starts.shape(0));
  for (size_t i = 0; i < found.size(); ++i) {
    starts(i) = found[i].start;
    ends(i) = found[i].end;
    scores(i) = found[i].score;
  }
  return found.size();
}

void score(Matrix<float> met, Bounds begins, Bounds ends, Target<double> scores) {
  const size_t count = begins.shape(0);
  check_length("ends", ends.shape(0), count);
  check_length("scores", scores.shape(0), count);
  check_ranges(begins.data(), ends.data(), count, met.shape(0));
  for (size_t i = 0; i < count; ++i) {
    scores(i) = span_score({met.data(), met.shape(0), met.shape(1)},
                           static_cast<size_t>(begins(i)), static_cast<size_t>(ends(i)));
  }
}

}  // namespace

void bind_passages(nb::module_& module) {
  module.def("meet_words", meet, array("similarity"), array("tokens"), array("words"),
             nb::arg("floor"), array("met"));
  module.def("best_passages", best, array("met"), nb::arg("width"), array("starts"), array("ends"),
             array("scores"));
  module.def("span_scores", score, array("met"), array("begins"), array("ends"), array("scores"));
}

}  // namespace trovato
