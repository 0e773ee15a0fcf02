"""What torchvision makes of an image, for test/transforms.test.ts: python3 tools/reference_transforms.py > test/fixtures/transforms.json

Names of cases are those of the test; every draw comes after torch.manual_seed(seed)."""

import json

import torch
import torchvision
from torchvision import transforms as T
from torchvision.transforms import InterpolationMode as M
from torchvision.transforms import functional as F

B, N = M.BILINEAR, M.NEAREST
torch.manual_seed(5)
levels = torch.randint(0, 256, (3, 7, 6), dtype=torch.uint8)
x = levels / 255
grey = x[:1]


def bytewise(fn):
    """Operations that torchvision has on bytes alone, or rounds there."""
    return lambda image: fn((image * 255).round().to(torch.uint8)) / 255


plain = {
    "crop": lambda: F.crop(x, 1, 2, 4, 3),
    "crop outside": lambda: F.crop(x, -1, 4, 5, 5),
    "centerCrop": lambda: F.center_crop(x, [4, 3]),
    "centerCrop larger": lambda: F.center_crop(x, [9, 4]),
    "pad": lambda: F.pad(x, [1, 2], fill=0.5),
    "pad reflect": lambda: F.pad(x, [1, 2, 3, 0], padding_mode="reflect"),
    "pad edge": lambda: F.pad(x, 2, padding_mode="edge"),
    "resize": lambda: F.resize(x, [5, 9], antialias=True),
    "resize shorter side": lambda: F.resize(x, 4, antialias=True),
    "resize plain": lambda: F.resize(x, [5, 9], antialias=False),
    "resize nearest": lambda: F.resize(x, [5, 9], interpolation=N),
    "resize bicubic": lambda: F.resize(x, [5, 9], interpolation=M.BICUBIC, antialias=True),
    "rotate": lambda: F.rotate(x, 30),
    "rotate bilinear, fill": lambda: F.rotate(x, -50, interpolation=B, fill=0.25),
    "rotate expand": lambda: F.rotate(x, 40, interpolation=B, expand=True),
    "rotate center": lambda: F.rotate(x, 25, center=[1, 2]),
    "affine": lambda: F.affine(x, 20, [1, -2], 1.2, [5, -8], interpolation=B),
    "affine fill, center": lambda: F.affine(x, -35, [0, 1], 0.7, [10, 0], fill=[0.5], center=[2, 3]),
    "brightness": lambda: F.adjust_brightness(x, 1.7),
    "contrast": lambda: F.adjust_contrast(x, 0.4),
    "contrast grey": lambda: F.adjust_contrast(grey, 1.6),
    "saturation": lambda: F.adjust_saturation(x, 2.2),
    "hue": lambda: F.adjust_hue(x, 0.3),
    "hue back": lambda: F.adjust_hue(x, -0.45),
    "sharpness": lambda: F.adjust_sharpness(x, 2.5),
    "grayscale": lambda: F.rgb_to_grayscale(x),
    "grayscale 3": lambda: F.rgb_to_grayscale(x, 3),
    "invert": lambda: F.invert(x),
    "solarize": lambda: F.solarize(x, 0.6),
    "posterize": lambda: bytewise(lambda image: F.posterize(image, 3))(x),
    "autocontrast": lambda: F.autocontrast(x * 0.6 + 0.1),
    "equalize": lambda: bytewise(F.equalize)(x),
    "gaussianBlur": lambda: F.gaussian_blur(x, [5, 5], [1.1, 1.1]),
    "gaussianBlur default sigma": lambda: F.gaussian_blur(x, [3, 3]),
    "Normalize": lambda: F.normalize(x, [0.1, 0.2, 0.3], [0.5, 0.6, 0.7]),
}

drawn = {
    "RandomHorizontalFlip": lambda: T.RandomHorizontalFlip(0.5)(x),
    "RandomVerticalFlip": lambda: T.RandomVerticalFlip(0.6)(x),
    "RandomRotation": lambda: T.RandomRotation(60, interpolation=B, fill=0.1)(x),
    "RandomRotation range": lambda: T.RandomRotation([10, 20])(x),
    "RandomAffine": lambda: T.RandomAffine(30, translate=(0.3, 0.2), scale=(0.8, 1.3), shear=10, interpolation=B)(x),
    "RandomAffine shears": lambda: T.RandomAffine([-5, 50], shear=[-5, 5, -20, 0], fill=0.5)(x),
    "RandomCrop": lambda: T.RandomCrop((4, 3))(x),
    "RandomCrop padding": lambda: T.RandomCrop(6, padding=2, padding_mode="reflect")(x),
    "RandomCrop padIfNeeded": lambda: T.RandomCrop(9, pad_if_needed=True, fill=0.3)(x),
    "RandomResizedCrop": lambda: T.RandomResizedCrop((5, 4), antialias=True)(x),
    "RandomResizedCrop options": lambda: T.RandomResizedCrop((4, 4), scale=(0.9, 1), ratio=(2.5, 3), interpolation=N)(x),
    "RandomErasing": lambda: T.RandomErasing(0.8)(x),
    "RandomErasing random": lambda: T.RandomErasing(1, scale=(0.3, 0.5), ratio=(0.5, 2), value="random")(x),
    "RandomErasing values": lambda: T.RandomErasing(1, value=(0.1, 0.2, 0.3))(x),
    "ElasticTransform": lambda: T.ElasticTransform(alpha=4.0, sigma=0.4)(x),
    "ElasticTransform nearest": lambda: T.ElasticTransform(alpha=6.0, sigma=0.2, interpolation=N, fill=0.5)(x),
    "ColorJitter": lambda: T.ColorJitter(0.4, 0.5, 0.6, 0.2)(x),
    "ColorJitter some": lambda: T.ColorJitter(brightness=(0.5, 0.9), hue=(0.1, 0.3))(x),
    "RandomGrayscale": lambda: T.RandomGrayscale(0.5)(x),
    "GaussianBlur": lambda: T.GaussianBlur(5, (0.2, 1.5))(x),
    "RandomApply": lambda: T.RandomApply(torch.nn.ModuleList([T.RandomVerticalFlip(0.5), T.RandomCrop(5)]), 0.5)(x),
}


def listed(y):
    return {"shape": list(y.shape), "data": [round(float(v), 6) for v in y.flatten()]}


def seeded(fn, seed):
    torch.manual_seed(seed)
    return listed(fn())


print(
    json.dumps(
        {
            "torchvision": torchvision.__version__,
            "image": listed(x),
            "plain": {name: listed(fn()) for name, fn in plain.items()},
            "drawn": {name: [seeded(fn, seed) for seed in (0, 1, 2)] for name, fn in drawn.items()},
        }
    )
)
