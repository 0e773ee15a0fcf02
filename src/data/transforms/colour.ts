import { WasmgradError } from '../../core/errors.js';
import { conv2d, pad } from '../../nn/functional/index.js';
import { cat, stack, tensor, where } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { gaussianWindow } from './gaussian.js';
import { batched, colourExtentOf, floatExtentOf } from './image.js';

/** f·x + (1 − f)·y, held in 0 … 1. */
function blend(x: Tensor, y: Tensor, factor: number): Tensor {
  return x
    .mul(factor)
    .add(y.mul(1 - factor))
    .clamp(0, 1);
}

function checkFactor(op: string, factor: number): void {
  if (!(factor >= 0)) throw new WasmgradError(`${op}: the factor must not be negative, got ${factor}`);
}

function grey(x: Tensor): Tensor {
  const [r, g, b] = x.unbind(-3) as [Tensor, Tensor, Tensor];
  return r.mul(0.2989).add(g.mul(0.587)).add(b.mul(0.114)).unsqueeze(-3);
}

/** 0.2989 R + 0.587 G + 0.114 B, in one channel or repeated in three. Shapes: [..., 3, H, W] → [..., channels, H, W] */
export function rgbToGrayscale(x: Tensor, numOutputChannels: 1 | 3 = 1): Tensor {
  const { channels } = colourExtentOf('rgbToGrayscale', x);
  const y = channels === 3 ? grey(x) : x;
  return numOutputChannels === 3 ? cat([y, y, y], -3) : y;
}

/** f·x, held in 0 … 1. */
export function adjustBrightness(x: Tensor, factor: number): Tensor {
  floatExtentOf('adjustBrightness', x);
  checkFactor('adjustBrightness', factor);
  return x.mul(factor).clamp(0, 1);
}

/** f·x + (1 − f)·(the mean grey of the image), held in 0 … 1. */
export function adjustContrast(x: Tensor, factor: number): Tensor {
  const { channels } = colourExtentOf('adjustContrast', x);
  checkFactor('adjustContrast', factor);
  return blend(x, (channels === 3 ? grey(x) : x).mean([-3, -2, -1], true), factor);
}

/** f·x + (1 − f)·grey, held in 0 … 1. */
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
  const [h, s, v] = hsvOf(x);
  return rgbOf(h.add(factor).remainder(1), s, v);
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

/** f·x + (1 − f)·(x blurred over 3 × 3), held in 0 … 1; pixels at the edges stay. */
export function adjustSharpness(x: Tensor, factor: number): Tensor {
  const { channels, height, width } = colourExtentOf('adjustSharpness', x);
  checkFactor('adjustSharpness', factor);
  if (height <= 2 || width <= 2) return x;
  const kernel = tensor([1, 1, 1, 1, 5, 1, 1, 1, 1], { dtype: x.dtype })
    .div(13)
    .reshape([1, 1, 3, 3])
    .expand([channels, 1, 3, 3]);
  const inner = batched(x, (images) => conv2d(images, kernel, null, { groups: channels }));
  const rows = cat([x.slice(-2, 1, -1).slice(-1, 0, 1), inner, x.slice(-2, 1, -1).slice(-1, width - 1, width)], -1);
  const blurred = cat([x.slice(-2, 0, 1), rows, x.slice(-2, height - 1, height)], -2);
  return blend(x, blurred, factor);
}

/** 1 − x. */
export function invert(x: Tensor): Tensor {
  floatExtentOf('invert', x);
  return x.rsub(1);
}

/** 1 − x where x is at least `threshold`. */
export function solarize(x: Tensor, threshold: number): Tensor {
  floatExtentOf('solarize', x);
  return where(x.ge(threshold), x.rsub(1), x);
}

/** Keeps the upper `bits` of each channel's eight. */
export function posterize(x: Tensor, bits: number): Tensor {
  floatExtentOf('posterize', x);
  if (!Number.isInteger(bits) || bits < 0 || bits > 8)
    throw new WasmgradError(`posterize: bits must be in 0 … 8, got ${bits}`);
  const step = 2 ** (8 - bits);
  return x
    .mul(255)
    .round()
    .div(step)
    .floor()
    .mul(step / 255);
}

/** Stretches each channel to 0 … 1. */
export function autocontrast(x: Tensor): Tensor {
  floatExtentOf('autocontrast', x);
  const [least, most] = [x.amin([-2, -1], true), x.amax([-2, -1], true)];
  const flat = least.eq(most);
  const scale = most.sub(least).maskedFill(flat, 1);
  return where(flat.expand(x.shape), x, x.sub(least).div(scale)).clamp(0, 1);
}

/** Spreads each channel's 256 levels so that all are used alike. Reads values. */
export function equalize(x: Tensor): Tensor {
  const { height, width } = colourExtentOf('equalize', x);
  const levels = Uint8Array.from(x.toTypedArray(), (value) => Math.min(255, Math.max(0, Math.round(value * 255))));
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
    for (let i = 0; i < size; i++) out[begin + i] = table[levels[begin + i]!]! / 255;
  }
  return tensor(out, { dtype: x.dtype, shape: x.shape });
}

/**
 * Blurs with a Gaussian window; beyond the edges the image is reflected.
 *
 * @param kernelSize odd
 * @param sigma default 0.15 kernelSize + 0.35
 *
 * Source: https://pytorch.org/vision/stable/generated/torchvision.transforms.functional.gaussian_blur.html
 */
export function gaussianBlur(x: Tensor, kernelSize: number, sigma: number = 0.15 * kernelSize + 0.35): Tensor {
  const { channels } = floatExtentOf('gaussianBlur', x);
  if (!Number.isInteger(kernelSize) || kernelSize < 1 || kernelSize % 2 === 0) {
    throw new WasmgradError(`gaussianBlur: kernelSize must be an odd whole number, got ${kernelSize}`);
  }
  if (!(sigma > 0)) throw new WasmgradError(`gaussianBlur: sigma must be positive, got ${sigma}`);
  const edge = kernelSize >> 1;
  const window = tensor(gaussianWindow(kernelSize, sigma), { dtype: x.dtype });
  const along = (images: Tensor, shape: readonly [number, number]): Tensor =>
    conv2d(images, window.reshape([1, 1, ...shape]).expand([channels, 1, ...shape]), null, { groups: channels });
  return batched(x, (images) =>
    along(along(pad(images, [edge, edge, edge, edge], { mode: 'reflect' }), [kernelSize, 1]), [1, kernelSize]),
  );
}
