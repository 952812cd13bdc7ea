import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from dimitra_studio.core.errors import InputError
from dimitra_studio.face.images import BACKGROUND, read_portrait

LEFT, RIGHT = (200, 60, 40), (30, 90, 180)


@pytest.fixture
def picture() -> Image.Image:
    """64 x 48, red on the left and blue on the right, lighter at the top."""
    pixels = np.empty((48, 64, 3), np.uint8)
    pixels[:, :32], pixels[:, 32:] = LEFT, RIGHT
    pixels[:8] += 40
    return Image.fromarray(pixels)


def assert_like(portrait, picture, tolerance):
    assert portrait.size == picture.size
    difference = np.abs(portrait.pixels.astype(int) - np.asarray(picture.convert("RGB"), int))
    # Away from the edges, where lossy formats ring.
    assert difference[10:, 4:28].max() <= tolerance
    assert difference[10:, 36:-4].max() <= tolerance


@pytest.mark.parametrize(
    ("form", "options", "tolerance"),
    [
        ("PNG", {}, 0),
        ("BMP", {}, 0),
        ("TIFF", {}, 0),
        ("TIFF", {"compression": "tiff_lzw"}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("WEBP", {"quality": 95}, 12),
        ("JPEG", {"quality": 95}, 8),
        ("GIF", {}, 8),
    ],
)
def test_formats(tmp_path, picture, form, options, tolerance):
    path = tmp_path / "picture.any"
    picture.save(path, form, **options)
    assert_like(read_portrait(path), picture, tolerance)


def test_cmyk_jpeg(tmp_path, picture):
    picture.convert("CMYK").save(tmp_path / "p.jpg", quality=95)
    portrait = read_portrait(tmp_path / "p.jpg")
    assert_like(portrait, picture, 10)
    assert any("CMYK" in note for note in portrait.notes)


def test_palette_with_and_without_transparency(tmp_path, picture):
    indexed = picture.quantize(16)
    indexed.save(tmp_path / "p.png")
    assert_like(read_portrait(tmp_path / "p.png"), picture, 4)
    corner = indexed.getpixel((2, 40))
    indexed.save(tmp_path / "t.png", transparency=corner)
    portrait = read_portrait(tmp_path / "t.png")
    assert tuple(portrait.pixels[40, 2]) == (BACKGROUND,) * 3
    assert np.abs(portrait.pixels[40, 60].astype(int) - RIGHT).max() <= 4


def test_transparency_is_laid_on_grey_and_told(tmp_path, picture):
    alpha = np.full((48, 64), 255, np.uint8)
    alpha[:, :32] = 0
    alpha[:, 40] = 128
    picture.putalpha(Image.fromarray(alpha))
    picture.save(tmp_path / "p.png")
    portrait = read_portrait(tmp_path / "p.png")
    assert (portrait.pixels[:, :32] == BACKGROUND).all()
    assert tuple(portrait.pixels[20, 50]) == RIGHT
    half = portrait.pixels[20, 40].astype(int)
    assert np.abs(half - (np.array(RIGHT) + BACKGROUND) / 2).max() <= 2
    assert any("ransparent" in note for note in portrait.notes)


def test_opaque_alpha_says_nothing(tmp_path, picture):
    picture.putalpha(255)
    picture.save(tmp_path / "p.png")
    assert read_portrait(tmp_path / "p.png").notes == ()


def test_grey_with_alpha(tmp_path):
    grey = Image.merge("LA", [Image.new("L", (20, 20), 90), Image.new("L", (20, 20), 255)])
    grey.save(tmp_path / "p.png")
    assert (read_portrait(tmp_path / "p.png").pixels == 90).all()


@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_16_bit_grey_keeps_its_brightness(tmp_path, suffix):
    ramp = np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (40, 1))
    Image.fromarray(ramp).save(tmp_path / f"p.{suffix}")
    portrait = read_portrait(tmp_path / f"p.{suffix}")
    assert np.abs(portrait.pixels[5, :, 1].astype(int) - np.arange(256)).max() <= 1
    assert any("8 bits" in note for note in portrait.notes)


