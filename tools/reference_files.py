"""Files as numpy and Pillow write them, for test/io-files.test.ts: python3 tools/reference_files.py > test/fixtures/files.json"""

import base64
import io
import json

import numpy as np
import PIL
from PIL import Image

rng = np.random.default_rng(3)


def npy(x):
    out = io.BytesIO()
    np.save(out, x)
    return out.getvalue()


def npz(compressed, **arrays):
    out = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(out, **arrays)
    return out.getvalue()


def entry(data, expected, **more):
    return {"base64": base64.b64encode(data).decode(), "expected": expected, **more}


table = np.arange(6).reshape(2, 3)
arrays = {
    f"{kind}": entry(npy(x), x.tolist(), shape=list(x.shape), dtype=dtype)
    for kind, x, dtype in [
        ("float32", (table / 4).astype("<f4"), "float32"),
        ("float64, big-endian", (table / 3).astype(">f8"), "float64"),
        ("float32, by columns", np.asfortranarray(table / 4, dtype="<f4"), "float32"),
        ("int64", table - 3, "int32"),
        ("int16, big-endian", (table - 3).astype(">i2"), "int32"),
        ("uint8", table.astype("u1"), "uint8"),
        ("bool", table % 2 == 0, "bool"),
        ("no dims", np.array(2.5), "float64"),
        ("one dim", np.array([1, 2, 3], "<i4"), "int32"),
        ("empty", np.zeros((0, 3), "<f4"), "float32"),
        ("by columns, three dims", np.asfortranarray(rng.integers(0, 9, (2, 3, 4)).astype("<f4")), "float32"),
    ]
}

rgba = rng.integers(0, 256, (3, 5, 4), dtype=np.uint8)
images = {}
for mode in ["1", "L", "LA", "P", "RGB", "RGBA"]:
    if mode == "1":
        picture = Image.fromarray(rgba[:, :, 0]).point(lambda v: 255 if v > 127 else 0, "1")
    elif mode == "P":
        picture = Image.fromarray(rgba[:, :, :3]).quantize(7)
    else:
        picture = Image.fromarray(rgba).convert(mode)
    out = io.BytesIO()
    picture.save(out, "PNG")
    plain = picture.convert("L" if mode == "1" else "RGB" if mode == "P" else mode)
    pixels = np.asarray(plain)
    pixels = pixels[:, :, None] if pixels.ndim == 2 else pixels
    images[mode] = entry(out.getvalue(), pixels.transpose(2, 0, 1).tolist())

print(
    json.dumps(
        {
            "numpy": np.__version__,
            "pillow": PIL.__version__,
            "npy": arrays,
            "npz": {
                "stored": entry(npz(False, a=table.astype("f4"), b=np.array([True])), {"a": table.tolist(), "b": [True]}),
                "deflated": entry(npz(True, w=np.zeros((40, 2), "f4")), {"w": np.zeros((40, 2)).tolist()}),
            },
            "unreadable": {
                "complex": base64.b64encode(npy(np.array([1j]))).decode(),
                "too large": base64.b64encode(npy(np.array([2**40]))).decode(),
            },
            "images": images,
        }
    )
)
