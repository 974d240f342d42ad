// The entry of the module for elastic nets.
#include "arrays.hpp"
#include "checks.hpp"
#include "elastic_net.hpp"

namespace trovato {
namespace {

void fit(Bounds offsets, Vector<int32_t> columns, Vector<float> values, int64_t first, int64_t last,
         double l1, double l2, int64_t sweeps, double tolerance, Target<float> weights) {
  require(offsets.shape(0) > 0, "offsets must have at least one entry", offsets.shape(0));
  const size_t variables = offsets.shape(0) - 1;
  check_ranges(offsets.data(), offsets.data() + 1, variables, columns.shape(0));
  check_length("values", values.shape(0), columns.shape(0));
  require(0 <= first && first <= last && static_cast<size_t>(last) <= variables,
          "first and last must rise within the variables", last);
  check_length("weights", weights.shape(0), offsets(last) - offsets(first));
  for (size_t at = 0; at < columns.shape(0); ++at) {
    require(0 <= columns(at) && static_cast<size_t>(columns(at)) < variables,
            "columns must be of the variables", columns(at));
  }
  nb::gil_scoped_release unlocked;
  elastic_net({offsets.data(), columns.data(), values.data(), variables}, first, last, l1, l2,
              sweeps, tolerance, weights.data());
}

}  // namespace

void bind_elastic_net(nb::module_& module) {
  module.def("elastic_net", fit, array("offsets"), array("columns"), array("values"),
             nb::arg("first"), nb::arg("last"), nb::arg("l1"), nb::arg("l2"), nb::arg("sweeps"),
             nb::arg("tolerance"), array("weights"));
}

}  // namespace trovato
