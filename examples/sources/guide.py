"""A field guide to late interaction: charts with labels as text."""

from __future__ import annotations

from sources.charts import bars, line, matrix
from sources.sheet import Sheet

NAME = "field-guide-to-late-interaction.pdf"


def render() -> bytes:
    """The document."""
    sheet = Sheet("A field guide to late interaction")
    _maxsim(sheet)
    _size(sheet)
    _bits(sheet)
    _quality(sheet)
    return bytes(sheet.output())


def _maxsim(sheet: Sheet) -> None:
    sheet.add_page()
    sheet.heading("A field guide to late interaction", first=True)
    sheet.lead("One vector says what a page is about. Many vectors say what is on it.")
    sheet.prose(
        """
        The usual dense search squeezes a page into one vector. That works for a tweet. A page of a
        manual speaks of six things, and its single vector is an average that resembles none of
        them.

        Late interaction keeps a vector for every token. Question and page are encoded apart, so the
        pages can be encoded once and stored. They meet only at the end, in an operation called
        MaxSim: each token of the question takes the largest cosine that it has with any token of
        the page, and the score is the sum of these.
        """
    )
    matrix(
        sheet,
        "Figure 1. Cosines between a question and a page",
        ["repair", "bicycle", "brakes"],
        ["Adjust", "the", "cable", "of", "the", "bike's", "brake", "lever"],
        [
            [0.71, 0.08, 0.22, 0.05, 0.07, 0.31, 0.36, 0.24],
            [0.14, 0.06, 0.28, 0.04, 0.06, 0.88, 0.41, 0.33],
            [0.25, 0.05, 0.47, 0.03, 0.05, 0.42, 0.94, 0.58],
        ],
    )
    sheet.caption(
        """
        The framed cells are the best partners. MaxSim is 0.71 + 0.88 + 0.94 = 2.53, though the
        question and the page share no word exactly. The cells are drawn for illustration.
        """
    )
    sheet.prose(
        """
        The framed cells are also the explanation: they say which word of the page met which word of
        the question. A search by single vectors has nothing of the kind to show.
        """
    )


def _size(sheet: Sheet) -> None:
    sheet.add_page()
    sheet.heading("The price: room")
    sheet.prose(
        """
        A vector per token is a lot of vectors. A page of 500 tokens has 500 of them, and a thousand
        such pages have half a million. What they take depends on two choices: how many numbers make
        a vector, and how many bytes make a number.
        """
    )
    bars(
        sheet,
        "Figure 2. Room for 1,000 pages of 500 tokens each",
        [
            ("384 numbers, 4 bytes", 768),
            ("384 numbers, 2 bytes", 384),
            ("128 numbers, 4 bytes", 256),
            ("128 numbers, 2 bytes", 128),
            ("128 numbers, 1 byte", 64),
        ],
        "MB",
    )
    sheet.caption("Vectors only, in millions of bytes; scales and text come on top.")
    sheet.prose(
        """
        From the first bar to the last the room shrinks twelvefold: threefold by the projection from
        384 to 128 numbers, fourfold by storing a number in one byte.
        """
    )
    sheet.heading("The price: time")
    bars(
        sheet,
        "Figure 3. Processor time of one exact search",
        [
            ("maxsim-cpu", 420),
            ("torch, 32 bits", 344),
            ("NumPy", 206),
            ("C++, 16 bits stored", 49),
            ("C++, 8 bits, VNNI", 15),
        ],
        "ms",
    )
    sheet.caption(
        """
        10,000 documents of 120 tokens, 128 numbers each, 32 tokens in the question, one thread.
        Measured with prototypes on one server processor before trovato was written.
        """
    )


def _bits(sheet: Sheet) -> None:
    sheet.add_page()
    sheet.heading("How few bits will do")
    sheet.prose(
        """
        Coarse vectors are found faster and ranked worse. The measure here is recall at 10: the
        share of the ten best documents by exact arithmetic that are still among the ten best with
        coarse numbers.
        """
    )
    line(
        sheet,
        "Figure 4. Recall at 10 by bits per number",
        [("1 bit", 0.73), ("2 bits", 0.915), ("4 bits", 0.978), ("8 bits", 0.9975)],
        ("Bits per number", "Recall at 10"),
        (0.5, 1.0),
    )
    sheet.caption("The same 10,000 documents as in figure 3; every document was scored.")
    sheet.prose(
        """
        Eight bits lose one place in four hundred, four bits one in forty-five, two bits one in
        twelve. With one bit per number more than a quarter of the right answers is gone.

        One detail decides. The numbers of a vector are divided by a scale before they are rounded
        to eight bits. With one scale for all vectors the recall falls to .78, hardly better than
        one bit. With a scale for each vector it is the .9975 of the figure, and the scale costs
        next to nothing.
        """
    )
    sheet.heading("Looking twice")
    sheet.prose(
        """
        A coarse look may choose candidates, and an exact look may order them. The hundred best by
        one bit do not always hold the ten that matter; the hundred best by eight, four or two bits
        did so every time in our measurement. Looking twice pays when a collection has millions of
        tokens. For a folder of a thousand pages one careful look takes a few milliseconds, and the
        simpler program wins.
        """
    )


def _quality(sheet: Sheet) -> None:
    sheet.add_page()
    sheet.heading("What it is good for")
    sheet.prose(
        """
        We asked 152 questions about 25 real documents with 1,283 pages between them: reports,
        papers, slides, manuals. Each question has known pages that answer it. The bars give nDCG at
        5 over the whole corpus.
        """
    )
    bars(
        sheet,
        "Figure 5. nDCG at 5 on 152 questions",
        [
            ("One vector per page", 0.242),
            ("Words (BM25)", 0.318),
            ("Late interaction", 0.331),
            ("Words + late", 0.338),
            ("All three", 0.350),
            ("Words, scans read", 0.509),
        ],
        "",
        3,
    )
    sheet.caption(
        "The first five bars without OCR; the last with OCR on the 257 pages without text."
    )
    sheet.prose(
        """
        The largest step has nothing to do with ranking. Of the 1,283 pages 257 are pictures without
        a text layer, and they hold all the evidence for 47 of the questions. No ranking can find
        what was never read. Reading those pages lifts plain word search from .318 to .509, more
        than all the cleverness above it.

        The order of the first three bars is a lesson too. One vector per page is the weakest,
        weaker than counting words. Keeping every token's vector turns the same encoder into the
        strongest single method.
        """
    )
    sheet.heading("When to prefer something else")
    sheet.steps(
        [
            "Part numbers and codes: words alone are exact, and meaning only blurs them.",
            "Millions of short texts, such as titles: one vector each is small and good enough.",
            "Questions that join facts from several pages: find the pages first, then reason.",
        ]
    )
