// Entries of the module that make ready what kernels score.
#include "arrays.hpp"
#include "checks.hpp"
#include "prepare.hpp"

namespace trovato {
namespace {

bool quantise(Matrix<float> values, nb::ndarray<int8_t, nb::ndim<2>, nb::c_contig, nb::device::cpu> codes,
              Target<float> scales) {
  check_length("codes", codes.shape(0), values.shape(0));
  check_length("each row of codes", codes.shape(1), values.shape(1));
  check_length("scales", scales.shape(0), values.shape(0));
  int8_t* const target = codes.data();
  float* const factors = scales.data();
  nb::gil_scoped_release unlocked;
  return quantise_int8(values.data(), values.shape(0), values.shape(1), target, factors);
}

int choose(Bounds offsets, Bounds items, size_t rows, Target<int64_t> begins, Target<int64_t> ends) {
  require(offsets.shape(0) > 0, "offsets must have at least 1 entry", offsets.shape(0));
  check_length("begins", begins.shape(0), items.shape(0));
  check_length("ends", ends.shape(0), items.shape(0));
  return static_cast<int>(choose_rows(offsets.data(), offsets.shape(0) - 1, items.data(),
                                      items.shape(0), rows, begins.data(), ends.data()));
}

}  // namespace

void bind_prepare(nb::module_& module) {
  module.def("int8_quantize", quantise, array("values"), array("codes"), array("scales"));
  module.def("choose_rows", choose, array("offsets"), array("items"), nb::arg("rows"),
             array("begins"), array("ends"));
}

}  // namespace trovato
