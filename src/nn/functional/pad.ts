import { ShapeError, fail, formatShape } from '../../core/errors.js';
import { full, tensor } from '../../tensor/creation.js';
import { indexSelect } from '../../tensor/gather.js';
import { named } from '../../tensor/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';

/** What lies around a padded tensor: one value, its mirror image (without the edge), its edge, or itself again. */
export type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular';

/** Options of `pad`. */
export interface PadOptions {
  /** Default `'constant'`. */
  mode?: PadMode;
  /** The value of mode `'constant'`. Default 0. */
  value?: number;
}

const MODES: readonly string[] = ['constant', 'reflect', 'replicate', 'circular'];

/** Where the elements of a dim of `size`, padded by `before` and `after`, come from. */
function sources(mode: PadMode, size: number, before: number, after: number): Int32Array {
  const from = new Int32Array(size + before + after);
  for (let i = 0; i < from.length; i++) {
    let at = i - before;
    if (mode === 'replicate') at = Math.min(Math.max(at, 0), size - 1);
    else if (mode === 'circular') at = (at + size) % size;
    else if (at < 0) at = -at;
    else if (at >= size) at = 2 * (size - 1) - at;
    from[i] = at;
  }
  return from;
}

function constant(x: Tensor, pairs: readonly (readonly [number, number])[], value: number): Tensor {
  let inner = x;
  pairs.forEach(([before, after], d) => {
    const cut = Math.max(-before, 0) + Math.max(-after, 0);
    if (cut > 0) inner = inner.narrow(d, Math.max(-before, 0), x.shape[d]! - cut);
  });
  const y = full(
    x.shape.map((size, d) => size + pairs[d]![0] + pairs[d]![1]),
    value,
    { dtype: x.dtype },
  );
  let middle = y;
  pairs.forEach(([before], d) => {
    if (middle.shape[d] !== inner.shape[d]) middle = middle.narrow(d, Math.max(before, 0), inner.shape[d]!);
  });
  middle.copy_(inner);
  return y;
}

/**
 * The tensor with elements added around it (or taken away, where a size is negative).
 *
 * @param sizes how many before and after in the last dim, then in the dim before it, and so on: `[left, right, top, bottom]`
 * @param how `mode`, or options `mode` ('constant') and `value` (0)
 * @param filling `value`
 * @throws ShapeError where sizes do not fit
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.pad.html
 */
export function pad(
  x: Tensor,
  sizes: readonly number[],
  how?: PadMode | PadOptions,
  filling?: number | PadOptions,
): Tensor {
  const { mode = 'constant', value = 0 } = named<PadOptions>('pad', ['mode', 'value'], [how, filling]);
  if (!MODES.includes(mode)) throw new ShapeError(`pad: unknown mode '${String(mode)}' (known: ${MODES.join(', ')})`);
  if (mode !== 'constant' && value !== 0) throw new ShapeError(`pad: mode '${mode}' takes no value, got ${value}`);
  if (sizes.length % 2 !== 0 || sizes.length > 2 * x.ndim || !sizes.every((n) => Number.isInteger(n))) {
    const problem = `sizes must be pairs of whole numbers for at most ${x.ndim} dims, got ${formatShape(sizes)}`;
    throw new ShapeError(`pad: ${problem}`);
  }
  const pairs = x.shape.map((_, d): readonly [number, number] => {
    const at = 2 * (x.ndim - 1 - d);
    return [sizes[at] ?? 0, sizes[at + 1] ?? 0];
  });
  pairs.forEach(([before, after], d) => {
    const size = x.shape[d]!;
    if (size + before + after < 0 || size + Math.min(before, 0) + Math.min(after, 0) < 0) {
      fail(ShapeError, 'pad', `${formatShape(sizes)} takes more than dim ${d} has`, ['input'], [x]);
    }
    if (mode === 'constant' || (before === 0 && after === 0)) return;
    const most = mode === 'reflect' ? size - 1 : mode === 'circular' ? size : size > 0 ? Infinity : -1;
    if (before > most || after > most) {
      const limit = `at most ${Math.max(most, 0)}`;
      fail(ShapeError, 'pad', `mode '${mode}' takes ${limit} for dim ${d}, not ${before} and ${after}`, ['input'], [x]);
    }
  });
  if (mode === 'constant') return constant(x, pairs, value);
  let y = x;
  pairs.forEach(([before, after], d) => {
    if (before !== 0 || after !== 0) y = indexSelect(y, d, tensor(sources(mode, x.shape[d]!, before, after)));
  });
  return y === x ? x.clone() : y;
}
