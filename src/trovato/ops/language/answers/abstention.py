"""Whether an answer says that there is none."""

from __future__ import annotations

import re
import unicodedata

# The whole answer, without marks and punctuation.
_SHORT = frozenset(
    """
    unknown|not known|n a|na|none|nil|null|nothing|no answer|no information|no idea|unclear
    unanswerable|nan|no data|no data available|no details|not sure|not certain|not available|not applicable|not mentioned|not stated|not specified|not provided
    not given|not enough information|information not provided|information not available
    insufficient information|i do not know|i dont know|dont know
    i don t know|cannot answer|cannot be determined|cannot say
    unbekannt|nicht bekannt|keine angabe|keine angaben|keine antwort|weiß ich nicht|nicht erwahnt
    ich weiß es nicht|ich weiß nicht|nicht angegeben|keine information|keine informationen
    inconnu|inconnue|je ne sais pas|non precise|non mentionne|pas de reponse|aucune reponse
    desconocido|desconocida|no lo se|no se|no se sabe|no se menciona|sin respuesta|ninguno
    sconosciuto|sconosciuta|non lo so|non so|non specificato|non menzionato|nessuna risposta
    desconhecido|desconhecida|nao sei|nao mencionado|sem resposta
    onbekend|ik weet het niet|niet vermeld|geen antwoord|nieznane|nieznany|nie wiem|brak odpowiedzi
    bilinmiyor|okand|ukjent|ukendt|tuntematon
    неизвестно|не известно|не знаю|нет ответа|нет информации|не указано|не упоминается
    未知|不知道|无法确定|無法確定|没有提到|未提及|不详|无|无答案|不明|不明です|わかりません|分かりません
    모름|알 수 없음|알 수 없습니다|모르겠습니다|غير معروف|لا أعرف|لا اعرف|अज्ञात|ज्ञात नहीं
    """.strip()
    .replace("\n", "|")
    .split("|")
)
_LEAD = re.compile(
    r"(?:(?:based on|according to|from) [^,.]{0,60}, )?(?:(?:the|my|final) )*(?:answer[^:.,]{0,40}?"
    r"(?: is)?|antwort(?: ist| lautet)?|reponse(?: est)?|respuesta(?: es)?|risposta(?: e)?|答案是?)"
    r"[: ]+|(?:based on|according to|from) [^,.]{0,60}, |it is |unfortunately,? |leider "
    r"|(?:(?:i'm|i am) )?(?:very |so )?sorry,? (?:but )?|i apologi[sz]e,? (?:but )?"
)
_TEXTS = (
    r"(?:passages?|texts?|contexts?|documents?|sources?|articles?|pages?|information|excerpts?)"
)
_TOLD = (
    r"(?:contain|mention|provid|say|stat|specif|includ|answer|giv|identif|indicat|tell|discuss"
    r"|address|find|found|know|known|available|determin|enough|have|list|reveal|name)"
)
# What a text does not do that has no answer; a house that "does not have" something is another case.
_SAID = r"(?:mention|say|stat|specif|answer|identif|indicat|tell|discuss|address|determin|reveal)"
_LONG = re.compile(
    rf"i (?:can(?:no|')t|do(?:n't| not)|could)\b"
    rf".{{0,40}}\b(?:{_TOLD}|help|assist|comply)"
    rf"|(?:(?:i'm|i am) )?(?:unable|not able) to\b.{{0,20}}\b{_TOLD}|(?:i'm|i am) not (?:sure|certain)\b"
    rf"|(?:the |this |these |any |your )?(?:\w+ )?{_TEXTS}\b.{{0,40}}\b(?:does|do|did|is|are"
    rf"|can)(?: ?not|n't)\b.{{0,40}}\b{_TOLD}"
    rf"|(?:it|this|that)\b.{{0,20}}\b(?:does|do|did|is|are)(?: ?not|n't)\b.{{0,40}}\b{_SAID}"
    rf"|(?:it |this |that |(?:the|this) (?:answer|question)\b.{{0,30}} )?(?:can(?: ?not|'t)|could(?: not|n't))"
    rf" be {_TOLD}|(?:the|this) answer (?:is|was)(?: not|n't) (?:\w+ )?(?:in|from)\b"
    rf"|(?:(?:the|these|this|your) )?(?:\w+ )?{_TEXTS} (?:\w+ )?(?:(?:is|are) silent|(?:(?:is|are) missing"
    r"|lacks?|omits?) (?:the |an |any )?(?:answer|information|detail))\b"
    rf"|(?:(?:the|these|this|your) )?(?:\w+ )?{_TEXTS} (?:\w+ )?(?:gives?|provides?|has|have|contains?|offers?|makes?)"
    r" no (?:\w+ )?(?:answers?|details?|information|mention|data|indication|clues?|evidence|hint)\b"
    rf"|.{{0,60}}\b(?:is|are|was|were)(?: ?not|n't) (?:\w+ )?(?:mentioned|stated|specified|provided"
    rf"|given|named|known|available|found|clear)(?: (?:in|by|from|within)\b.{{0,20}}{_TEXTS}|\W*\Z)"
    rf"|(?:none of|no|there is no|there's no|there are no|neither) (?:of )?(?:the |these )?"
    rf"(?:\w+ )?(?:{_TEXTS}|mention|answer)\b"
    rf"|(?:it is |it's )?(?:not|never) (?:explicitly |directly )?(?:mentioned|stated|specified|"
    rf"provided|given|found|known|answered|clear|possible)\b"
    r"|(?:die|der|das|dem|den|in|im|aus|keine[rs]?)\b.{0,30}(?:passage|text|dokument|kontext|quelle"
    r"|abschnitt|seite)\w*.{0,60}\b(?:nicht|kein\w*)\b|keine[rs]? (?:der|von).{0,20}passage"
    r"|(?:ich|es) (?:kann|weiß|ist|gibt|wird).{0,20}\b(?:nicht|keine)\b"
    r"|(?:das|es|dies) (?:steht|geht|wird) .{0,20}\bnicht\b"
    r"|(?:il |la |ce |cela |ca )?n'est pas (?:precis|mentionn|indiqu|connu|specifi|dit)"
    r"|no (?:se|esta|viene) (?:especific|mencion|indic|sabe|dice)"
    r"|non (?:e|viene|e stato|si) (?:specificat|menzionat|indicat|not[oa]\b|dett|sa\b|dice)"
    r"|nao (?:e|esta|foi|se) (?:especific|mencion|indic|inform|sabe|diz)"
    r"|(?:les?|ce|cet|aucun)\b.{0,12}(?:passage|texte|document|contexte|source)s?\b.{0,10}\bne\b"
    r"|(?:el|los|las?|ningun)\b.{0,12}(?:pasaje|texto|documento|contexto|fuente)s?\b.{0,10}\bno\b"
    r"|(?:il|i|la|le|lo|nessun)\b.{0,12}(?:bran|passagg|test|document|contest|font)\w+\b.{0,10}"
    r"\bnon\b|(?:os?|as?|nenhum)\b.{0,12}(?:passage|texto|documento|contexto)\w*\b.{0,10}\bnao\b"
    r"|.{0,12}(?:отрыв|текст|документ|контекст)\w*.{0,20}\bне(?:т)?\b"
    r"|.{0,12}(?:文中|段落|文本|资料|上下文|文章|文档).{0,10}(?:没有|未|无)|无法(?:回答|确定)"
    r"|.{0,40}(?:記載|言及|記述)され?て(?:い)?(?:ません|ない)"
)
_DECLINES = re.compile(
    r"(?:i am|i'm|im) (?:\w+ )?(?:sorry|unable)\b.{0,60}\b(?:can(?:no|')t|unable|not|n't)\b"
    r"|(?:sorry|as an ai)\b.{0,60}\b(?:can(?:no|')t|unable|not|n't)\b"
)
_CONTRAST = re.compile(r"\b(?:but|however|although|aber|jedoch|mais|pero|tuttavia|porem|но)\b|但")


