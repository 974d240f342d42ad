// The entry of the module for postings.
#include <algorithm>

#include "arrays.hpp"
#include "checks.hpp"
#include "postings.hpp"

namespace trovato {
namespace {

template <class Value>
nb::ndarray<nb::numpy, Value, nb::ndim<1>> owned(std::vector<Value>&& values) {
  auto* kept = new std::vector<Value>(std::move(values));
  nb::capsule owner(kept, [](void* held) noexcept { delete static_cast<std::vector<Value>*>(held); });
  return {kept->data(), {kept->size()}, owner};
}

nb::tuple top(Vector<uint32_t> documents, Vector<uint32_t> counts, Vector<uint32_t> lengths,
              Vector<uint8_t> wanted, Bounds begins, Bounds ends, Vector<double> idf, Bounds most,
              Vector<double> settings, Vector<uint32_t> scored, Bounds scores, size_t k,
              int64_t floor) {
  const size_t size = lengths.shape(0), terms = begins.shape(0);
  require(k >= 1, "k must be at least 1", k);
  require(size <= UINT32_MAX, "documents must be fewer than 2^32", size);
  check_length("counts", counts.shape(0), documents.shape(0));
  check_length("ends", ends.shape(0), terms);
  check_length("idf", idf.shape(0), terms);
  check_length("most", most.shape(0), terms);
  check_length("settings", settings.shape(0), 6);
  check_length("scores", scores.shape(0), scored.shape(0));
  if (wanted.shape(0)) check_length("wanted", wanted.shape(0), size);
  check_ranges(begins.data(), ends.data(), terms, documents.shape(0));
  for (size_t i = 0; i < terms; ++i) {
    require(0 <= most(i) && most(i) <= INT64_MAX / 1024, "most must be 0 to 2^53", most(i));
    require(idf(i) >= 0 && idf(i) <= 1024, "idf must be 0 to 1024", idf(i));
  }
  require(terms <= 512, "terms must be at most 512", terms);
  for (size_t i = 0; i < 6; ++i) {
    require(settings(i) >= 0 && settings(i) <= 1e6, "settings must be 0 to a million", settings(i));
  }
  require(settings(3) <= 4, "k1 must be at most 4", settings(3));
  require(settings(4) > 0, "k1 (1 - b) must be above 0", settings(4));
  for (size_t i = 0; i < scores.shape(0); ++i) {
    require(0 <= scores(i) && scores(i) <= INT64_MAX / 1024, "scores must be 0 to 2^53", scores(i));
  }
  const Postings postings{documents.data(), counts.data(), lengths.data(),
                          wanted.shape(0) ? wanted.data() : nullptr, size};
  const Bm25 bm25{{settings(0), settings(1), settings(2)}, settings(3), settings(4), settings(5)};
  std::vector<Term> asked(terms);
  for (size_t i = 0; i < terms; ++i) {
    asked[i] = {static_cast<size_t>(begins(i)), static_cast<size_t>(ends(i)), idf(i), most(i)};
  }
  std::vector<uint32_t> found;
  std::vector<int64_t> reached;
  {
    nb::gil_scoped_release unlocked;
    const auto hits = top_postings(postings, bm25, std::move(asked),
                                   {scored.data(), scores.data(), scored.shape(0)},
                                   std::min(k, std::max<size_t>(size, 1)), floor);
    found.reserve(hits.size());
    reached.reserve(hits.size());
    for (const Hit& hit : hits) {
      found.push_back(hit.document);
      reached.push_back(hit.score);
    }
  }
  return nb::make_tuple(owned(std::move(found)), owned(std::move(reached)));
}

}  // namespace

void bind_postings(nb::module_& module) {
  module.def("top_postings", top, array("documents"), array("counts"), array("lengths"),
             array("wanted"), array("begins"), array("ends"), array("idf"), array("most"),
             array("settings"), array("scored"), array("scores"), nb::arg("k"), nb::arg("floor"));
}

}  // namespace trovato
