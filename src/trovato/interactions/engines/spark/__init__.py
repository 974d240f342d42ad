"""The operations of a log on Spark, for what outgrows a machine."""

from trovato.interactions.engines.spark.engine import SparkEngine

__all__ = [
    "SparkEngine",
]
