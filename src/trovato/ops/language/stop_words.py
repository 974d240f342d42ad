"""Words that say little about what a question is after."""

from __future__ import annotations

from collections.abc import Iterable

from trovato.core import check_many

# Words that carry the form of a question, not its content.
QUERY_STOP_WORDS = frozenset(
    """
    a about above according after all also am an and any are as at be because been before being
    between both but by can could did do does doing during each either for from further had has have
    having he her here hers him his how i if in into is it its itself just me might more most must
    my no nor not of off on once only or other our ours out over own s same shall she should so some
    such t than that the their theirs them then there these they this those through to too under
    until up upon us very was we were what when where whether which while who whom whose why will
    with would you your yours
    """.split()  # noqa: SIM905
)

# The same of other languages, folded as by `fold`.
_OTHER_LANGUAGES = tuple(
    frozenset(words.split())
    for words in (
        # German
        """
        ab aber alle als am an auf aus bei bin bis da damit dann das dass dem den der des die dies
        diese dieser dieses durch ein eine einem einen einer eines er es fur gab gibt hat hatte ich
        ihm ihr ihre im in ist ja kann kein keine man mit muss nach nicht noch nun nur oder ob ohne
        sein seine sich sie sind so soll uber um und uns unter viel viele vom von vor wann war waren
        warum was welche welchem welchen welcher welches wem wen wenn wer werden wie wieso wieviel
        wird wo woher wohin wurde wurden zu zum zur zwischen
        """,
        # French
        """
        a ai as au aux avec ce cela ces cet cette comment comme d dans de des depuis donc dont du
        elle elles en entre est et etait ete etre eu fait font fut il ils j je jusqu l la le les
        leur leurs lors lui m mais n ne ni nos notre nous on ont ou par pas pendant peut plus pour
        pourquoi qu quand que quel quelle quelles quels qui quoi s sa sans se sera ses son sont sur
        t te tu un une vos votre vous y
        """,
        # Spanish
        """
        a al ante aunque como con contra cual cuales cuando cuanta cuantas cuanto cuantos de del
        desde donde dos durante e el ella ellas ellos en entre era eran es esa ese eso esta estaba
        estan este esto fue fueron ha habia han hasta hay la las le les lo los mas me mi muy ni no
        nos o para pero por porque que quien quienes se segun ser si sin sobre son su sus tambien
        tiene tienen un una uno unos y ya
        """,
        # Italian
        """
        a ad agli ai al alla alle allo anche che chi ci come con cosa cui da dagli dai dal dalla
        dalle degli dei del della delle dello di dopo dove e ed era erano fra gli ha hanno i il in
        io l la le lo loro ma mi ne negli nei nel nella nelle no non o ogni per perche piu prima puo
        quale quali quando quanta quante quanti quanto questa questo sara se si sono su sua sue
        sugli sui sul sulla sulle suo tra un una uno
        """,
        # Portuguese
        """
        a ao aos as ate com como da das de do dos e ela elas ele eles em entre era eram essa esse
        esta este foi foram ha isso isto ja la lhe mais mas me na nas nao nem no nos o onde os ou
        para pela pelas pelo pelos por porque qual quais quando quanta quantas quanto quantos que
        quem se sem ser seu seus sobre sua suas tambem tem um uma
        """,
        # Dutch
        """
        aan al als bij daar dan dat de deze die dit door een en er had heb hebben heeft hem het hij
        hoe hoeveel ik in is kan maar meer men met mijn moet na naar niet nog nu of om omdat onder
        ons ook op over te tot uit van veel voor waar waarom wanneer waren was wat we wel welk welke
        werd wie wij wordt zal ze zich zij zijn zo zonder zou
        """,
    )
)


def stop_words_of(words: Iterable[str]) -> frozenset[str]:
    """The stop words of the language in which a question has the most of them; else English.

    Parameters
    ----------
    words
        Of the question, folded as by `fold`.

    Examples
    --------
    >>> sorted(stop_words_of(["wann", "ist", "die", "steuer", "zu", "zahlen"]) & {"die", "steuer"})
    ['die']
    >>> "die" in stop_words_of(["how", "did", "caesar", "die"])
    False
    """
    check_many("words", words)
    asked = frozenset(words)
    most = max(_OTHER_LANGUAGES, key=lambda stops: len(stops & asked))
    return most if len(most & asked) > len(QUERY_STOP_WORDS & asked) else QUERY_STOP_WORDS
