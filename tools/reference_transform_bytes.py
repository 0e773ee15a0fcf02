"""What torchvision makes of an image of bytes, for test/transforms-bytes.test.ts:
python3 tools/reference_transform_bytes.py > test/fixtures/transforms-bytes.json

Names of cases are those of the test; every draw comes after torch.manual_seed(seed)."""

import json

import torch
from torchvision import transforms as T
from torchvision.transforms import InterpolationMode as M
from torchvision.transforms import functional as F

B, N = M.BILINEAR, M.NEAREST
torch.manual_seed(5)
x = torch.randint(0, 256, (3, 6, 5), dtype=torch.uint8)
low = torch.randint(40, 90, (3, 20, 20), dtype=torch.uint8)
colour = [60, 130, 200]

plain = {
    "centerCrop": lambda: F.center_crop(x, [3, 2]),
    "centerCrop larger": lambda: F.center_crop(x, [9, 2]),
    "crop above": lambda: torch.zeros(3, 2, 4, dtype=torch.uint8),
    "pad symmetric": lambda: F.pad(x, [2, 3, 1, 0], padding_mode="symmetric"),
    "rotate": lambda: F.rotate(x, 30, B, fill=colour),
    "rotate nearest": lambda: F.rotate(x, -50, N, True, fill=colour),
    "affine": lambda: F.affine(x, 20, [1, -2], 1.2, [5, -8], B, [60]),
    "resize": lambda: F.resize(x, [4, 8], antialias=True),
    "resize plain": lambda: F.resize(x, 3, antialias=False),
    "resize bicubic": lambda: F.resize(x, [8, 9], M.BICUBIC, antialias=True),
    "resize maxSize": lambda: F.resize(x, 10, max_size=11, antialias=True),
    "brightness": lambda: F.adjust_brightness(x, 3),
    "contrast": lambda: F.adjust_contrast(x, 1.7),
    "saturation": lambda: F.adjust_saturation(x, 0.4),
    "sharpness": lambda: F.adjust_sharpness(x, 2),
    "gamma": lambda: F.adjust_gamma(x, 2.2, 1.5),
    "grayscale": lambda: F.rgb_to_grayscale(x),
    "invert": lambda: F.invert(x),
    "posterize": lambda: F.posterize(x, 3),
    "solarize": lambda: F.solarize(x, 100),
    "autocontrast": lambda: F.autocontrast(low),
    "equalize": lambda: F.equalize(low),
    "gaussianBlur": lambda: F.gaussian_blur(x, [5, 3], [0.7, 1.9]),
}

drawn = {
    "RandAugment": lambda: T.RandAugment(3)(x),
    "RandAugment options": lambda: T.RandAugment(3, 2, 17, B, colour)(x),
    "RandomErasing": lambda: T.RandomErasing(1, value=colour)(x),
    "ElasticTransform": lambda: T.ElasticTransform([4.0, 9.0], [0.4, 0.3], fill=60)(x),
    "RandomResizedCrop": lambda: T.RandomResizedCrop(3, antialias=True)(x),
    "ColorJitter": lambda: T.ColorJitter(0.5, 0.5, 0.7)(x),
    "GaussianBlur": lambda: T.GaussianBlur([3, 5], 1.3)(x),
}


def listed(y):
    return {"shape": list(y.shape), "data": y.flatten().tolist()}


def seeded(fn, seed):
    torch.manual_seed(seed)
    return listed(fn())


print(
    json.dumps(
        {
            "image": listed(x),
            "low": listed(low),
            "plain": {name: listed(fn()) for name, fn in plain.items()},
            "drawn": {name: [seeded(fn, seed) for seed in range(5)] for name, fn in drawn.items()},
        }
    )
)
