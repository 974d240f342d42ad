"""A page that lacks a question's names is about something else."""

import pytest

from trovato.ops.language.answers.question_names import meets_names


@pytest.mark.parametrize(
    ("question", "page", "meets"),
    [
        ("When was Oslo founded?", "Oslo was founded in 1048.", True),
        ("When was Oslo founded?", "Bergen was founded in 1070.", False),
        ("When was it founded?", "Bergen was founded in 1070.", True),
        ("What grew in 2015?", "Revenue grew in 2016.", False),
        ("What did Ada Lund found in Oslo?", "In Oslo Ada founded a school.", True),
        ("Who wrote Hello Love?", "Hello is a song that Dan Lee wrote.", False),
        # Another language, a noun that is no name, and a script without capitals.
        ("When was Oslo founded?", "1048年に建てられました。", True),
        ("Wer ist der Geschäftsführer der Firma?", "Sie ist Geschäftsführerin der GmbH.", True),
        ("متى تأسست مدينة أوسلو؟", "مدينة برغن في النرويج.", True),
        ("", "", True),
    ],
)
def test_names_are_looked_for_in_the_page(question: str, page: str, meets: bool) -> None:
    assert meets_names(question, page) is meets
