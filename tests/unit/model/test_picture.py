"""Picture files become the pixels that a browser would show, or a plain refusal."""

import contextlib
import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from model.errors import PictureError, PictureTooLargeError, UnsupportedPictureError
from model.picture import (
    decode_picture,
    encode_jpeg,
    encode_png,
    media_type,
    scaled_down,
)

RED, GREEN, BLUE, YELLOW = (220, 20, 20), (20, 200, 20), (20, 20, 220), (230, 220, 30)


def corners() -> np.ndarray:
    """48 x 32: red and green above blue and yellow."""
    rgb = np.zeros((32, 48, 3), np.uint8)
    rgb[:16, :24], rgb[:16, 24:], rgb[16:, :24], rgb[16:, 24:] = RED, GREEN, BLUE, YELLOW
    return rgb


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def shows_corners(rgb: np.ndarray, tolerance: int = 30) -> bool:
    height, width = rgb.shape[:2]
    spots = [rgb[y, x] for y in (height // 4, -height // 4) for x in (width // 4, -width // 4)]
    wanted = (RED, GREEN, BLUE, YELLOW)
    return all(
        np.abs(s.astype(int) - w).max() <= tolerance for s, w in zip(spots, wanted, strict=True)
    )


LOSSLESS_TURNS = {  # what a camera stores so that the orientation puts it upright
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: np.rot90,
    7: lambda a: np.rot90(a, 2).transpose(1, 0, 2),
    8: lambda a: np.rot90(a, -1),
}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_exif_orientation_is_put_upright(orientation: int, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(np.ascontiguousarray(LOSSLESS_TURNS[orientation](corners())))
    rgb = decode_picture(saved(stored, kind, exif=exif))
    assert rgb.shape == (32, 48, 3)
    assert shows_corners(rgb)


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_invalid_orientation_leaves_the_picture(value: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = value
    assert shows_corners(decode_picture(saved(Image.fromarray(corners()), "JPEG", exif=exif)))


@given(block=st.binary(max_size=120))
@settings(max_examples=60, deadline=None)
def test_broken_exif_leaves_the_picture(block: bytes) -> None:
    file = saved(Image.fromarray(corners()), "JPEG", exif=b"Exif\0\0" + block)
    assert decode_picture(file).shape[2] == 3


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_every_type_is_recognised_by_its_bytes_and_read(kind: str) -> None:
    file = saved(Image.fromarray(corners()), kind)
    assert media_type(file) == f"image/{kind.lower()}"
    rgb = decode_picture(file)
    assert rgb.dtype == np.uint8
    assert rgb.flags.c_contiguous
    assert rgb.flags.writeable
    assert shows_corners(rgb, 45)


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "YCbCr"])
def test_other_colour_modes_become_rgb(mode: str) -> None:
    kind = "JPEG" if mode in {"CMYK", "YCbCr"} else "PNG"
    rgb = decode_picture(saved(Image.fromarray(corners()).convert(mode), kind))
    assert rgb.shape == (32, 48, 3)
    if mode in {"L", "1"}:
        assert (rgb[..., 0] == rgb[..., 2]).all()
    else:
        assert shows_corners(rgb, 40)


def test_sixteen_bit_grey_keeps_its_upper_byte() -> None:
    ramp = np.tile(np.arange(0, 65536, 1024, dtype=np.uint16), (8, 1))
    rgb = decode_picture(saved(Image.fromarray(ramp), "PNG"))
    assert (rgb[0, :, 0] == np.arange(0, 256, 4)).all()


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_lies_on_white(mode: str) -> None:
    image = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    image.putpixel((1, 1), (0, 0, 0, 255))
    rgb = decode_picture(saved(image.convert(mode), "PNG"))
    assert rgb[0, 0].tolist() == [255, 255, 255]
    assert rgb[1, 1].tolist() == [0, 0, 0]


def test_a_transparent_palette_lies_on_white() -> None:
    image = Image.new("P", (2, 1), 0)
    image.putpalette([9, 9, 9, 200, 0, 0])
    image.putpixel((1, 0), 1)
    rgb = decode_picture(saved(image, "PNG", transparency=0))
    assert rgb[0].tolist() == [[255, 255, 255], [200, 0, 0]]


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_an_animation_gives_its_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, BLUE, GREEN)]
    file = saved(frames[0], kind, save_all=True, append_images=frames[1:])
    assert np.abs(decode_picture(file)[10, 10].astype(int) - RED).max() < 20


