"""MSR² as an arrangement: an agent that searches statutes and guidelines as it needs them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from trovato.core import LanguageModel
from trovato.generate.agent import Agent
from trovato.generate.case import load_pack
from trovato.library import Library, source_agent

_PROMPTS = {
    "zh": (
        "你是刑事量刑研究助手。请根据案件事实预测有期徒刑的月数。步骤：先在<factors>标签中列出事实"
        "支持的量刑情节，用分号隔开；再按需检索法条与司法解释，每轮只检索一种来源；据此确定法定刑幅度、"
        "量刑起点和基准刑，用计算工具核对情节的调节结果；最后在<answer>标签中只写月数。"
        "不得自行书写<information>标签。事实没有写明的情节不得列入。"
    ),
    "en": (
        "You help with research into sentencing. Predict the prison term of the case in months. "
        "First list the factors that the facts support in <factors>, with semicolons between them. "
        "Then search statutes and guidance as you need them, one kind of source a turn. Settle the "
        "statutory range, the starting and the base term, and let the calculator apply the "
        "factors. Write the months alone into <answer>. Never write an <information> tag yourself, "
        "and list no factor that the facts do not tell."
    ),
}


def build(
    library: Library,
    model: LanguageModel,
    *,
    language: Literal["zh", "en"] = "zh",
    act_date: date | None = None,
) -> Agent:
    """The agent of the paper, with a calculator beside its searches.

    Parameters
    ----------
    library
        With statutes and guidelines; see `trovato.library.add_sources`.
    model
        Writes; the paper trains Qwen3-8B.
    language
        Of the prompt, which is our own.
    act_date
        Only what was in force then; the paper does not date its sources.

    Raises
    ------
    InvalidInputError
        If the library holds no typed source.
    """
    return source_agent(
        library,
        model,
        instructions=_PROMPTS[language],
        day=act_date,
        pack=load_pack(),
        k=3,
        turns=8,
    )
