"""How trovato finds a page: prose, two columns, steps and a table."""

from __future__ import annotations

from sources.charts import flow
from sources.sheet import Sheet

NAME = "how-trovato-finds-a-page.pdf"


def render() -> bytes:
    """The document."""
    sheet = Sheet("How trovato finds a page")
    _from_question_to_page(sheet)
    _reading_and_encoding(sheet)
    _storing(sheet)
    _bad_input(sheet)
    return bytes(sheet.output())


def _from_question_to_page(sheet: Sheet) -> None:
    sheet.add_page()
    sheet.heading("How trovato finds a page", first=True)
    sheet.lead(
        "A folder of documents goes in; the page that answers comes out, with the place on it."
    )
    flow(
        sheet,
        [
            ("Read", "text, or OCR"),
            ("Encode", "a vector per token"),
            ("Store", "one directory"),
            ("Rank", "words and meaning"),
            ("Show", "boxes on the page"),
        ],
    )
    sheet.prose(
        """
        People rarely want a document. They want the sentence in it that settles a question: how
        long the warranty runs, who signed the minutes, which valve comes first. A search that
        returns a file of two hundred pages has moved the work, not done it. So the unit of trovato
        is the page, and every hit says where on the page the answer stands.

        A question is met in two ways. Lexical search looks for its words. It is exact with names,
        part numbers and rare terms, and blind to everything said in other words. Late interaction
        compares meanings: each token of the question looks for its nearest token on the page, and
        the page scores well when many tokens find a good partner. It understands that a car may be
        a vehicle, and it may confuse two names that are used alike.

        The two kinds of score have nothing in common: one is a sum of word weights, the other a
        mean of cosines. They are therefore standardised first, each over the candidates of the
        question, and then added. The sum tends to do better than either part, because the two sides
        seldom fail on the same question.
        """
    )
    sheet.heading("What the reader sees")
    sheet.prose(
        """
        Each hit names the file and the page, quotes a short passage with the matched words marked,
        and can draw the page with boxes around the passages that met the question. The boxes are
        not a guess made afterwards: they come from the same token comparisons that made the score.
        """
    )


def _reading_and_encoding(sheet: Sheet) -> None:
    sheet.add_page()
    sheet.heading("Reading and encoding")
    sheet.columns(
        """
# The text layer

Most pages of a PDF carry their text, with the position of every character. trovato reads both.
Words keep their boxes in points, counted from the top left corner of the page, so that a match can
be shown where it stands.

# Pages that are pictures

A scanned page has no text layer. Such a page is drawn and read by optical character recognition, or
OCR. Only pages that need it are read this way, since it takes a second or two for each of them.
What was read is kept under the hash of the picture: the same page is never read twice.

# Tokens

The encoder cuts text into word pieces. Common words stay whole; rare ones fall into parts, so that
no word is unknown. Each piece becomes a vector that depends on its neighbours: the bank of a river
and the bank that lends money get different vectors.

# Long pages

The encoder reads a limited number of tokens at once. A longer page is cut into windows, and every
token keeps its place on the page, whichever window it came from.

# Small vectors

The encoder's own vectors have 384 numbers. A projection turns them into 128, and each number is
stored in one byte. A token then takes 128 bytes and a scale of 4 bytes, not 1,536 bytes, and the
ranking hardly changes.

# The question

A question goes through the same encoder. Nothing about it is stored, and nothing leaves the
machine: there is no server to ask and no model to download.
        """
    )
    sheet.caption("Every step runs on an ordinary processor. No graphics card is needed.")


def _storing(sheet: Sheet) -> None:
    sheet.add_page()
    sheet.heading("Storing without losing")
    sheet.prose(
        """
        A collection is one directory. A SQLite database in it holds the files, the text, the boxes
        and the words; segment files beside it hold the vectors. A segment is written once and never
        changed.
        """
    )
    sheet.heading("What happens when a file is added")
    sheet.steps(
        [
            "The content of the file is hashed. If the hash is known, the file is skipped.",
            "Its pages are read and encoded one by one, so memory does not grow with the file.",
            "The vectors go to a new segment, and the segment is flushed to the disk.",
            "One transaction makes the pages visible. Until it commits, no search can see them.",
            "If an older version of the file was there, the same transaction hides it.",
        ]
    )
    sheet.prose(
        """
        The order of the last three steps is the point. Vectors reach the disk before the database
        says that they exist. If the power fails in between, the segment is an orphan that nobody
        refers to, and the next writer removes it. A database that pointed at missing vectors would
        be far worse.
        """
    )
    sheet.heading("What happens when a run is interrupted")
    sheet.prose(
        """
        Run the same command again. Files that are done are recognised by their hash and skipped, so
        the second run starts where the first one stopped. The result is the same as that of a run
        that was never interrupted. Two writers at once are not allowed: the second is told that the
        collection is busy. Searching goes on meanwhile, and sees what the last transaction made
        visible.
        """
    )


def _bad_input(sheet: Sheet) -> None:
    sheet.add_page()
    sheet.heading("When a file cannot be read")
    sheet.prose(
        """
        Real folders hold broken files. One of them must not stop the others, and none may harm what
        is already stored. Each is reported with the reason at the end of the run.
        """
    )
    sheet.grid(
        ["What is wrong", "What trovato does", "What you can do"],
        [
            ["Password on the PDF", "Reports it and goes on", "Save a copy without a password"],
            ["File cut short", "Reports it and goes on", "Fetch the file again"],
            ["No bytes at all", "Reports it and goes on", "Look for the original"],
            ["Name says PDF, content does not", "Goes by the content", "Nothing, or rename it"],
            ["Symbolic link to its own folder", "Visits each folder once", "Nothing"],
            ["Picture with absurd dimensions", "Refuses to unpack it", "Save it smaller"],
            ["No permission to read", "Reports it and goes on", "Change the permission, run again"],
        ],
        [38, 32, 38],
    )
    sheet.caption("Table 1. Seven ways to be unreadable.")
    sheet.heading("What is refused outright")
    sheet.prose(
        """
        A collection remembers the fingerprint of the encoder that made it. Vectors of different
        encoders cannot be compared, so a collection made by another encoder is refused, and the
        message says to index the folder anew. The same holds for a collection in a format newer
        than the program.
        """
    )
    sheet.heading("Five words")
    sheet.grid(
        ["Word", "Meaning"],
        [
            ["Collection", "A directory that holds everything needed to search some documents"],
            ["Segment", "A file of vectors, written once"],
            ["Hit", "A page with its score, its rank and its evidence"],
            ["Evidence", "The words and the boxes that made the page score"],
            ["Fingerprint", "A short text that changes when any vector would change"],
        ],
        [24, 84],
    )
