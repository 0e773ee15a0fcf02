import { Scalar } from './simd/scalar';

/** A running sum or product over the middle dim of [outer, n, inner], accumulated in A (float64 for floats, as PyTorch does). */
abstract class Running<A> {
  abstract start(): A;
  abstract step(a: A, x: A): A;
}

class RunningSum<A> extends Running<A> {
  @inline start(): A {
    return <A>0;
  }
  @inline step(a: A, x: A): A {
    return a + x;
  }
}

class RunningProd<A> extends Running<A> {
  @inline start(): A {
    return <A>1;
  }
  @inline step(a: A, x: A): A {
    return a * x;
  }
}

/** Scans eight neighbouring lines side by side, so that what a cache line holds of them is used while it is there. */
function scan8<T, A, R extends Running<A>>(y: usize, x: usize, n: i32, step: isize): void {
  const running = changetype<R>(0);
  const size = sizeof<T>();
  let a = running.start(),
    b = a,
    c = a,
    d = a,
    e = a,
    f = a,
    g = a,
    h = a;
  for (let i = 0; i < n; i++) {
    a = running.step(a, <A>load<T>(x));
    b = running.step(b, <A>load<T>(x, size));
    c = running.step(c, <A>load<T>(x, 2 * size));
    d = running.step(d, <A>load<T>(x, 3 * size));
    e = running.step(e, <A>load<T>(x, 4 * size));
    f = running.step(f, <A>load<T>(x, 5 * size));
    g = running.step(g, <A>load<T>(x, 6 * size));
    h = running.step(h, <A>load<T>(x, 7 * size));
    store<T>(y, <T>a);
    store<T>(y, <T>b, size);
    store<T>(y, <T>c, 2 * size);
    store<T>(y, <T>d, 3 * size);
    store<T>(y, <T>e, 4 * size);
    store<T>(y, <T>f, 5 * size);
    store<T>(y, <T>g, 6 * size);
    store<T>(y, <T>h, 7 * size);
    x += <usize>step;
    y += <usize>step;
  }
}

/** Scans lines of `n` elements, from the last to the first where `reverse` is not 0. Units: lines, [outer, inner]. */
function scan<T, A, R extends Running<A>>(
  y: usize,
  x: usize,
  n: i32,
  inner: i32,
  reverse: i32,
  begin: i32,
  end: i32,
): void {
  const running = changetype<R>(0);
  const stride = <isize>inner * <isize>sizeof<T>();
  const step = reverse ? -stride : stride;
  for (let line = begin; line < end; line++) {
    const o = line / inner;
    let at = (<usize>o * <usize>n * <usize>inner + <usize>(line - o * inner)) * sizeof<T>();
    if (reverse) at += <usize>((n - 1) * stride);
    if (min(end, (o + 1) * inner) - line >= 8) {
      scan8<T, A, R>(y + at, x + at, n, step);
      line += 7;
      continue;
    }
    let a = running.start();
    for (let i = 0; i < n; i++) {
      a = running.step(a, <A>load<T>(x + at));
      store<T>(y + at, <T>a);
      at += <usize>step;
    }
  }
}

/** @dtypes f32 f64 */
export function cumsum<T>(y: usize, x: usize, n: i32, inner: i32, reverse: i32, begin: i32, end: i32): void {
  scan<T, f64, RunningSum<f64>>(y, x, n, inner, reverse, begin, end);
}

export function cumsumI32(y: usize, x: usize, n: i32, inner: i32, reverse: i32, begin: i32, end: i32): void {
  scan<i32, i32, RunningSum<i32>>(y, x, n, inner, reverse, begin, end);
}

/** @dtypes f32 f64 */
export function cumprod<T>(y: usize, x: usize, n: i32, inner: i32, reverse: i32, begin: i32, end: i32): void {
  scan<T, f64, RunningProd<f64>>(y, x, n, inner, reverse, begin, end);
}

export function cumprodI32(y: usize, x: usize, n: i32, inner: i32, reverse: i32, begin: i32, end: i32): void {
  scan<i32, i32, RunningProd<i32>>(y, x, n, inner, reverse, begin, end);
}

/**
 * The running maximum (`sign` 1) or minimum (−1) and where it was found: the last of equals, and a NaN from where it comes on,
 * as PyTorch. Units: lines, [outer, inner].
 * @dtypes f32 f64 i32
 */
export function cumextreme<T>(
  y: usize,
  index: usize,
  x: usize,
  n: i32,
  inner: i32,
  sign: i32,
  begin: i32,
  end: i32,
): void {
  for (let line = begin; line < end; line++) {
    const o = line / inner;
    let at = <usize>o * <usize>n * <usize>inner + <usize>(line - o * inner);
    let best = n > 0 ? load<T>(x + at * sizeof<T>()) : <T>0;
    let where = 0;
    for (let i = 0; i < n; i++) {
      const a = load<T>(x + at * sizeof<T>());
      if (a != a || (best == best && (sign > 0 ? a >= best : a <= best))) {
        best = a;
        where = i;
      }
      store<T>(y + at * sizeof<T>(), best);
      store<i32>(index + (at << 2), where);
      at += <usize>inner;
    }
  }
}

/**
 * A linear recurrence along the middle dim: h[i] = a[i] + w[i] h[i − 1], or h[i] = a[i] + w[i] h[i + 1] where `reverse` is not 0.
 * Units: lines, [outer, inner].
 * @dtypes f32 f64
 */
export function linearScan<T>(
  h: usize,
  a: usize,
  w: usize,
  n: i32,
  inner: i32,
  reverse: i32,
  begin: i32,
  end: i32,
): void {
  const stride = <isize>inner * <isize>sizeof<T>();
  const step = reverse ? -stride : stride;
  for (let line = begin; line < end; line++) {
    const o = line / inner;
    let at = (<usize>o * <usize>n * <usize>inner + <usize>(line - o * inner)) * sizeof<T>();
    if (reverse) at += <usize>((n - 1) * stride);
    let before: f64 = 0;
    for (let i = 0; i < n; i++) {
      before = i == 0 ? <f64>load<T>(a + at) : <f64>load<T>(a + at) + <f64>load<T>(w + at) * before;
      store<T>(h + at, <T>before);
      at += <usize>step;
    }
  }
}

/**
 * y[i] = log Σ_{j ≤ i} e^x[j] along the middle dim: the largest so far, and the sum relative to it. Units: lines, [outer, inner].
 *
 * @dtypes f32 f64
 */
export function logcumsumexp<T>(y: usize, x: usize, n: i32, inner: i32, reverse: i32, begin: i32, end: i32): void {
  const stride = <isize>inner * <isize>sizeof<T>();
  const step = reverse ? -stride : stride;
  for (let line = begin; line < end; line++) {
    const o = line / inner;
    let at = (<usize>o * <usize>n * <usize>inner + <usize>(line - o * inner)) * sizeof<T>();
    if (reverse) at += <usize>((n - 1) * stride);
    let largest: f64 = -Infinity;
    let sum: f64 = 0;
    for (let i = 0; i < n; i++) {
      const a = <f64>load<T>(x + at);
      if (a > largest) {
        sum = sum * Scalar.exp(largest - a) + 1.0;
        largest = a;
      } else if (a != -Infinity) {
        sum += a == largest ? 1.0 : Scalar.exp(a - largest);
      }
      store<T>(y + at, <T>(largest + Scalar.log(sum)));
      at += <usize>step;
    }
  }
}
