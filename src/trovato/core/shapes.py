"""Array types with named axes: jaxtyping's where that is loaded, else types that nobody checks.

Annotations are checked by jaxtyping's import hook, as in the tests, and who installs it has loaded
jaxtyping. Everybody else would only wait for it, about as long as for NumPy. In the same way what
is named in annotations alone may be imported `if CHECKED`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

CHECKED = "jaxtyping" in sys.modules

if TYPE_CHECKING or CHECKED:
    from jaxtyping import (
        Bool,
        Float,
        Float16,
        Float32,
        Float64,
        Int8,
        Int32,
        Int64,
        Integer,
        Num,
        Shaped,
        UInt8,
        UInt16,
        UInt32,
        UInt64,
    )
else:

    class _Unchecked:
        def __class_getitem__(cls, array_and_axes: tuple[Any, str]) -> Any:
            return array_and_axes[0]

    Bool = Float = Float16 = Float32 = Float64 = Int8 = Int32 = Int64 = Integer = Num = Shaped = (
        UInt8
    ) = UInt16 = UInt32 = UInt64 = _Unchecked

__all__ = [
    "CHECKED",
    "Bool",
    "Float",
    "Float16",
    "Float32",
    "Float64",
    "Int8",
    "Int32",
    "Int64",
    "Integer",
    "Num",
    "Shaped",
    "UInt8",
    "UInt16",
    "UInt32",
    "UInt64",
]
