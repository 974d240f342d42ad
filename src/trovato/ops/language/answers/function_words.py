"""Words that carry no fact of their own, in several languages."""

from __future__ import annotations

from trovato.ops.language.stop_words import QUERY_STOP_WORDS

# Articles, pronouns, prepositions, auxiliaries and conjunctions, without marks on letters.
FUNCTION_WORDS = QUERY_STOP_WORDS | frozenset(
    """
    called known said named since us
    aber als am an auch auf aus bei beim bis da das dass dem den der des die dies diese dieser
    dieses durch ein eine einem einen einer eines er es fur gegen hat hatte ihm ihr im in ins ist
    man mit nach neben noch oder ohne sein seine seinem seinen seiner sich sie sind so uber um und
    unter vom von vor war waren was wer wie wird wo wurde wurden zu zum zur zwischen
    au aux avec c ce ces cet cette d dans de depuis des du elle elles en est et etaient etait ete
    eut fut il ils j je l la le les leur leurs lui mais n ont ou par pour qu que qui s sa se ses
    son sont sous sur un une y
    al como con cual de del desde donde el ella ellas ellos en entre era eran es esta este esto
    fue fueron ha han hasta la las lo los mas o para pero por que se ser son su sus un una unas uno
    unos y
    a ai al alla alle allo anche che chi ci col coi come con da dal dalla dalle de degli dei del
    della delle dello di e ed era erano fu furono gli ha hanno i il in io la le lo ma nel nella
    nelle nei o per piu quale se si sono su sua sue sui sul sulla suo tra un una uno
    a ao aos as com da das de do dos e ela ele em era eram foi foram na nas no nos o os ou para
    pela pelas pelo pelos por que seu seus sua suas um uma
    aan als bij dan dat de deze die dit door een en er had heeft het hij hun in is maar met na naar
    of om onder ook op over te tot uit van voor was waren wat werd werden wie wordt zij zijn
    by byl byla bylo i je jest na o od po pre przez se si su w z za ze
    а был была были было в во для до его ее из их к как на о об от по при с со у что это этот и
    """.split()  # noqa: SIM905
)

# Words that open an answer in capitals and are no names.
OPENING_WORDS = frozenset(
    """
    according actually additionally answer based currently finally first however indeed namely no
    now originally overall passage passages specifically therefore thus today yes
    antwort daher derzeit gemaß gemass heute ja jedoch laut nein somit ursprunglich
    actuellement aujourd d'apres donc non oui reponse selon
    actualmente hoy por respuesta segun si
    attualmente dunque oggi quindi risposta secondo
    assim atualmente hoje nao resposta segundo sim
    volgens ответ согласно да нет
    """.split()  # noqa: SIM905
)

# What turns a statement round.
NEGATIONS = frozenset(
    [
        "cannot",
        "kein",
        "keine",
        "keinem",
        "keinen",
        "keiner",
        "jamais",
        "mai",
        "ne",
        "never",
        "nicht",
        "nie",
        "niemals",
        "not",
        "nunca",
        "pas",
        "geen",
        "niet",
        "не",
    ]
)

# Of Chinese and Japanese; hiragana is taken for such as a whole.
FUNCTION_CHARACTERS = frozenset(
    "的了是在和与及由于从被把对为也就都而且或者我你他她它们这那此其有个位名之所以因则即等"
)

# Small numbers in words, by their value.
NUMBER_WORDS = {
    word: str(value)
    for value, words in enumerate(
        (
            "zero null",
            "one eins",
            "two zwei deux dos due dois twee два",
            "three drei trois tres tre drie три",
            "four vier quatre cuatro quattro quatro четыре",
            "five funf cinq cinco cinque vijf пять",
            "six sechs seis sei zes шесть",
            "seven sieben sept siete sette sete zeven семь",
            "eight acht huit ocho otto oito восемь",
            "nine neun neuf nueve nove negen девять",
            "ten zehn dix diez dieci dez tien десять",
            "eleven elf onze once undici",
            "twelve zwolf douze doce dodici doze twaalf",
        )
    )
    for word in words.split()
}
