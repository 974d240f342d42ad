"""A page image encoder as a folder of the layout that it came in."""

from __future__ import annotations

import shutil
from pathlib import Path

from trovato.core import PathLike, file_errors
from trovato.core.system.files import atomic_path
from trovato.encode.late_interaction.checkpoint import read_weights, renamed
from trovato.encode.late_interaction.pages import PageImageEncoder

_COPIED = (".json", ".txt", ".model", ".jinja")


def save_page_encoder(folder: PathLike, encoder: PageImageEncoder) -> Path:
    """Write the weights that an encoder has now, with the other files of its folder.

    Weights keep their names and types; an adapter is merged into its base.

    Parameters
    ----------
    folder
        Where to; made where it is not there.
    encoder
        With changed weights.

    Raises
    ------
    StorageError
        If the system refuses to write.
    """
    from safetensors.torch import save_file

    folder = Path(folder)
    source, base = encoder.folders
    with file_errors("write", folder):
        folder.mkdir(parents=True, exist_ok=True)
        for place in (base, source):
            for path in sorted(place.iterdir()) if place is not None else ():
                kept = path.suffix in _COPIED and not path.name.startswith("adapter_")
                if kept and not path.name.endswith(".index.json"):
                    shutil.copyfile(path, folder / path.name)
    weights = read_weights(source, base)
    state = encoder.network.state_dict()
    own = renamed({name: name for name in weights}, encoder.model.backbone.renames)
    places = {f"backbone.{new}": name for new, name in own.items()}
    for name in encoder.family.projections:
        places |= {f"projection.{part}": f"{name}.{part}" for part in ("weight", "bias")}
    changed = {
        name: state[place].detach().cpu().to(weights[name].dtype)
        for place, name in places.items()
        if place in state and name in weights
    }
    kept_whole = {name: one.contiguous().clone() for name, one in (weights | changed).items()}
    with atomic_path(folder / "model.safetensors") as part:
        save_file(kept_whole, part, {"format": "pt"})
    return folder
