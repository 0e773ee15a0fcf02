import { WasmgradError } from '../../core/errors.js';
import { conv2d, pad } from '../../nn/functional/index.js';
import { cat, stack, tensor, where } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { gaussianWindow } from './gaussian.js';
import { batched, colourExtentOf, pixelExtentOf, throughFloats, throughUnit, whiteOf } from './image.js';

/** f·x + (1 − f)·y, held between black and white; bytes lose their fractions. */
function blend(x: Tensor, y: Tensor, factor: number): Tensor {
  return wide(x)
    .mul(factor)
    .add(wide(y).mul(1 - factor))
    .clamp(0, whiteOf(x))
    .to(x.dtype);
}

/** Bytes as floats, which do not wrap around; floats as they are. */
function wide(x: Tensor): Tensor {
  return x.dtype === 'uint8' ? x.float() : x;
}

function checkFactor(op: string, factor: number): void {
  if (!(factor >= 0)) throw new WasmgradError(`${op}: the factor must not be negative, got ${factor}`);
}

function grey(x: Tensor): Tensor {
  const [r, g, b] = x.unbind(-3) as [Tensor, Tensor, Tensor];
  return r.mul(0.2989).add(g.mul(0.587)).add(b.mul(0.114)).unsqueeze(-3).to(x.dtype);
}

/** 0.2989 R + 0.587 G + 0.114 B, in one channel or repeated in three. Shapes: [..., 3, H, W] → [..., channels, H, W] */
export function rgbToGrayscale(x: Tensor, numOutputChannels: 1 | 3 = 1): Tensor {
  const { channels } = colourExtentOf('rgbToGrayscale', x);
  const y = channels === 3 ? grey(x) : x;
  return numOutputChannels === 3 ? cat([y, y, y], -3) : y;
}

/** f·x, held between black and white (0 … 1, bytes 0 … 255). */
export function adjustBrightness(x: Tensor, factor: number): Tensor {
  pixelExtentOf('adjustBrightness', x);
  checkFactor('adjustBrightness', factor);
  return wide(x).mul(factor).clamp(0, whiteOf(x)).to(x.dtype);
}

/** f·x + (1 − f)·(the mean grey of the image), held between black and white. */
export function adjustContrast(x: Tensor, factor: number): Tensor {
  const { channels } = colourExtentOf('adjustContrast', x);
  checkFactor('adjustContrast', factor);
  const level = channels === 3 ? grey(x) : x;
  return blend(x, wide(level).mean([-3, -2, -1], true), factor);
}

/** f·x + (1 − f)·grey, held between black and white. */
export function adjustSaturation(x: Tensor, factor: number): Tensor {
  const { channels } = colourExtentOf('adjustSaturation', x);
  checkFactor('adjustSaturation', factor);
  return channels === 1 ? x : blend(x, grey(x), factor);
}

/** Turns the colours by a share of the circle, −0.5 … 0.5. */
export function adjustHue(x: Tensor, factor: number): Tensor {
  const { channels } = colourExtentOf('adjustHue', x);
  if (!(factor >= -0.5 && factor <= 0.5))
    throw new WasmgradError(`adjustHue: the factor must be in -0.5 … 0.5, got ${factor}`);
  if (channels === 1) return x;
  return throughUnit(x, (unit) => {
    const [h, s, v] = hsvOf(unit);
    return rgbOf(h.add(factor).remainder(1), s, v);
  });
}

/** gain · x^gamma, held between black and white. */
export function adjustGamma(x: Tensor, gamma: number, gain: number = 1): Tensor {
  pixelExtentOf('adjustGamma', x);
  if (!(gamma >= 0)) throw new WasmgradError(`adjustGamma: gamma must not be negative, got ${gamma}`);
  return throughUnit(x, (unit) => unit.pow(gamma).mul(gain).clamp(0, 1));
}

