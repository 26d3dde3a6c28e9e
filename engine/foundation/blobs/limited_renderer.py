"""A program of its own that turns one file into one small picture, and can do next to nothing else.

Started as ``python -I limited_renderer.py MEDIA_TYPE`` with the file on standard input; it writes a JPEG to standard
output, or a code to standard error and ends with 1.  Before it reads a byte it gives up memory, processor time, new
files, new processes and (where the kernel lets it) the network: a file made to break a decoder breaks this process.
"""

from __future__ import annotations

import ctypes
import io
import resource
import sys
from typing import Any

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 20
LONGEST_SIDE = 1200
MAX_PIXELS = 120_000_000
_NEW_NETWORK = 0x40000000


def confine() -> None:
    """Give up what a picture does not need; what the system refuses to take away is left."""
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(limit, (value, value))
    # An empty network namespace has no way out; without the right to make one the other limits still hold.
    ctypes.CDLL(None, use_errno=True).unshare(_NEW_NETWORK)


def first_page(content: bytes) -> Any:
    """Return the first page of a PDF as an image."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    page = document[0]
    width, height = page.get_size()
    scale = min(3.0, LONGEST_SIDE / max(width, height, 1))
    return page.render(scale=scale).to_pil()


def picture(content: bytes) -> Any:
    """Return an image, turned as its camera says."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "TIFF"))
    image.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
    return ImageOps.exif_transpose(image)


def main() -> int:
    """Render standard input; return the exit code."""
    content = sys.stdin.buffer.read()
    confine()
    try:
        drawn = first_page(content) if sys.argv[1] == "application/pdf" else picture(content)
        flat = drawn.convert("RGB") if drawn.mode not in ("RGBA", "LA", "P") else _on_white(drawn)
        flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        written = io.BytesIO()
        flat.save(written, "JPEG", quality=80)
    except MemoryError:
        sys.stderr.write("memory")
        return 1
    except Exception as error:  # noqa: BLE001 - whatever a broken file makes a decoder raise is one answer: no picture
        sys.stderr.write(type(error).__name__)
        return 1
    sys.stdout.buffer.write(written.getvalue())
    return 0


def _on_white(image: Any) -> Any:
    from PIL import Image

    clear = image.convert("RGBA")
    paper = Image.new("RGB", clear.size, "white")
    paper.paste(clear, mask=clear.getchannel("A"))
    return paper


if __name__ == "__main__":
    sys.exit(main())
