"""Index the example documents, ask three questions, and draw a page with its evidence."""

from __future__ import annotations

import shlex
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from trovato import Library

DOCUMENTS = Path(__file__).parent / "documents"
QUESTIONS = (
    "Where does the key of the map cabinet hang?",
    "How many megabytes do 1,000 pages take at one byte per number?",
    "What if the power fails while a file is being added?",
)


def main() -> None:
    """Run the demonstration in the folder `demo` of the current directory."""
    console = Console(highlight=False)
    out = Path("demo")
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Library.create(folder + "/demo") as library:
        report = library.add([DOCUMENTS])
        console.print(
            f"Indexed {report.pages} pages ({report.ocr_pages} read by OCR) in "
            f"{report.seconds:.1f} s."
        )
        for number, question in enumerate(QUESTIONS, start=1):
            console.print(f"\n[bold]{question}[/bold]")
            ranking = library.search(question, k=3)
            for hit in ranking:
                text = Text(f"  {hit.rank}. {hit.item.id}  ")
                text.append(hit.evidence.snippet[:110] + "…", style="dim")
                console.print(text)
            best = ranking[0]
            picture = out / f"answer-{number}.png"
            library.picture(best.item.id, best.evidence).save(picture)
            console.print(f"  The page with its evidence: {picture.resolve()}")
    console.print(f"\n[bold]Next[/bold], on the same documents:\n\n{next_steps()}", soft_wrap=True)


def next_steps() -> str:
    """Commands to copy: they name the `trovato` beside this interpreter."""
    program = shlex.quote(str(Path(sys.executable).with_name("trovato")))
    collection = shlex.quote(str(Path("demo/examples.trovato")))
    documents = shlex.quote(str(DOCUMENTS.resolve()))
    return "\n".join(
        [
            f"  {program} index {documents} --to {collection}",
            f'  {program} search {collection} "{QUESTIONS[0]}"',
            f"  {program} serve {collection}    # the same in the browser",
        ]
    )


if __name__ == "__main__":
    main()
