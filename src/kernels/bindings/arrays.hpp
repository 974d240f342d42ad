// How entries of the module take arrays: in C order and never converted, since what is written to a
// copy is lost.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstdint>

namespace trovato {

namespace nb = nanobind;

template <class Value>
using Vector = nb::ndarray<const Value, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
template <class Value>
using Matrix = nb::ndarray<const Value, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
template <class Value>
using Target = nb::ndarray<Value, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Bounds = Vector<int64_t>;

inline auto array(const char* name) { return nb::arg(name).noconvert(); }

void bind_ids(nb::module_& module);
void bind_elastic_net(nb::module_& module);
void bind_postings(nb::module_& module);
void bind_coded(nb::module_& module);
void bind_passages(nb::module_& module);
void bind_prepare(nb::module_& module);
void bind_probed(nb::module_& module);

}  // namespace trovato
