import { Sum, joinLanes, loadPadded } from './lanes';

/** Elements that a row sums straight on; longer rows split in halves. */
const BLOCK: i32 = 1024;

class Product<T> {
  @inline lane(dy: v128, x: v128, c: v128): v128 {
    return v128.mul<T>(dy, v128.sub<T>(x, c));
  }
}

/** The lane-wise sums of dy (x − c) over a row, by halves in an order that n alone decides. */
function row<T>(dy: usize, x: usize, n: i32, c: T): v128 {
  if (n > BLOCK) {
    const half = ((n >> 1) + BLOCK - 1) & -BLOCK;
    const skip = <usize>half * sizeof<T>();
    return v128.add<T>(row<T>(dy, x, half, c), row<T>(dy + skip, x + skip, n - half, c));
  }
  const product = changetype<Product<T>>(0);
  const lanes = <i32>(16 / sizeof<T>());
  const cv = v128.splat<T>(c);
  let a0 = i64x2.splat(0);
  let a1 = i64x2.splat(0);
  let i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    a0 = v128.add<T>(a0, product.lane(v128.load(dy, 0), v128.load(x, 0), cv));
    a1 = v128.add<T>(a1, product.lane(v128.load(dy, 16), v128.load(x, 16), cv));
    dy += 32;
    x += 32;
  }
  if (i + lanes <= n) {
    a0 = v128.add<T>(a0, product.lane(v128.load(dy), v128.load(x), cv));
    i += lanes;
    dy += 16;
    x += 16;
  }
  if (i < n) a1 = v128.add<T>(a1, product.lane(loadPadded<T>(dy, n - i, 0), loadPadded<T>(x, n - i, c), cv));
  return v128.add<T>(a0, a1);
}

/** The sums of dy (x − c) down a vector of columns (or one, splatted), 32 rows at a time. */
function column<T>(dy: usize, x: usize, n: i32, stride: usize, c: v128, splat: bool): v128 {
  const product = changetype<Product<T>>(0);
  let total = i64x2.splat(0);
  for (let i = 0; i < n;) {
    let acc = i64x2.splat(0);
    for (const end = min(n, i + 32); i < end; i++) {
      acc = v128.add<T>(
        acc,
        splat
          ? product.lane(v128.load_splat<T>(dy), v128.load_splat<T>(x), c)
          : product.lane(v128.load(dy), v128.load(x), c),
      );
      dy += stride;
      x += stride;
    }
    total = v128.add<T>(total, acc);
  }
  return total;
}

/** As `fold`, of dy (x − mean); mean [period, inner]. */
function products<T>(
  y: usize,
  dy: usize,
  x: usize,
  mean: usize,
  period: i32,
  n: i32,
  inner: i32,
  chunk: i32,
  begin: i32,
  end: i32,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  const chunks = n > chunk ? (n + chunk - 1) / chunk : 1;
  const stride = <usize>inner * sizeof<T>();
  for (let u = begin; u < end;) {
    const line = u / inner;
    const at = u - line * inner;
    const o = line / chunks;
    const first = (line - o * chunks) * chunk;
    const count = min(chunk, n - first);
    const from = (<usize>o * <usize>n + <usize>first) * stride + <usize>at * sizeof<T>();
    const to = y + <usize>u * sizeof<T>();
    const c = mean + (<usize>(o % period) * <usize>inner + <usize>at) * sizeof<T>();
    if (inner == 1) {
      store<T>(to, joinLanes<T, Sum<T>>(row<T>(dy + from, x + from, count, load<T>(c))));
      u += 1;
    } else if (min(inner - at, end - u) >= lanes) {
      v128.store(to, column<T>(dy + from, x + from, count, stride, v128.load(c), false));
      u += lanes;
    } else {
      const total = column<T>(dy + from, x + from, count, stride, v128.load_splat<T>(c), true);
      store<T>(to, v128.extract_lane<T>(total, 0));
      u += 1;
    }
  }
}

/**
 * The sums of dy (x − mean) over the middle dim of [outer, n, inner], in chunks as the other reductions; mean [period, inner].
 *
 * @dtypes f32 f64
 */
export function sumProducts<T>(
  y: usize,
  dy: usize,
  x: usize,
  mean: usize,
  period: i32,
  n: i32,
  inner: i32,
  chunk: i32,
  begin: i32,
  end: i32,
): void {
  products<T>(y, dy, x, mean, period, n, inner, chunk, begin, end);
}
