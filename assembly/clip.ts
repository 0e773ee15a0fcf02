// The norm of many gradients together, and their scaling to a largest one: one launch each over all of them (assembly/table.ts; the
// first pointer is the gradient).
//
// Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
import { foldRow } from './reduce/fold';
import { Sum, SumSquares, joinLanes } from './reduce/lanes';
import { loadPart, storePart } from './simd/lanes';
import { CHUNK, ENTRY, Table } from './table';

/**
 * parts[u] = the sum of squares of chunk u.
 *
 * @dtypes f32 f64
 */
export function gradientSquares<T>(parts: usize, table: usize, begin: i32, end: i32): void {
  for (let u = begin, p = Table.find(table, begin); u < end; u++) {
    while (load<i32>(p, 28) <= u) p += ENTRY;
    const skipped = (u - Table.first(table, p)) * CHUNK;
    const from = Table.pointer(p, 0) + <usize>skipped * sizeof<T>();
    const sum = foldRow<T, SumSquares<T>>(from, min(CHUNK, load<i32>(p, 24) - skipped), <T>0);
    store<f64>(parts + ((<usize>u) << 3), <f64>joinLanes<T, Sum<T>>(sum));
  }
}

/** factor = min(1, most / (norm + 1e-6)) and norm = √Σ parts, of n parts. Units: 1. */
function clipFactor<T>(norm: usize, factor: usize, parts: usize, n: i32, most: f64): void {
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) sum += load<f64>(parts + ((<usize>i) << 3));
  const total = <T>sqrt<f64>(sum);
  store<T>(norm, total);
  const scale = most / (<f64>total + 1e-6);
  // Not min: a norm that is NaN makes every gradient NaN.
  store<T>(factor, <T>(scale > 1 ? 1 : scale));
}

/** @dtypes f32 f64 */
export function gradientClip<T>(
  norm: usize,
  factor: usize,
  parts: usize,
  n: i32,
  most: f64,
  begin: i32,
  end: i32,
): void {
  clipFactor<T>(norm, factor, parts, n, most);
}

/**
 * dx *= factor.
 *
 * @dtypes f32 f64
 */
export function gradientScale<T>(factor: usize, table: usize, begin: i32, end: i32): void {
  const by = v128.load_splat<T>(factor);
  for (let p = Table.find(table, begin), u = begin; u < end; u = load<i32>(p, 28), p += ENTRY) {
    const skipped = <usize>(u - Table.first(table, p)) * CHUNK;
    const n = min(<usize>load<i32>(p, 24), skipped + <usize>(end - u) * CHUNK) * sizeof<T>();
    const dx = Table.pointer(p, 0);
    let i = skipped * sizeof<T>();
    for (; i + 16 <= n; i += 16) v128.store(dx + i, v128.mul<T>(v128.load(dx + i), by));
    const rest = <i32>((n - i) / sizeof<T>());
    if (i < n) storePart<T>(dx + i, v128.mul<T>(loadPart<T>(dx + i, rest), by), rest);
  }
}
