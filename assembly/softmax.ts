import { Columns, Decay, expSumColumns, expSumRow, maxColumns, maxRow } from './reduce/exp';
import { Sum, joinLanes } from './reduce/lanes';
import { Lanes, loadPart, storePart } from './simd/lanes';

/** Elements between two additions to the total of a row: short enough that float32 keeps its digits. */
const BLOCK: i32 = 1024;

/** x − max − log Σ, or exp(x − max) times 1 / Σ: what `finish` makes of a vector. */
class Finish<T> {
  @inline lane(v: v128, m: v128, by: v128, log: bool): v128 {
    return log ? v128.sub<T>(v128.sub<T>(v, m), by) : v128.mul<T>(v, by);
  }
}

/** y = what is left to do of n elements of x once the maximum and `by` (log Σ, or 1 / Σ) of their row are known. */
function finishRow<T, L>(y: usize, x: usize, n: i32, m: v128, by: v128): void {
  const lanes = <i32>(16 / sizeof<T>());
  const finish = changetype<Finish<T>>(0);
  let i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    v128.store(y, finish.lane(v128.load(x), m, by, isBoolean<L>()));
    v128.store(y, finish.lane(v128.load(x, 16), m, by, isBoolean<L>()), 16);
    x += 32;
    y += 32;
  }
  for (; i < n; i += lanes) {
    const whole = i + lanes <= n;
    const v = finish.lane(whole ? v128.load(x) : loadPart<T>(x, n - i), m, by, isBoolean<L>());
    if (whole) v128.store(y, v);
    else storePart<T>(y, v, n - i);
    x += 16;
    y += 16;
  }
}

/** One column, or a vector of adjacent ones where W is bool, of n rows that lie `stride` bytes apart. */
function forwardColumns<T, L, W>(y: usize, x: usize, n: i32, stride: usize): void {
  const columns = changetype<Columns<T, W>>(0);
  const finish = changetype<Finish<T>>(0);
  const m = maxColumns<T, W>(x, n, stride);
  let by: v128;
  if (isBoolean<L>()) {
    by = Decay.log<T>(expSumColumns<T, W, i32>(0, x, n, stride, m));
  } else {
    by = v128.div<T>(v128.splat<T>(1), expSumColumns<T, W, bool>(y, x, n, stride, m));
    x = y;
  }
  for (let i = 0; i < n; i++) {
    columns.store(y, finish.lane(columns.load(x), m, by, isBoolean<L>()));
    x += stride;
    y += stride;
  }
}

/**
 * y = exp(x − max) / Σ, or x − max − log Σ where L is bool, along the middle dim of [outer, n, inner].
 * Units: lines, [outer, inner].
 */
function forward<T, L>(y: usize, x: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  const lanes = <i32>(16 / sizeof<T>());
  const stride = <usize>inner * sizeof<T>();
  if (inner == 1) {
    const bytes = <usize>n * sizeof<T>();
    for (let u = begin; u < end; u++) {
      const from = x + <usize>u * bytes;
      const to = y + <usize>u * bytes;
      const m = maxRow<T>(from, n);
      if (isBoolean<L>()) {
        const sum = v128.splat<T>(expSumRow<T, i32>(0, from, n, m));
        finishRow<T, L>(to, from, n, v128.splat<T>(m), Decay.log<T>(sum));
      } else {
        const sum = expSumRow<T, bool>(to, from, n, m);
        finishRow<T, L>(to, to, n, v128.splat<T>(m), v128.splat<T>(<T>1 / sum));
      }
    }
    return;
  }
  for (let u = begin; u < end;) {
    const o = u / inner;
    const at = u - o * inner;
    const offset = <usize>o * <usize>n * stride + <usize>at * sizeof<T>();
    if (min(inner - at, end - u) >= lanes) {
      forwardColumns<T, L, bool>(y + offset, x + offset, n, stride);
      u += lanes;
    } else {
      forwardColumns<T, L, i32>(y + offset, x + offset, n, stride);
      u += 1;
    }
  }
}

