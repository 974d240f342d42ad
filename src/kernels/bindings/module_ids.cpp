// The entries of the module for ids.
#include <limits>

#include "arrays.hpp"
#include "checks.hpp"
#include "ids.hpp"

namespace trovato {
namespace {

KnownIds known(const Vector<uint64_t>& entries, size_t ids) {
  return {entries.data(), entries.shape(0), static_cast<int64_t>(ids)};
}

template <class Value>
void bind_scatter(nb::module_& module) {
  module.def("scatter", [](Bounds slots, Vector<Value> values, Target<Value> target) {
    check_length("slots", slots.shape(0), values.shape(0));
    nb::gil_scoped_release unlocked;
    return scatter(slots.data(), values.data(), values.shape(0), target.data(), target.shape(0));
  }, array("slots"), array("values"), array("target"));
}

}  // namespace

void bind_ids(nb::module_& module) {
  module.def("count_ids", [](Vector<uint64_t> entries, Vector<uint32_t> ids,
                             Target<int64_t> counts) {
    nb::gil_scoped_release unlocked;
    return count_ids(known(entries, counts.shape(0)), ids.data(), ids.shape(0), counts.data());
  }, array("entries"), array("ids"), array("counts"));
  module.def("find_ids", [](Vector<uint64_t> entries, Vector<uint32_t> ids,
                            Target<int32_t> places) {
    check_length("places", places.shape(0), ids.shape(0));
    nb::gil_scoped_release unlocked;
    find_ids(known(entries, std::numeric_limits<int32_t>::max()), ids.data(), ids.shape(0),
             places.data());
  }, array("entries"), array("ids"), array("places"));
  module.def("known_ids", [](Vector<uint64_t> entries, Vector<uint32_t> ids,
                             Target<uint8_t> is_known) {
    check_length("is_known", is_known.shape(0), ids.shape(0));
    nb::gil_scoped_release unlocked;
    known_ids(known(entries, 0), ids.data(), ids.shape(0), is_known.data());
  }, array("entries"), array("ids"), array("is_known"));
  module.def("index_ids", [](Target<uint64_t> entries, Vector<uint32_t> ids) {
    nb::gil_scoped_release unlocked;
    index_ids(entries.data(), entries.shape(0), ids.data(), ids.shape(0));
  }, array("entries"), array("ids"));
  module.def("mark_ids", [](Target<uint64_t> words, Vector<uint32_t> ids) {
    nb::gil_scoped_release unlocked;
    mark_ids(words.data(), words.shape(0), ids.data(), ids.shape(0));
  }, array("words"), array("ids"));
  module.def("last_slots", [](Vector<uint64_t> entries, Vector<uint32_t> ids, Bounds starts,
                              Target<int64_t> following, Target<int64_t> slots) {
    check_length("following", following.shape(0), starts.shape(0));
    check_length("slots", slots.shape(0), ids.shape(0));
    nb::gil_scoped_release unlocked;
    last_slots(known(entries, starts.shape(0)), ids.data(), ids.shape(0), starts.data(),
               following.data(), slots.data());
  }, array("entries"), array("ids"), array("starts"), array("following"), array("slots"));
  bind_scatter<uint8_t>(module);
  bind_scatter<uint16_t>(module);
  bind_scatter<uint32_t>(module);
  bind_scatter<uint64_t>(module);
}

}  // namespace trovato
