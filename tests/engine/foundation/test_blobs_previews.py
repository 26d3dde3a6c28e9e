"""Previews come from a process that can do next to nothing; whatever breaks it is told in a sentence."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from engine.foundation.blobs import previews
from engine.foundation.blobs.previews import Preview, preview
from tests.engine.foundation.test_blobs_rules import DOCX, image
from tests.support.house import PDF

RENDERER = Path(previews.__file__).with_name("limited_renderer.py")


def size_of(made: Preview) -> tuple[int, int]:
    with Image.open(io.BytesIO(made.image)) as picture:
        assert picture.format == "JPEG"
        return picture.size


@pytest.mark.parametrize("kind, media_type", [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("TIFF", "image/tiff")])
def test_a_picture_gets_a_smaller_picture(kind: str, media_type: str):
    assert size_of(preview(media_type, image(kind, (3000, 1500)))) == (1200, 600)


def test_a_photograph_taken_upright_is_shown_upright():
    buffer, exif = io.BytesIO(), Image.Exif()
    exif[274] = 6
    Image.new("RGB", (400, 200)).save(buffer, "JPEG", exif=exif)
    assert size_of(preview("image/jpeg", buffer.getvalue())) == (200, 400)


def test_a_clear_background_becomes_white_paper():
    buffer = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(buffer, "PNG")
    with Image.open(io.BytesIO(preview("image/png", buffer.getvalue()).image)) as picture:
        assert picture.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_of_a_pdf_the_first_page_is_shown():
    buffer = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(buffer, "PDF")
    width, height = size_of(preview("application/pdf", buffer.getvalue()))
    assert height == 1200
    assert 890 <= width <= 910


@pytest.mark.parametrize(
    "media_type, content",
    [("application/pdf", PDF), ("image/png", b"\x89PNG\r\n\x1a\nx"), ("image/jpeg", b"")],
)
def test_a_file_that_no_decoder_understands_has_a_sentence_instead(media_type: str, content: bytes):
    assert preview(media_type, content) == Preview(b"", "不能生成预览，文件可能已损坏；请下载后核对")


def test_a_kind_without_pictures_says_so():
    made = preview("application/vnd.openxmlformats-officedocument.wordprocessingml.document", DOCX)
    assert made == Preview(b"", "这种格式没有预览，请下载后查看")


def test_a_renderer_that_takes_too_long_is_stopped():
    assert preview("image/png", image("PNG"), seconds=0.001).sentence == "生成预览用时过长，已停止；请下载后查看"


def test_the_renderer_can_write_no_file_and_take_no_more_than_its_memory(tmp_path: Path):
    attempt = f"""
import runpy, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
confine = runpy.run_path({str(RENDERER)!r})["confine"]
confine()
try:
    with open({str(tmp_path / "x")!r}, "w") as file:
        file.write("a" * 100_000)
    print("wrote")
except OSError:
    print("no file")
try:
    bytearray(3 * 1024 ** 3)
    print("memory")
except MemoryError:
    print("no memory")
"""
    done = subprocess.run([sys.executable, "-c", attempt], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split("\n")[:2] == ["no file", "no memory"], done.stderr
    assert not (tmp_path / "x").exists() or (tmp_path / "x").stat().st_size == 0
