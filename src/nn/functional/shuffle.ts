import { ShapeError, fail } from '../../core/errors.js';
import type { Tensor } from '../../tensor/tensor.js';

function checkFactor(name: string, what: string, factor: number): void {
  if (Number.isInteger(factor) && factor >= 1) return;
  throw new ShapeError(`${name}: ${what} must be a whole number of at least 1, got ${String(factor)}`);
}

/**
 * Channels as pixels: y[c, h·r + i, w·r + j] = x[c·r² + i·r + j, h, w] with r = upscaleFactor.
 *
 * Shapes: x [*, C·r², H, W] → [*, C, H·r, W·r]
 *
 * @throws ShapeError where channels are not a multiple of r²
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.pixel_shuffle.html
 */
export function pixelShuffle(x: Tensor, upscaleFactor: number): Tensor {
  const name = 'pixelShuffle';
  const r = upscaleFactor;
  checkFactor(name, 'upscaleFactor', r);
  const [channels = 0, H = 0, W = 0] = x.shape.slice(-3);
  if (x.ndim < 3 || channels % (r * r) !== 0) {
    fail(ShapeError, name, `input must have dims [*, C·${r * r}, H, W]`, ['input'], [x]);
  }
  const lead = x.shape.slice(0, -3);
  const C = channels / (r * r);
  const n = lead.length;
  const order = [...lead.keys(), n, n + 3, n + 1, n + 4, n + 2];
  return x
    .reshape([...lead, C, r, r, H, W])
    .permute(order)
    .reshape([...lead, C, H * r, W * r]);
}

/**
 * Pixels as channels: y[c·r² + i·r + j, h, w] = x[c, h·r + i, w·r + j] with r = downscaleFactor, the inverse of `pixelShuffle`.
 *
 * Shapes: x [*, C, H·r, W·r] → [*, C·r², H, W]
 *
 * @throws ShapeError where height and width are not multiples of r
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.pixel_unshuffle.html
 */
export function pixelUnshuffle(x: Tensor, downscaleFactor: number): Tensor {
  const name = 'pixelUnshuffle';
  const r = downscaleFactor;
  checkFactor(name, 'downscaleFactor', r);
  const [C = 0, height = 0, width = 0] = x.shape.slice(-3);
  if (x.ndim < 3 || height % r !== 0 || width % r !== 0) {
    fail(ShapeError, name, `input must have dims [*, C, H·${r}, W·${r}]`, ['input'], [x]);
  }
  const lead = x.shape.slice(0, -3);
  const [H, W] = [height / r, width / r];
  const n = lead.length;
  const order = [...lead.keys(), n, n + 2, n + 4, n + 1, n + 3];
  return x
    .reshape([...lead, C, H, r, W, r])
    .permute(order)
    .reshape([...lead, C * r * r, H, W]);
}

/**
 * Channels of all groups in turn: channel i·groups + g of y is channel i of group g of x.
 *
 * Shapes: x [N, C, *] → [N, C, *]
 *
 * @throws ShapeError where channels are not a multiple of groups
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ChannelShuffle.html (Zhang et al. 2018, ShuffleNet)
 */
export function channelShuffle(x: Tensor, groups: number): Tensor {
  checkFactor('channelShuffle', 'groups', groups);
  const [N = 0, C = 0, ...spatial] = x.shape;
  if (x.ndim < 3 || C % groups !== 0) {
    fail(ShapeError, 'channelShuffle', `input must have dims [N, C, *] with C a multiple of ${groups}`, ['input'], [x]);
  }
  return x
    .reshape([N, groups, C / groups, ...spatial])
    .transpose(1, 2)
    .reshape(x.shape);
}