/** Hue, saturation and value, each [..., H, W]. */
function hsvOf(x: Tensor): [Tensor, Tensor, Tensor] {
  const [r, g, b] = x.unbind(-3) as [Tensor, Tensor, Tensor];
  const [most, least] = [x.amax(-3), x.amin(-3)];
  const flat = most.eq(least);
  const range = most.sub(least);
  const s = range.div(most.maskedFill(flat, 1));
  const divisor = range.maskedFill(flat, 1);
  const [rc, gc, bc] = [r, g, b].map((c) => most.sub(c).div(divisor)) as [Tensor, Tensor, Tensor];
  const zero = tensor(0, { dtype: x.dtype });
  const isRed = most.eq(r);
  const isGreen = most.eq(g).logicalAnd(isRed.logicalNot());
  const isBlue = most.eq(r).logicalNot().logicalAnd(most.eq(g).logicalNot());
  const h = where(isRed, bc.sub(gc), zero)
    .add(where(isGreen, rc.sub(bc).add(2), zero))
    .add(where(isBlue, gc.sub(rc).add(4), zero));
  return [h.div(6).add(1).fmod(1), s, most];
}

function rgbOf(h: Tensor, s: Tensor, v: Tensor): Tensor {
  const sixths = h.mul(6);
  const i = sixths.floor();
  const f = sixths.sub(i);
  const p = v.mul(s.rsub(1)).clamp(0, 1);
  const q = v.mul(s.mul(f).rsub(1)).clamp(0, 1);
  const t = v.mul(s.mul(f.rsub(1)).rsub(1)).clamp(0, 1);
  const sector = i.remainder(6);
  const pick = (list: readonly Tensor[]): Tensor =>
    list.slice(1).reduce((y, value, k) => where(sector.eq(k + 1), value, y), list[0]!);
  return stack([pick([v, q, p, p, t, v]), pick([t, v, v, q, p, p]), pick([p, p, t, v, v, q])], -3);
}

/** f·x + (1 − f)·(x blurred over 3 × 3), held between black and white; pixels at the edges stay. */
export function adjustSharpness(x: Tensor, factor: number): Tensor {
  const { channels, height, width } = colourExtentOf('adjustSharpness', x);
  checkFactor('adjustSharpness', factor);
  if (height <= 2 || width <= 2) return x;
  const inner = throughFloats(x, (pixels) => {
    const kernel = tensor([1, 1, 1, 1, 5, 1, 1, 1, 1], { dtype: pixels.dtype })
      .div(13)
      .reshape([1, 1, 3, 3])
      .expand([channels, 1, 3, 3]);
    return batched(pixels, (images) => conv2d(images, kernel, null, { groups: channels }));
  });
  const rows = cat([x.slice(-2, 1, -1).slice(-1, 0, 1), inner, x.slice(-2, 1, -1).slice(-1, width - 1, width)], -1);
  const blurred = cat([x.slice(-2, 0, 1), rows, x.slice(-2, height - 1, height)], -2);
  return blend(x, blurred, factor);
}

/** 1 − x, of bytes 255 − x. */
export function invert(x: Tensor): Tensor {
  pixelExtentOf('invert', x);
  return x.rsub(whiteOf(x));
}

/** Inverts pixels of at least `threshold`. */
export function solarize(x: Tensor, threshold: number): Tensor {
  pixelExtentOf('solarize', x);
  return where(x.ge(threshold), invert(x), x);
}

/** Keeps the upper `bits` of each channel's eight. */
export function posterize(x: Tensor, bits: number): Tensor {
  pixelExtentOf('posterize', x);
  if (!Number.isInteger(bits) || bits < 0 || bits > 8)
    throw new WasmgradError(`posterize: bits must be in 0 … 8, got ${bits}`);
  const step = 2 ** (8 - bits);
  if (x.dtype === 'uint8') return x.int().div(step, { roundingMode: 'floor' }).mul(step).to('uint8');
  return x
    .mul(255)
    .round()
    .div(step)
    .floor()
    .mul(step / 255);
}

