"""Vectors as short codes: residual, orthogonal and product quantisers, their repair and quality."""

from trovato.ops.quantization.balanced import assign_with_capacity, balanced_kmeans
from trovato.ops.quantization.collisions import (
    CollisionRepair,
    add_digit,
    bucket_of,
    move_to_free_ids,
)
from trovato.ops.quantization.encoded import EncodedQuantizer
from trovato.ops.quantization.kmeans import (
    cluster_means,
    kmeans,
    nearest_centroids,
    squared_distances,
)
from trovato.ops.quantization.nearest_ids import search_ids, squared_errors
from trovato.ops.quantization.orthogonal import (
    LevelOutput,
    OrthogonalQuantizer,
    code_means,
    fit_orthogonal_quantizer,
    keep_top,
    orthogonal_level,
)
from trovato.ops.quantization.product import ProductQuantizer, fit_product_quantizer
from trovato.ops.quantization.quality import (
    CodeQuality,
    LevelQuality,
    code_quality,
    gini,
    id_drift,
    mutual_information,
    relative_error,
)
from trovato.ops.quantization.residual import (
    ResidualQuantizer,
    check_codes,
    fit_residual_quantizer,
)
from trovato.ops.quantization.rotations import (
    nearest_orthogonal,
    orthogonality_error,
    principal_axes,
    random_rotation,
)

__all__ = [
    "CodeQuality",
    "CollisionRepair",
    "EncodedQuantizer",
    "LevelOutput",
    "LevelQuality",
    "OrthogonalQuantizer",
    "ProductQuantizer",
    "ResidualQuantizer",
    "add_digit",
    "assign_with_capacity",
    "balanced_kmeans",
    "bucket_of",
    "check_codes",
    "cluster_means",
    "code_means",
    "code_quality",
    "fit_orthogonal_quantizer",
    "fit_product_quantizer",
    "fit_residual_quantizer",
    "gini",
    "id_drift",
    "keep_top",
    "kmeans",
    "move_to_free_ids",
    "mutual_information",
    "nearest_centroids",
    "nearest_orthogonal",
    "orthogonal_level",
    "orthogonality_error",
    "principal_axes",
    "random_rotation",
    "relative_error",
    "search_ids",
    "squared_distances",
    "squared_errors",
]
