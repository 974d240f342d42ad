"""The cells of a table of HTML, whatever rows and columns each of them spans."""

from __future__ import annotations

from dataclasses import dataclass, field

from trovato.data.components.table import Cell

# Wider or longer spans are a mistake, or meant to fill memory.
_WIDEST = 100


@dataclass
class _Spanning:
    cell: Cell
    head: bool
    rows: int
    columns: int


@dataclass
class TableGrid:
    """Cells as they come; `resolved` puts what spans several places into each of them."""

    _rows: list[list[_Spanning]] = field(default_factory=list)

    def new_row(self) -> None:
        """The cells that follow stand in a new row."""
        self._rows.append([])

    def new_cell(self, head: bool, rows: str = "", columns: str = "") -> None:
        """A cell begins: whether it is a head, and the rows and columns it spans, as written."""
        if not self._rows:
            self.new_row()
        self._rows[-1].append(_Spanning(Cell(), head, _span(rows), _span(columns)))

    def fill(self, cell: Cell) -> None:
        """What stands in the last cell."""
        if self._rows and self._rows[-1]:
            self._rows[-1][-1].cell = cell

    def has_text(self) -> bool:
        """Whether any cell says anything."""
        return any(one.cell.text for row in self._rows for one in row)

    def resolved(self) -> tuple[list[Cell], list[list[Cell]]]:
        """Heads of the columns, and the other rows.

        The first row is the head, and so are the rows after it in which all cells are heads; heads
        above each other are joined. A table of a single row has no heads.
        """
        grid: list[list[Cell]] = []
        heads: list[bool] = []
        hanging: dict[int, tuple[Cell, int]] = {}
        for row in self._rows:
            if not row:
                continue
            line: list[Cell] = []
            for one in row:
                self._hang(line, hanging)
                for _ in range(one.columns):
                    if one.rows > 1:
                        hanging[len(line)] = one.cell, one.rows - 1
                    line.append(one.cell)
            self._hang(line, hanging)
            grid.append(line)
            heads.append(all(one.head for one in row))
        if len(grid) < 2:
            return [], grid
        count = 1
        while count < len(grid) - 1 and all(heads[: count + 1]):
            count += 1
        width = max(map(len, grid))
        header = [
            _joined([line[column] for line in grid[:count] if column < len(line)])
            for column in range(width)
        ]
        return header, grid[count:]

    @staticmethod
    def _hang(line: list[Cell], hanging: dict[int, tuple[Cell, int]]) -> None:
        """Put into the next places of a row what hangs down there from the rows above."""
        while len(line) in hanging:
            column = len(line)
            cell, left = hanging.pop(column)
            line.append(cell)
            if left > 1:
                hanging[column] = cell, left - 1


def _joined(cells: list[Cell]) -> Cell:
    texts = dict.fromkeys(cell.text for cell in cells if cell.text)
    links = dict.fromkeys(target for cell in cells for target in cell.links)
    return Cell(" ".join(texts), tuple(links))


def _span(text: str) -> int:
    return min(max(int(text), 1), _WIDEST) if text.isascii() and text.isdigit() else 1