/** Stretches each channel from black to white. */
export function autocontrast(x: Tensor): Tensor {
  pixelExtentOf('autocontrast', x);
  const white = whiteOf(x);
  const pixels = wide(x);
  const [least, most] = [pixels.amin([-2, -1], true), pixels.amax([-2, -1], true)];
  const flat = least.eq(most);
  const scale = most.sub(least).maskedFill(flat, 1).pow(-1).mul(white);
  return where(flat.expand(x.shape), pixels, pixels.sub(least).mul(scale)).clamp(0, white).to(x.dtype);
}

/** Spreads each channel's 256 levels so that all are used alike. Reads values. */
export function equalize(x: Tensor): Tensor {
  const { height, width } = colourExtentOf('equalize', x);
  const unit = 255 / whiteOf(x);
  const levels = Uint8Array.from(x.toTypedArray(), (value) => Math.min(255, Math.max(0, Math.round(value * unit))));
  const size = height * width;
  const out = new Float64Array(levels.length);
  for (let begin = 0; begin < levels.length; begin += size) {
    const histogram = new Int32Array(256);
    for (let i = 0; i < size; i++) histogram[levels[begin + i]!]!++;
    const last = histogram.findLast((n) => n > 0) ?? 0;
    const step = Math.floor((size - last) / 255);
    const table = new Float64Array(256);
    let sum = step >> 1;
    for (let level = 0; level < 256; level++) {
      table[level] = step === 0 ? level : Math.min(255, Math.floor(sum / step));
      sum += histogram[level]!;
    }
    for (let i = 0; i < size; i++) out[begin + i] = table[levels[begin + i]!]! / unit;
  }
  return tensor(out, { dtype: x.dtype, shape: x.shape });
}

/** One number for both directions, or one along x and one along y. */
export type Both = number | readonly [number, number];

/** A number along x and one along y. */
export function bothOf(values: Both): readonly [number, number] {
  return typeof values === 'number' ? [values, values] : values;
}

/**
 * The odd widths of a window, along x and y.
 * @throws WasmgradError for others
 */
export function windowSizes(op: string, kernelSize: Both): readonly [number, number] {
  const sizes = bothOf(kernelSize);
  if (sizes.length !== 2 || sizes.some((n) => !Number.isInteger(n) || n < 1 || n % 2 === 0)) {
    throw new WasmgradError(`${op}: kernelSize must be an odd whole number, got ${String(kernelSize)}`);
  }
  return sizes;
}

/**
 * Blurs with a Gaussian window; beyond the edges the image is reflected.
 *
 * @param kernelSize odd; one number, or along x and y
 * @param sigma one number, or along x and y; default 0.15 kernelSize + 0.35
 *
 * Source: https://pytorch.org/vision/stable/generated/torchvision.transforms.functional.gaussian_blur.html
 */
export function gaussianBlur(x: Tensor, kernelSize: Both, sigma?: Both): Tensor {
  const { channels } = pixelExtentOf('gaussianBlur', x);
  const [kx, ky] = windowSizes('gaussianBlur', kernelSize);
  const sigmas = sigma === undefined ? [0.15 * kx + 0.35, 0.15 * ky + 0.35] : bothOf(sigma);
  if (sigmas.length !== 2 || sigmas.some((width) => !(width > 0))) {
    throw new WasmgradError(`gaussianBlur: sigma must be positive, got ${String(sigma)}`);
  }
  const edges = [kx >> 1, kx >> 1, ky >> 1, ky >> 1];
  const along = (images: Tensor, width: number, shape: readonly [number, number]): Tensor => {
    const window = tensor(gaussianWindow(shape[0] * shape[1], width), { dtype: images.dtype });
    const kernel = window.reshape([1, 1, ...shape]).expand([channels, 1, ...shape]);
    return conv2d(images, kernel, null, { groups: channels });
  };
  return throughFloats(x, (pixels) =>
    batched(pixels, (images) =>
      along(along(pad(images, edges, { mode: 'reflect' }), sigmas[1]!, [ky, 1]), sigmas[0]!, [1, kx]),
    ),
  );
}