def is_abstention(answer: str) -> bool:
    """Whether an answer says that nothing is known, that no text tells, or that it declines.

    An answer that goes on with "but" or "however" may hold one after all, and is none.

    Examples
    --------
    >>> is_abstention("The passage does not mention it."), is_abstention("Unknown Pleasures")
    (True, False)
    """
    text = " ".join(answer.casefold().replace("’", "'").split())
    if not any(one.isalnum() for one in text):
        return True
    text = re.sub(r"\s*[\[【]\w{1,3}[\]】]", "", text)  # marks of passages
    text = text.strip(" *_\"'`.-–")
    text = "".join(
        one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)
    )
    text = unicodedata.normalize("NFC", text)
    first = re.split(r"(?<=\w)[.!?;\n](?:\s|\Z)|。", text, maxsplit=1)[0]
    for start in (first, _LEAD.sub("", first, count=1)):
        plain = " ".join(re.sub(r"[^\w\s]", " ", start).split())
        if not plain or plain in _PLAIN:
            return True
    if _DECLINES.match(text):
        return True
    for start in (text, _LEAD.sub("", text, count=1)):
        if (found := _LONG.match(start)) and not _CONTRAST.search(start, found.end()):
            return True
    return False


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))


_PLAIN = frozenset(" ".join(_plain(form).split()) for form in _SHORT)
