"""What the target of a picture and a change looks like, written by a model that sees."""

from trovato.generate.target_description.description_file import DescriptionFile
from trovato.generate.target_description.target_describer import TargetDescriber

__all__ = [
    "DescriptionFile",
    "TargetDescriber",
]
