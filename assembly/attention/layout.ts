/**
 * What the attention kernels read of their meta, in 32-bit words:
 *
 *   [L, S, E, Ev, flags, column stride of the mask, grain, slot, dims,
 *    then for the rows: 0, strides of the operands; for each batch dim, outermost first: size, strides of the operands]
 *
 * Strides are in elements (bytes for a mask of booleans). Matrices of queries are [L, E], of keys [S, E], of values [S, Ev], each
 * with contiguous rows; scores are [L, S].
 */

/** Bits of `flags`. */
export const CAUSAL = 1;
export const BOOL_MASK = 2;
export const FLOAT_MASK = 4;
/** What a backward pass computes: the gradient of the queries, and those of keys and values. */
export const QUERIES = 8;
export const KEYS = 16;

/** The operands in the order of their strides. */
export const Q: usize = 0;
export const K: usize = 1;
export const V: usize = 2;
export const Y: usize = 3;
export const MASK: usize = 4;
export const DY: usize = 5;
export const DQ: usize = 6;
export const DK: usize = 7;
export const DV: usize = 8;

/** Words of a dim: its size and the strides of all operands. */
const DIM: usize = 10;
const ROWS: usize = 9;

/** Queries and keys of a block of scores. A block and what it is made from stay in L1 and L2. */
export const BLOCK: i32 = 64;

export class Layout {
  @inline static L(meta: usize): i32 {
    return load<i32>(meta);
  }
  @inline static S(meta: usize): i32 {
    return load<i32>(meta, 4);
  }
  @inline static E(meta: usize): i32 {
    return load<i32>(meta, 8);
  }
  @inline static Ev(meta: usize): i32 {
    return load<i32>(meta, 12);
  }
  @inline static flags(meta: usize): i32 {
    return load<i32>(meta, 16);
  }
  @inline static maskColumn(meta: usize): i32 {
    return load<i32>(meta, 20);
  }
  /** The scratch memory of a slice that begins at a unit. */
  @inline static scratch(meta: usize, scratch: usize, begin: i32): usize {
    return scratch + ((begin / load<i32>(meta, 24)) as usize) * load<usize>(meta, 28);
  }
  /** The step from row to row of an operand, in elements. */
  @inline static row(meta: usize, operand: usize): i32 {
    return load<i32>(meta + 4 * (ROWS + 1 + operand));
  }
  /** Where matrix `i` of an operand begins, in elements. */
  static matrix(meta: usize, operand: usize, i: i32): i32 {
    let offset = 0;
    for (let d = load<i32>(meta, 32); d > 0; --d) {
      const dim = meta + 4 * (ROWS + DIM * (d as usize));
      const size = load<i32>(dim);
      offset += (i % size) * load<i32>(dim + 4 + 4 * operand);
      i /= size;
    }
    return offset;
  }
}
