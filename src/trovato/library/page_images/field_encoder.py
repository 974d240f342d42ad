"""The encoder of a collection's page images, opened by the name that the collection keeps."""

from __future__ import annotations

from trovato.core import IncompatibleCollectionError, InvalidInputError, ModelUnavailableError
from trovato.encode.late_interaction import PageImageEncoder
from trovato.index import PAGE_IMAGE_FIELD, Reader, VectorField

_FOLDER = "hf:"


def open_page_image_encoder(reader: Reader) -> PageImageEncoder:
    """The encoder of page images that a collection names.

    Raises
    ------
    InvalidInputError
        If there are no page images, or their encoder has no name.
    ModelUnavailableError
        If its folder is not there any more, or holds another kind of model.
    IncompatibleCollectionError
        If the folder holds other weights now.
    """
    field = _image_field(reader)
    name = field.encoder_name
    if name is None or not name.startswith(_FOLDER):
        raise InvalidInputError(
            "the collection does not say which encoder made its page images: name it with "
            "`--page-image-encoder hf:FOLDER`"
        )
    try:
        encoder = PageImageEncoder(name.removeprefix(_FOLDER))
    except ModelUnavailableError as error:
        raise ModelUnavailableError(
            f"the page images were made by {name}, which cannot be opened: {error}; if it has "
            "moved, name it with `--page-image-encoder hf:FOLDER`"
        ) from error
    check_page_image_encoder(reader, encoder)
    return encoder


def check_page_image_encoder(reader: Reader, encoder: PageImageEncoder) -> None:
    """Refuse an encoder that did not make the page images.

    Raises
    ------
    InvalidInputError
        If there are none.
    IncompatibleCollectionError
        If another encoder made them.
    """
    field = _image_field(reader)
    if field.fingerprint != encoder.fingerprint:
        raise IncompatibleCollectionError(
            f"the page images were made by encoder {field.called}, this one is {encoder.name} "
            f"{encoder.fingerprint!r}: search with that one"
        )


def _image_field(reader: Reader) -> VectorField:
    field = reader.fields.get(PAGE_IMAGE_FIELD)
    if field is None:
        raise InvalidInputError(
            "the collection has no page images: index it with `--page-image-encoder`"
        )
    return field