def huge_png(side: int) -> bytes:
    """A PNG header that promises side x side pixels, and next to no data."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(bytes(64)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [7_100, 9_700, 60_000])
def test_too_many_pixels_are_refused_before_decoding(side: int) -> None:
    # Decoding would say "damaged": there is no data behind the header.
    with pytest.raises(PictureTooLargeError) as caught:
        decode_picture(huge_png(side))
    assert caught.value.code == "picture-too-large"
    assert caught.value.hint


def test_the_pixel_limit_is_exact() -> None:
    file = encode_png(corners())
    assert decode_picture(file, max_pixels=32 * 48).shape == (32, 48, 3)
    with pytest.raises(PictureTooLargeError, match="48 x 32"):
        decode_picture(file, max_pixels=32 * 48 - 1)


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(PictureTooLargeError, match="MiB"):
        decode_picture(b"\xff\xd8\xff" + bytes(100), max_bytes=102)


@pytest.mark.parametrize(
    "data", [b"<svg/>", b"GIF88a", b"RIFF\0\0\0\0WAVE", b"BM" + bytes(60), bytes(40)]
)
def test_other_files_are_named_unsupported(data: bytes) -> None:
    assert media_type(data) is None
    with pytest.raises(UnsupportedPictureError) as caught:
        decode_picture(data)
    assert "JPEG" in caught.value.hint


def test_heic_is_not_taken_for_avif() -> None:
    assert media_type(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic") is None
    assert media_type(b"\0\0\0\x18ftypmif1\0\0\0\0avifmif1") == "image/avif"


def test_an_empty_file_is_reported_as_empty() -> None:
    with pytest.raises(PictureError, match="empty"):
        decode_picture(b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_a_cut_off_file_is_a_picture_error(kind: str, part: float) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (90, 70, 3), np.uint8)
    file = saved(Image.fromarray(noise), kind)
    with pytest.raises(PictureError, match="damaged"):
        decode_picture(file[: int(len(file) * part)])


@given(place=st.floats(0, 1), junk=st.binary(min_size=1, max_size=40), kind=st.sampled_from(
    ["JPEG", "PNG", "WEBP", "GIF", "AVIF"]))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_damage_gives_pixels_or_an_error_of_ours(place: float, junk: bytes, kind: str) -> None:
    file = bytearray(saved(Image.fromarray(corners()), kind))
    at = int(place * (len(file) - 1))
    file[at : at + len(junk)] = junk
    # Any other exception than ours goes through and fails the test.
    with contextlib.suppress(PictureError):
        assert decode_picture(bytes(file), max_pixels=10_000_000).shape[2] == 3


def test_a_longest_side_scales_down_and_never_up() -> None:
    tall = np.full((600, 300, 3), 120, np.uint8)
    file = encode_jpeg(tall)
    assert decode_picture(file, max_side=200).shape == (200, 100, 3)
    assert decode_picture(file, max_side=2000).shape == (600, 300, 3)
    assert scaled_down(tall, 600) is tall
    assert scaled_down(np.zeros((1, 900, 3), np.uint8), 100).shape == (1, 100, 3)


def test_what_is_encoded_is_decoded() -> None:
    rgb = corners()
    assert (decode_picture(encode_png(rgb)) == rgb).all()
    assert shows_corners(decode_picture(encode_jpeg(rgb)), 40)
    clear = np.dstack([rgb, np.zeros((32, 48), np.uint8)])
    assert (decode_picture(encode_png(clear)) == 255).all()
