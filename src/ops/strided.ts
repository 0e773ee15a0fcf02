/** Elements that make a slice worth a thread, for kernels of a few instructions an element. */
export const ELEMENTWISE_GRAIN = 16384;

/** What the iteration knows of an operand. */
export interface Layout {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/**
 * The description of an elementwise iteration that kernels read: `[ndim, then per dim, outermost first: size, stride of each
 * operand]`. Dims of size 1 are left out and neighbours that all operands cross in one stride are one dim, so contiguous
 * operands give one dim. All operands have the shape of the first.
 */
export function stridedMeta(operands: readonly Layout[]): number[] {
  const { shape } = operands[0]!;
  const count = operands.length;
  const meta = [0];
  let dims = 0;
  for (let d = 0; d < shape.length; d++) {
    const size = shape[d]!;
    if (size === 1) continue;
    const last = meta.length - count;
    let joins = dims > 0;
    for (let k = 0; joins && k < count; k++) joins = meta[last + k] === size * operands[k]!.strides[d]!;
    if (joins) {
      meta[last - 1]! *= size;
      for (let k = 0; k < count; k++) meta[last + k] = operands[k]!.strides[d]!;
    } else {
      meta.push(size);
      for (let k = 0; k < count; k++) meta.push(operands[k]!.strides[d]!);
      dims++;
    }
  }
  if (dims === 0) {
    meta.push(1);
    for (let k = 0; k < count; k++) meta.push(1);
    dims = 1;
  }
  meta[0] = dims;
  return meta;
}
