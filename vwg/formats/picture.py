"""Pictures made anew: whatever somebody sends in, WebP goes out, with nothing in it but the picture."""

import warnings
from collections.abc import Mapping
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

READS = ("PNG", "JPEG", "WEBP")  # never SVG: it is a program
MOST_POINTS = 40_000_000  # width × height, asked of the file's head before a point is decoded
PHONE = 60_000  # bytes: what a picture may weigh on a telephone
SIZES: Mapping[str, int] = {"mark": 112, "phone": 720, "wide": 1440}  # the longest side, in points
MOST_BYTES: Mapping[str, int] = {"mark": 12_000, "phone": PHONE, "wide": 200_000}


class NotAPicture(ValueError):
    """Not a PNG, JPEG or WebP, or a broken one."""


class TooManyPoints(ValueError):
    """More points than `MOST_POINTS`; nothing was decoded."""


def as_webp(data: bytes, sizes: Mapping[str, int] = SIZES) -> dict[str, bytes]:
    """The picture in each of these sizes, never made larger than it is.

    Turned as its camera held it; EXIF (place, camera, name), colour profile and every other line
    of the file are gone. Only the first frame of an animation. Raises NotAPicture, TooManyPoints.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we have a bound of our own
            picture = Image.open(BytesIO(data), formats=READS)
            if picture.width * picture.height > MOST_POINTS:
                raise TooManyPoints
            upright = ImageOps.exif_transpose(picture)
            plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except Image.DecompressionBombError as error:
        raise TooManyPoints from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        if isinstance(error, TooManyPoints):
            raise
        raise NotAPicture from error
    return {name: _encoded(plain, side, MOST_BYTES.get(name, PHONE)) for name, side in sizes.items()}


def cut(data: bytes, width: int, height: int, focus: int) -> bytes:
    """A picture of ours cut to exactly this frame; `focus` (1 to 9, as the keys of a telephone) stays in sight."""
    across, down = (focus - 1) % 3 / 2, (focus - 1) // 3 / 2
    fitted = ImageOps.fit(Image.open(BytesIO(data)).convert("RGB"), (width, height), Image.Resampling.LANCZOS, centering=(across, down))
    out = BytesIO()
    fitted.save(out, "WEBP", quality=80, method=4)
    return out.getvalue()


def few_colours(png: bytes) -> bytes:
    """The same PNG in 256 colours, a third of the weight: programs that show shared links refuse heavy ones."""
    out = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").quantize(256, dither=Image.Dither.FLOYDSTEINBERG).save(out, "PNG", optimize=True)
    return out.getvalue()


def _encoded(picture: Image.Image, side: int, most: int) -> bytes:
    """As good as fits in `most` bytes; where even the poorest does not, smaller."""
    while True:
        smaller = picture.copy()
        smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
        for quality in (82, 70, 58, 45, 30):
            out = BytesIO()
            smaller.save(out, "WEBP", quality=quality, method=4)
            if out.tell() <= most:
                return out.getvalue()
        side = side * 3 // 4
