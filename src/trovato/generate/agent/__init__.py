"""A language model that calls tools, one a turn, and leaves a trace."""

from trovato.generate.agent.actions import Action, parse_action
from trovato.generate.agent.loop import Agent
from trovato.generate.agent.rollout import Rollout
from trovato.generate.agent.tools import (
    CalculatorTool,
    Observation,
    ReadTool,
    SearchTool,
    Tool,
)
from trovato.generate.agent.traces import append_trace, read_traces

__all__ = [
    "Action",
    "Agent",
    "CalculatorTool",
    "Observation",
    "ReadTool",
    "Rollout",
    "SearchTool",
    "Tool",
    "append_trace",
    "parse_action",
    "read_traces",
]
