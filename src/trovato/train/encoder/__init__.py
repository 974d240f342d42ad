"""Late-interaction encoders trained on pairs: mining, sampling, training, merging."""

from trovato.train.encoder.config import EncoderTraining
from trovato.train.encoder.merge_folders import MERGE_METHODS, MergeMethod, merge_folders
from trovato.train.encoder.merging import average_models, greedy_soup, slerp, ties_merge
from trovato.train.encoder.mining import bm25_teacher, late_interaction_teacher, mine
from trovato.train.encoder.page_trainer import train_page_encoder
from trovato.train.encoder.pairs import TrainingPair, documents_of, read_pairs, write_pairs
from trovato.train.encoder.sampling import sample_by_clusters
from trovato.train.encoder.trainer import TrainedEncoder, train_encoder

__all__ = [
    "MERGE_METHODS",
    "EncoderTraining",
    "MergeMethod",
    "TrainedEncoder",
    "TrainingPair",
    "average_models",
    "bm25_teacher",
    "documents_of",
    "greedy_soup",
    "late_interaction_teacher",
    "merge_folders",
    "mine",
    "read_pairs",
    "sample_by_clusters",
    "slerp",
    "ties_merge",
    "train_encoder",
    "train_page_encoder",
    "write_pairs",
]
