// The kernels of this build.
#pragma once

#include <string>
#include <vector>

#include "scorer.hpp"

namespace trovato {

struct Kernel {
  std::string name;
  bool (*runs_here)();
  Scorer* (*make)(const Job&);  // the caller owns what it returns
};

// Fastest first; the last one runs everywhere.
const std::vector<Kernel>& kernels();

}  // namespace trovato
