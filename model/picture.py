"""Decoding picture files, which may come from anyone, and encoding pictures."""

import io
import struct
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from model.errors import PictureError, PictureTooLargeError, UnsupportedPictureError
from model.picture_structure import check_structure, webp_size

MAX_PIXELS: Final = 50_000_000
MAX_BYTES: Final = 15 * 2**20

FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_AVIF_BRANDS: Final = (b"avif", b"avis")
# EXIF orientation (Exif 2.32, tag 0x0112) to the transposition that puts the picture upright.
_TRANSPOSITIONS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def media_type(data: bytes) -> str | None:
    """Return the media type of a picture that can be decoded, going by its first bytes.

    None for everything else, whatever its name or header claims.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        # ISO/IEC 14496-12: size, "ftyp", major brand, version, compatible brands.
        length = min(int.from_bytes(data[:4], "big"), 256)
        brands = (data[8:12], *(data[at : at + 4] for at in range(16, length - 3, 4)))
        if any(brand in _AVIF_BRANDS for brand in brands):
            return "image/avif"
    return None


def check_file(data: bytes, *, max_pixels: int = MAX_PIXELS, max_bytes: int = MAX_BYTES) -> None:
    """Refuse what is no picture, is too large or would take too long, without decoding it.

    Args:
        data: The whole file.
        max_pixels: Most pixels (width x height) that are decoded.
        max_bytes: Most bytes that are accepted.

    Raises:
        PictureTooLargeError: More bytes or pixels than allowed.
        UnsupportedPictureError: The file is of another type.
        PictureError: The file is empty, or in very many pieces.
    """
    if len(data) > max_bytes:
        raise PictureTooLargeError(
            # How many there are is unknown: the reader may have stopped here.
            f"The picture file has more than {max_bytes / 2**20:g} MiB; no more are read.",
            hint="Use a smaller version of the picture.",
        )
    if not data:
        raise PictureError("The picture file is empty.", hint="Download or save it again.")
    if media_type(data) is None:
        raise UnsupportedPictureError(
            "The file is not a JPEG, PNG, WebP, GIF or AVIF picture.",
            hint="Save the picture as JPEG or PNG and try again.",
        )
    check_structure(data)
    _check_size(webp_size(data) or (0, 0), max_pixels)


def decode_picture(
    data: bytes,
    *,
    max_pixels: int = MAX_PIXELS,
    max_bytes: int = MAX_BYTES,
    max_side: int | None = None,
) -> NDArray[np.uint8]:
    """Decode a JPEG, PNG, WebP, GIF or AVIF file as a browser shows it.

    The EXIF orientation is applied, transparency becomes white, an animation gives its first
    frame and a 16-bit sample its upper byte. The size is checked before any pixel is decoded.

    Args:
        data: The whole file.
        max_pixels: Most pixels (width x height) that are decoded.
        max_bytes: Most bytes that are accepted.
        max_side: If given, a picture with a longer side is scaled down to it (large JPEGs
            are then decoded at a fraction of their size, several times faster and smaller).

    Returns:
        ``H x W x 3`` uint8 RGB, contiguous and writable.

    Raises:
        PictureTooLargeError: More bytes or pixels than allowed.
        UnsupportedPictureError: The file is of another type.
        PictureError: The file is empty, cut off or broken.
    """
    check_file(data, max_pixels=max_pixels, max_bytes=max_bytes)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_size(image.size, max_pixels)
            if max_side is not None:
                image.draft(None, (max_side, max_side))
            image.load()
            # A GIF may have grown while its first frame was read.
            _check_size(image.size, max_pixels)
            rgb = np.array(_upright(image))
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(max_pixels) from error
    except MemoryError as error:
        raise _too_many_pixels(max_pixels) from error
    except Exception as error:
        # On hostile bytes decoders raise anything: OSError, SyntaxError, struct.error,
        # zlib.error, EOFError, RuntimeError...
        raise PictureError(
            "The picture file is damaged or incomplete.", hint="Download or save it again."
        ) from error
    return rgb if max_side is None else scaled_down(rgb, max_side)


def scaled_down(rgb: NDArray[np.uint8], max_side: int) -> NDArray[np.uint8]:
    """Scale a picture so that its longer side is at most ``max_side``; never enlarge it."""
    height, width = rgb.shape[:2]
    longer = max(height, width)
    if longer <= max_side:
        return rgb
    size = (
        max(1, round(width * max_side / longer)),
        max(1, round(height * max_side / longer)),
    )
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def encode_jpeg(rgb: NDArray[np.uint8], quality: int = 90) -> bytes:
    """Encode ``H x W x 3`` uint8 RGB as JPEG; ``quality`` 1 to 95."""
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def encode_png(pixels: NDArray[np.uint8]) -> bytes:
    """Encode ``H x W x 3`` RGB or ``H x W x 4`` RGBA uint8 as PNG."""
    buffer = io.BytesIO()
    # Level 3 is three times faster than the default for a file a few percent larger.
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def _check_size(size: tuple[int, int], max_pixels: int) -> None:
    if size[0] * size[1] > max_pixels:
        raise _too_many_pixels(max_pixels, size)


def _too_many_pixels(max_pixels: int, size: tuple[int, int] | None = None) -> PictureTooLargeError:
    found = f"The picture has {size[0]} x {size[1]} pixels" if size else "The picture is huge"
    return PictureTooLargeError(
        f"{found}; at most {max_pixels / 1e6:g} million are read.",
        hint="Use a smaller version of the picture.",
    )


def _upright(image: Image.Image) -> Image.Image:
    """Return the loaded picture as RGB, turned by its EXIF orientation."""
    orientation = _orientation(image.info.get("exif"))
    if image.mode.startswith("I;16"):
        # Pillow would clip 16-bit grey at 255 instead of scaling it.
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.new("RGB", image.size, "white")
        image.paste(layer, mask=layer.getchannel("A"))
    elif image.mode != "RGB":
        image = image.convert("RGB")
    transposition = _TRANSPOSITIONS.get(orientation)
    return image if transposition is None else image.transpose(transposition)


def _orientation(block: object) -> int:
    """Return the EXIF orientation, 1 to 8; 1 if there is none or it cannot be read.

    Only the EXIF block counts, as in browsers: Pillow's own `getexif` also believes XMP,
    and the overlay would then be turned against the picture that the user sees.
    """
    if not isinstance(block, bytes):
        return 1
    exif = Image.Exif()
    try:
        exif.load(block)
        value = exif.get(ExifTags.Base.Orientation, 1)
    except (SyntaxError, ValueError, KeyError, IndexError, TypeError, OSError, struct.error):
        return 1  # a broken block turns nothing
    return value if isinstance(value, int) and 1 <= value <= 8 else 1