class Gradient<T, L> {
  /** What is summed: dy y for softmax, dy for log-softmax. */
  @inline term(dy: v128, y: v128): v128 {
    return isBoolean<L>() ? dy : v128.mul<T>(dy, y);
  }
  /** What `lane` takes of the sum: the factor of Decay.exp is divided out once. */
  @inline scaled(sum: v128): v128 {
    return isBoolean<L>() ? v128.mul<T>(sum, v128.splat<T>(<T>1 / Decay.scale<T>())) : sum;
  }
  /** y (dy − Σ) for softmax, dy − exp(y) Σ for log-softmax. */
  @inline lane(dy: v128, y: v128, sum: v128): v128 {
    return isBoolean<L>() ? v128.sub<T>(dy, v128.mul<T>(Decay.exp<T>(y), sum)) : v128.mul<T>(y, v128.sub<T>(dy, sum));
  }
}

/** The gradient along a row of n elements. */
function backwardRow<T, L>(dx: usize, dy: usize, y: usize, n: i32): void {
  const lanes = <i32>(16 / sizeof<T>());
  const gradient = changetype<Gradient<T, L>>(0);
  let total = v128.splat<T>(0);
  for (let i = 0; i < n;) {
    let a = v128.splat<T>(0);
    let b = v128.splat<T>(0);
    const blockEnd = min(n, i + BLOCK);
    for (; i + 2 * lanes <= blockEnd; i += 2 * lanes) {
      const at = <usize>i * sizeof<T>();
      a = v128.add<T>(a, gradient.term(v128.load(dy + at), v128.load(y + at)));
      b = v128.add<T>(b, gradient.term(v128.load(dy + at, 16), v128.load(y + at, 16)));
    }
    for (; i < blockEnd; i += lanes) {
      const at = <usize>i * sizeof<T>();
      const whole = i + lanes <= blockEnd;
      const g = whole ? v128.load(dy + at) : loadPart<T>(dy + at, blockEnd - i);
      a = v128.add<T>(a, gradient.term(g, whole ? v128.load(y + at) : loadPart<T>(y + at, blockEnd - i)));
    }
    i = blockEnd;
    total = v128.add<T>(total, v128.add<T>(a, b));
  }
  const sum = gradient.scaled(v128.splat<T>(joinLanes<T, Sum<T>>(total)));
  const bytes = <usize>n * sizeof<T>();
  let at: usize = 0;
  for (; at + 32 <= bytes; at += 32) {
    const d = gradient.lane(v128.load(dy + at), v128.load(y + at), sum);
    const e = gradient.lane(v128.load(dy + at, 16), v128.load(y + at, 16), sum);
    v128.store(dx + at, d);
    v128.store(dx + at, e, 16);
  }
  for (; at < bytes; at += 16) {
    const rest = <i32>((bytes - at) / sizeof<T>());
    if (rest >= lanes) v128.store(dx + at, gradient.lane(v128.load(dy + at), v128.load(y + at), sum));
    else storePart<T>(dx + at, gradient.lane(loadPart<T>(dy + at, rest), loadPart<T>(y + at, rest), sum), rest);
  }
}

/** The gradient along columns; as `forwardColumns`. */
function backwardColumns<T, L, W>(dx: usize, dy: usize, y: usize, n: i32, stride: usize): void {
  const columns = changetype<Columns<T, W>>(0);
  const gradient = changetype<Gradient<T, L>>(0);
  let total = v128.splat<T>(0);
  let at: usize = 0;
  for (let i = 0; i < n;) {
    let acc = v128.splat<T>(0);
    for (const blockEnd = min(n, i + 32); i < blockEnd; i++) {
      acc = v128.add<T>(acc, gradient.term(columns.load(dy + at), columns.load(y + at)));
      at += stride;
    }
    total = v128.add<T>(total, acc);
  }
  total = gradient.scaled(total);
  const bytes = at;
  for (at = 0; at < bytes; at += stride) {
    columns.store(dx + at, gradient.lane(columns.load(dy + at), columns.load(y + at), total));
  }
}

