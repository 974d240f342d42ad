// Which cells a query looks into.
#pragma once

#include <cstddef>
#include <cstdint>

namespace trovato {

// For each query token the at most `count` cells that are worth most to it: those worth more than
// its floor, which is what the next best cell is worth. `table` is that of a coarse job. Token i
// gets cells[starts[i]] to cells[starts[i + 1]], exclusive, by rising number; there is room for
// `count` cells of each token.
void choose_probes(const uint8_t* table, size_t tokens, size_t cells_in_table, size_t count,
                   uint8_t* floors, uint16_t* cells, uint8_t* worth, size_t* counts);

}  // namespace trovato
