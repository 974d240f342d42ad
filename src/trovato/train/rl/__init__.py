"""Training by reinforcement: GRPO, small enough to be read."""

from trovato.train.rl.config import GRPOCallback, GRPOConfig, GRPOStep
from trovato.train.rl.examples import read_examples
from trovato.train.rl.grpo import GRPOResult, train_grpo
from trovato.train.rl.in_order import InOrder
from trovato.train.rl.loss import TokenLoss, clipped_token_loss
from trovato.train.rl.policies.agent_policy import AgentPolicy
from trovato.train.rl.policies.causal_policy import CausalPolicy
from trovato.train.rl.policies.similarity_policy import SimilarityPolicy
from trovato.train.rl.protocol import Example, ExampleSampler, ItemPolicy, Policy, RewardFunction
from trovato.train.rl.reward_gain import RewardGain
from trovato.train.rl.rewards.answers import contains_answer, exact_match
from trovato.train.rl.rewards.by_name import REWARDS
from trovato.train.rl.rewards.next_item import NextItemTask, similarity_reward
from trovato.train.rl.rewards.sentencing import factor_f1, judged_factors, term_bin_match
from trovato.train.rl.trajectory_log import read_trajectories
from trovato.train.rl.trl_adapter import train_with_trl, trl_options, trl_reward
from trovato.train.rl.trl_sampler import TRLSampler, observed_rewards

__all__ = [
    "REWARDS",
    "AgentPolicy",
    "CausalPolicy",
    "Example",
    "ExampleSampler",
    "GRPOCallback",
    "GRPOConfig",
    "GRPOResult",
    "GRPOStep",
    "InOrder",
    "ItemPolicy",
    "NextItemTask",
    "Policy",
    "RewardFunction",
    "RewardGain",
    "SimilarityPolicy",
    "TRLSampler",
    "TokenLoss",
    "clipped_token_loss",
    "contains_answer",
    "exact_match",
    "factor_f1",
    "judged_factors",
    "observed_rewards",
    "read_examples",
    "read_trajectories",
    "similarity_reward",
    "term_bin_match",
    "train_grpo",
    "train_with_trl",
    "trl_options",
    "trl_reward",
]
