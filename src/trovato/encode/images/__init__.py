"""Pictures to vectors, and captions into the same space."""

from trovato.encode.images.aligned_space import FEWEST_CAPTIONS, AlignedSpace, Alignment
from trovato.encode.images.caption_encoder import CaptionEncoder
from trovato.encode.images.clip import ClipEncoder
from trovato.encode.images.clip_export import export_clip
from trovato.encode.images.clip_onnx import OnnxClipEncoder
from trovato.encode.images.clip_space import ClipSpace
from trovato.encode.images.embedded_space import EmbeddedSpace
from trovato.encode.images.lite0 import Lite0Encoder
from trovato.encode.images.picture_space import PictureSpace
from trovato.encode.images.remembered_space import RememberedSpace

__all__ = [
    "FEWEST_CAPTIONS",
    "AlignedSpace",
    "Alignment",
    "CaptionEncoder",
    "ClipEncoder",
    "ClipSpace",
    "EmbeddedSpace",
    "Lite0Encoder",
    "OnnxClipEncoder",
    "PictureSpace",
    "RememberedSpace",
    "export_clip",
]
