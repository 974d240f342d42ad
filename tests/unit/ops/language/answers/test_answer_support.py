"""A quotation stands behind an answer, or does not: names, numbers and words, in some languages."""

import pytest

from trovato.ops import answer_key, is_abstention, is_supported

PLAY = "Brand is a play by the Norwegian playwright Henrik Ibsen, first performed in Stockholm."
RIVER = "Der Strom hat eine Länge von 1500 km und mündet in die Nordsee."
JOURNAL = "《心理治疗整合杂志》是由美国心理学会出版的同行评审期刊。"


@pytest.mark.parametrize(
    ("answer", "quote", "question"),
    [
        ("Henrik Ibsen", PLAY, "Who wrote Brand?"),
        ("It was written by Ibsen.", PLAY, "Who wrote Brand?"),
        (PLAY, PLAY, ""),
        ("Brand is a play by Henrik Ibsen.", PLAY, ""),
        ("The key is kept behind the map.", "The key hangs behind the map.", "Where is the key?"),
        ("It publishes journals.", "It published a journal.", ""),
        ("It has twelve rooms.", "The house has 12 rooms.", "How many rooms?"),
        ("According to the text, 12.", "The house has twelve rooms.", "How many rooms?"),
        ("Er ist 1.500 km lang.", RIVER, "Wie lang ist der Strom?"),
        ("In die Nordsee.", RIVER, "Wohin fließt er?"),
        ("L'auteur est Hugo.", "Un roman de Victor Hugo.", "Qui est l'auteur ?"),
        ("Es de Cervantes.", "Lo escribió Miguel de Cervantes en 1605.", "¿De quién es?"),
        ("Роман написал Толстой.", "Написан Львом Толстым в 1869 году.", "Кто написал роман?"),
        ("《心理治疗整合杂志》由美国心理学会出版。", JOURNAL, "谁出版了它？"),
        ("باريس هي عاصمة فرنسا", "عاصمة فرنسا هي باريس", "ما هي عاصمة فرنسا؟"),
        ("東京です。", "日本の首都は東京です。", "日本の首都は？"),
        ("", PLAY, ""),
    ],
)
def test_what_is_said_is_supported(answer: str, quote: str, question: str) -> None:
    assert is_supported(answer, quote, question)


@pytest.mark.parametrize(
    ("answer", "quote", "question"),
    [
        ("Knut Hamsun", PLAY, "Who wrote Brand?"),
        ("Brand is a play by the Norwegian playwright European Union.", PLAY, ""),
        ("It was published by wiley", "It was published by the APA.", "Who published it?"),
        ("It was not written by Ibsen.", PLAY, "Who wrote Brand?"),
        ("Ibsen didn't write it.", PLAY, "Who wrote Brand?"),
        ("The house has ten rooms.", "The house has 12 rooms.", ""),
        ("It joins the rugby league, a tributary of the Nile.",
         "It joins the Atbarah River, a tributary of the Nile.", ""),
        ("The town lies on the southern bank of the river Nile.",
         "The town lies on the northern bank of the river Nile.", ""),
        ("Er ist 1.600 km lang.", RIVER, "Wie lang ist der Strom?"),
        ("In die Ostsee.", RIVER, "Wohin fließt er?"),
        ("L'auteur est Zola.", "Un roman de Victor Hugo.", "Qui est l'auteur ?"),
        ("Роман написал Достоевский.", "Написан Львом Толстым.", "Кто написал роман?"),
        ("《心理治疗整合杂志》由威利出版社出版。", JOURNAL, "谁出版了它？"),
        ("ليون هي عاصمة فرنسا", "عاصمة فرنسا هي باريس", "ما هي عاصمة فرنسا؟"),
        ("大阪です。", "日本の首都は東京です。", "日本の首都は？"),
        ("It opened in 1871.", "It opened in 1872.", ""),
    ],
)  # fmt: skip
def test_what_is_made_up_is_not(answer: str, quote: str, question: str) -> None:
    assert not is_supported(answer, quote, question)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "I don't know.",
        "The answer is: unknown",
        "The passage does not contain the answer.",
        "Not mentioned in the passage.",
        "N/A",
        "**None**",
        "Unknown. None of the passages says who it was.",
        "Based on the passages, the answer is unknown.",
        "I'm sorry, but I can't assist with that request.",
        "The author is not mentioned in the passage.",
        "Information not provided",
        "Unbekannt. Die Passagen enthalten keine Antwort auf diese Frage.",
        "Les passages ne contiennent pas la réponse.",
        "Los pasajes no contienen la respuesta.",
        "No lo sé",
        "В тексте не указано.",  # noqa: RUF001
        "文中没有提到。",
        "不明",
        "Sorry, the text doesn't say.",
        "I apologize, but the passages do not contain the answer.",
        "Unable to determine.",
        "I'm not sure.",
        "The answer is not in the passages.",
        "This is not mentioned anywhere in the text.",
        "Cannot be determined from the given context.",
        "The question cannot be answered from the passages.",
        "The context provides no details on that.",
        "The passage is silent on this.",
        "The original passage is missing the answer to the question.",
        "unknown [a1b]",
        "The answer is: [a1b]",
        "Das steht nicht in den Texten.",
        "Ce n'est pas mentionné.",
        "No se especifica.",
        "Non è specificato.",
        "Não foi informado.",
    ],
)
def test_an_abstention_is_one_in_any_words(answer: str) -> None:
    assert is_abstention(answer)
    assert answer_key(answer, "Who?") == ""


@pytest.mark.parametrize(
    "answer",
    [
        "Paris",
        "Unknown Pleasures",
        "The Unknown Soldier",
        "It is not Paris but Lyon.",
        "The passage does not mention it, but it is Paris.",
        "The harbour did not open in 1871.",
        "He did not mention the treaty.",
        "The treaty does not include Norway.",
        "No. It opened in 1950.",
        "No Country for Old Men",
        "The source of the Nile is known since 1858.",
        "It does not have a railway.",
        "It does not contain sugar.",
        "It could not be built before 1871.",
        "They are unable to fly.",
        "The document has no date.",
        "Sorry is a song by Madonna.",
        "The answer is 42.",
    ],
)
def test_an_answer_is_none(answer: str) -> None:
    assert not is_abstention(answer)
    assert answer_key(answer)


def test_a_key_joins_ways_of_saying_one_thing_and_no_others() -> None:
    for same in ("1871", "In 1871.", "The year 1871", "the answer is the year 1871"):
        assert answer_key(same, "When was it built?") == "1871"
    asked = "What is the capital of the country?"
    for same in ("Paris", "It is Paris.", "The capital is Paris", "PARIS!", "the answer: paris"):
        assert answer_key(same, asked) == "paris"
    assert answer_key("12 km") != answer_key("12 m")
    assert answer_key("Not Paris", asked) != answer_key("Paris", asked)
    assert answer_key("东京") != answer_key("大阪")
    assert answer_key("答案是东京") == answer_key("东京")