/** The gradient of softmax, or of log-softmax where L is bool, from its result y. Units: lines, [outer, inner]. */
function backward<T, L>(dx: usize, dy: usize, y: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  const lanes = <i32>(16 / sizeof<T>());
  const stride = <usize>inner * sizeof<T>();
  for (let u = begin; u < end;) {
    const o = u / inner;
    const at = u - o * inner;
    const offset = <usize>o * <usize>n * stride + <usize>at * sizeof<T>();
    if (inner == 1) {
      backwardRow<T, L>(dx + offset, dy + offset, y + offset, n);
      u += 1;
    } else if (min(inner - at, end - u) >= lanes) {
      backwardColumns<T, L, bool>(dx + offset, dy + offset, y + offset, n, stride);
      u += lanes;
    } else {
      backwardColumns<T, L, i32>(dx + offset, dy + offset, y + offset, n, stride);
      u += 1;
    }
  }
}

/** Whether an element of a column is NaN. */
function holdsNaN<T>(x: usize, n: i32, stride: usize): bool {
  for (let i = 0; i < n; i++, x += stride) if (isNaN<T>(load<T>(x))) return true;
  return false;
}

/** log Σ exp x of one column or a vector of them; an infinite maximum is not subtracted. */
function logSumColumns<T, W>(y: usize, x: usize, n: i32, stride: usize): void {
  const columns = changetype<Columns<T, W>>(0);
  const rows = !isBoolean<W>() && stride == sizeof<T>();
  const highest = rows ? v128.splat<T>(maxRow<T>(x, n)) : maxColumns<T, W>(x, n, stride);
  const m = v128.andnot(highest, v128.eq<T>(v128.abs<T>(highest), Lanes.splat<T>(Infinity)));
  const sum = rows
    ? v128.splat<T>(expSumRow<T, i32>(0, x, n, v128.extract_lane<T>(m, 0)))
    : expSumColumns<T, W, i32>(0, x, n, stride, m);
  columns.store(y, v128.add<T>(Decay.log<T>(sum), m));
  // Infinity is beyond Decay.exp, which answers NaN.
  const stop = y + columns.count() * sizeof<T>();
  for (; y < stop; y += sizeof<T>(), x += sizeof<T>()) {
    if (isNaN<T>(load<T>(y)) && !holdsNaN<T>(x, n, stride)) store<T>(y, <T>Infinity);
  }
}

/**
 * y = log Σ exp x over the middle dim of [outer, n, inner]. Units: elements of y.
 *
 * @dtypes f32 f64
 */
export function logsumexp<T>(y: usize, x: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  const lanes = <i32>(16 / sizeof<T>());
  const stride = <usize>inner * sizeof<T>();
  for (let u = begin; u < end;) {
    const o = u / inner;
    const at = u - o * inner;
    const from = x + <usize>o * <usize>n * stride + <usize>at * sizeof<T>();
    const to = y + <usize>u * sizeof<T>();
    if (inner > 1 && min(inner - at, end - u) >= lanes) {
      logSumColumns<T, bool>(to, from, n, stride);
      u += lanes;
    } else {
      logSumColumns<T, i32>(to, from, n, stride);
      u += 1;
    }
  }
}

/** @dtypes f32 f64 */
export function softmax<T>(y: usize, x: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  forward<T, i32>(y, x, n, inner, begin, end);
}

/** @dtypes f32 f64 */
export function logSoftmax<T>(y: usize, x: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  forward<T, bool>(y, x, n, inner, begin, end);
}

/** @dtypes f32 f64 */
export function softmaxBackward<T>(dx: usize, dy: usize, y: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  backward<T, i32>(dx, dy, y, n, inner, begin, end);
}

/** @dtypes f32 f64 */
export function logSoftmaxBackward<T>(dx: usize, dy: usize, y: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  backward<T, bool>(dx, dy, y, n, inner, begin, end);
}
