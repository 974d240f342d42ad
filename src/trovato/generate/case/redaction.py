"""Names of people kept out of what is reported of a case."""

from __future__ import annotations

import re

_ROLE = "被告人|被害人|受害人|上诉人|证人|嫌疑人|同案犯|吸毒人员"
# A name ends before a mark, or before a word that commonly follows one.
_AFTER = (
    r"(?=[，。、；：（）()“”\s\d]|$|因|在|于|的|伙同|与|和|到|将|以|至|驾|犯|系|是|被|向|持|入|经|为|对|从|"
    r"已|明知|违|利用|通过|多次|先后|采|趁|窜|供|亦|自|归案|主动|家|陈述|及|等|均|未|无|如实|辩|某)"
)
# The hundred commonest family names, and some more.
_FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任"
    "沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔"
    "向汤矫葛弓安靳路国全祝"
)
_NAME = re.compile(
    rf"(?:{_ROLE})([{_FAMILY}][\u4e00-\u9fff]{{0,2}}?(?:某{{1,2}}[甲乙丙丁]?|[\u4e00-\u9fff])?\d?){_AFTER}"
)


def redact_names(text: str, facts: str) -> str:
    """The text with 某 in place of each name that the facts give after a role such as 被告人.

    A rule of thumb: a name that never follows a role, or has a rare family name, stays.

    Examples
    --------
    >>> redact_names("赵甲如实供述。", "被告人赵甲盗窃。赵甲如实供述。")
    '某如实供述。'
    """
    names = {found[1] for found in _NAME.finditer(facts) if len(found[1]) > 1}
    for name in sorted(names, key=lambda one: (-len(one), one)):
        text = text.replace(name, "某")
    return text