def test_16_bit_colour(tmp_path):
    # Pillow writes no 16-bit colour, so the PNG is put together by hand.
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    row = b"\0" + b"".join(struct.pack(">HHH", 200 * 257, 60 * 257, 40 * 257) for _ in range(30))
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 30, 20, 16, 2, 0, 0, 0))
    content += chunk(b"IDAT", zlib.compress(row * 20)) + chunk(b"IEND", b"")
    (tmp_path / "p.png").write_bytes(content)
    pixels = read_portrait(tmp_path / "p.png").pixels
    assert pixels.shape == (20, 30, 3)
    assert np.abs(pixels.astype(int) - LEFT).max() <= 1


def test_floating_point_tiff(tmp_path):
    values = np.tile(np.linspace(0, 1, 64, dtype=np.float32), (32, 1))
    Image.fromarray(values).save(tmp_path / "p.tiff")
    assert np.abs(read_portrait(tmp_path / "p.tiff").pixels[3, :, 0] - values[3] * 255).max() <= 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation_is_applied(tmp_path, picture, orientation):
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = picture.transpose(undo[orientation]) if orientation in undo else picture
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "p.png", exif=exif)
    assert_like(read_portrait(tmp_path / "p.png"), picture, 0)


def test_colour_profile_becomes_srgb(tmp_path, picture):
    linear = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ"))
    lab = io.BytesIO(linear.tobytes())
    picture.save(tmp_path / "srgb.png", icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    assert_like(read_portrait(tmp_path / "srgb.png"), picture, 2)
    # A profile that does not fit the picture is told, never fatal.
    picture.save(tmp_path / "odd.png", icc_profile=lab.getvalue()[:200])
    portrait = read_portrait(tmp_path / "odd.png")
    assert_like(portrait, picture, 0)
    assert any("profile" in note for note in portrait.notes)


def test_animation_gives_its_first_frame(tmp_path, picture):
    picture.save(tmp_path / "p.gif", save_all=True, append_images=[Image.new("RGB", picture.size)])
    portrait = read_portrait(tmp_path / "p.gif")
    assert_like(portrait, picture, 8)
    assert any("first frame" in note for note in portrait.notes)


@pytest.mark.parametrize("name", ["肖像 写真.png", "🙂 face.png", "with spaces and ümläuts.png", "x" * 200 + ".png"])
def test_names_of_every_kind(tmp_path, picture, name):
    picture.save(tmp_path / name)
    portrait = read_portrait(tmp_path / name)
    assert portrait.name == name
    assert len(portrait.sha256) == 64


def test_same_file_same_hash(tmp_path, picture):
    picture.save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes((tmp_path / "a.png").read_bytes())
    assert read_portrait(tmp_path / "a.png").sha256 == read_portrait(tmp_path / "b.png").sha256


def broken(tmp_path, picture, kind):
    path = tmp_path / "p.jpg"
    if kind == "text":
        path.write_text("hello " * 100)
    elif kind == "empty":
        path.touch()
    elif kind == "folder":
        path.mkdir()
    elif kind == "truncated JPEG":
        big = picture.resize((640, 480))
        big.save(path, quality=95)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif kind == "truncated PNG":
        noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
        Image.fromarray(noise).save(path, "PNG")
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif kind == "bomb":
        Image.new("1", (20_000, 20_000)).save(path, "PNG")
    elif kind == "too large":
        Image.new("1", (10_001, 10_000)).save(path, "PNG")
    return path


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("text", "not a picture"),
        ("empty", "0 bytes"),
        ("folder", "is a folder"),
        ("missing", "does not exist"),
        ("truncated JPEG", "cut off"),
        ("truncated PNG", "cut off"),
        ("bomb", "megapixels"),
        ("too large", "megapixels"),
    ],
)
def test_what_is_refused(tmp_path, picture, kind, words):
    with pytest.raises(InputError, match=words) as refusal:
        read_portrait(broken(tmp_path, picture, kind))
    assert "p.jpg" in refusal.value.message
    assert refusal.value.hint


def test_a_name_that_no_system_takes(tmp_path):
    with pytest.raises(InputError):
        read_portrait(tmp_path / ("x" * 5000))
    with pytest.raises(InputError):
        read_portrait("a\0b.png")


def test_bomb_is_refused_before_it_is_decoded(tmp_path, picture):
    path = broken(tmp_path, picture, "too large")
    tracemalloc.start()
    with pytest.raises(InputError):
        read_portrait(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000
