import { Columns, expSumColumns, expSumRow, maxColumns, maxRow } from './reduce/exp';
import { Sum, joinLanes, loadPadded } from './reduce/lanes';
import { Exp } from './simd/exp';
import { Lanes, storePart } from './simd/lanes';
import { Log } from './simd/log';

/** Elements between two additions to the total of a row: short enough that float32 keeps its digits. */
const BLOCK: i32 = 1024;

/** y = exp(x − max) / Σ, or x − max − log Σ where `log`, along the middle dim of [outer, n, inner]. Units: lines, [outer, inner]. */
function forward<T>(y: usize, x: usize, n: i32, inner: i32, log: bool, begin: i32, end: i32): void {
  const lanes = <i32>(16 / sizeof<T>());
  const columns = changetype<Columns<T>>(0);
  const stride = <usize>inner * sizeof<T>();
  for (let u = begin; u < end;) {
    const o = u / inner;
    const at = u - o * inner;
    const offset = <usize>o * <usize>n * stride + <usize>at * sizeof<T>();
    let from = x + offset;
    let to = y + offset;
    if (inner == 1) {
      const m = maxRow<T>(from, n);
      const mv = v128.splat<T>(m);
      const sum = v128.splat<T>(expSumRow<T>(log ? 0 : to, from, n, m));
      const logSum = log ? Log.log<T>(sum) : sum;
      let i = 0;
      for (; i + lanes <= n; i += lanes) {
        v128.store(to, log ? v128.sub<T>(v128.sub<T>(v128.load(from), mv), logSum) : v128.div<T>(v128.load(to), sum));
        from += 16;
        to += 16;
      }
      if (i < n) {
        const v = loadPadded<T>(log ? from : to, n - i, <T>0);
        storePart<T>(to, log ? v128.sub<T>(v128.sub<T>(v, mv), logSum) : v128.div<T>(v, sum), n - i);
      }
      u += 1;
      continue;
    }
    const wide = min(inner - at, end - u) >= lanes;
    const m = maxColumns<T>(from, n, stride, wide);
    const sum = expSumColumns<T>(log ? 0 : to, from, n, stride, m, wide);
    const logSum = log ? Log.log<T>(sum) : sum;
    for (let i = 0; i < n; i++) {
      const v = log
        ? v128.sub<T>(v128.sub<T>(columns.load(from, wide), m), logSum)
        : v128.div<T>(columns.load(to, wide), sum);
      columns.store(to, v, wide);
      from += stride;
      to += stride;
    }
    u += wide ? lanes : 1;
  }
}

class Gradient<T> {
  /** What is summed: dy y for softmax, dy for log-softmax. */
  @inline term(dy: v128, y: v128, log: bool): v128 {
    return log ? dy : v128.mul<T>(dy, y);
  }
  /** y (dy − Σ) for softmax, dy − exp(y) Σ for log-softmax. */
  @inline lane(dy: v128, y: v128, sum: v128, log: bool): v128 {
    return log ? v128.sub<T>(dy, v128.mul<T>(Exp.exp<T>(y), sum)) : v128.mul<T>(y, v128.sub<T>(dy, sum));
  }
}

/** The gradient of either from its result y. Units: lines, [outer, inner]. */
function backward<T>(dx: usize, dy: usize, y: usize, n: i32, inner: i32, log: bool, begin: i32, end: i32): void {
  const lanes = <i32>(16 / sizeof<T>());
  const columns = changetype<Columns<T>>(0);
  const gradient = changetype<Gradient<T>>(0);
  const stride = <usize>inner * sizeof<T>();
  for (let u = begin; u < end;) {
    const o = u / inner;
    const column = u - o * inner;
    const offset = <usize>o * <usize>n * stride + <usize>column * sizeof<T>();
    let total = v128.splat<T>(0);
    if (inner == 1) {
      for (let i = 0; i < n;) {
        let acc = v128.splat<T>(0);
        const blockEnd = min(n, i + BLOCK);
        for (; i + lanes <= blockEnd; i += lanes) {
          const at = offset + <usize>i * sizeof<T>();
          acc = v128.add<T>(acc, gradient.term(v128.load(dy + at), v128.load(y + at), log));
        }
        if (i < blockEnd) {
          const at = offset + <usize>i * sizeof<T>();
          const g = loadPadded<T>(dy + at, blockEnd - i, 0);
          acc = v128.add<T>(acc, gradient.term(g, loadPadded<T>(y + at, blockEnd - i, 0), log));
          i = blockEnd;
        }
        total = v128.add<T>(total, acc);
      }
      const sum = v128.splat<T>(joinLanes<T, Sum<T>>(total));
      let i = 0;
      for (; i + lanes <= n; i += lanes) {
        const at = offset + <usize>i * sizeof<T>();
        v128.store(dx + at, gradient.lane(v128.load(dy + at), v128.load(y + at), sum, log));
      }
      if (i < n) {
        const at = offset + <usize>i * sizeof<T>();
        const g = loadPadded<T>(dy + at, n - i, 0);
        storePart<T>(dx + at, gradient.lane(g, loadPadded<T>(y + at, n - i, 0), sum, log), n - i);
      }
      u += 1;
      continue;
    }
    const wide = min(inner - column, end - u) >= lanes;
    let at = offset;
    for (let i = 0; i < n;) {
      let acc = v128.splat<T>(0);
      for (const blockEnd = min(n, i + 32); i < blockEnd; i++) {
        acc = v128.add<T>(acc, gradient.term(columns.load(dy + at, wide), columns.load(y + at, wide), log));
        at += stride;
      }
      total = v128.add<T>(total, acc);
    }
    at = offset;
    for (let i = 0; i < n; i++) {
      columns.store(dx + at, gradient.lane(columns.load(dy + at, wide), columns.load(y + at, wide), total, log), wide);
      at += stride;
    }
    u += wide ? lanes : 1;
  }
}

/** y = log Σ exp x over the middle dim of [outer, n, inner]; an infinite maximum is not subtracted. Units: elements of y. */
function logSum<T>(y: usize, x: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  const lanes = <i32>(16 / sizeof<T>());
  const columns = changetype<Columns<T>>(0);
  const stride = <usize>inner * sizeof<T>();
  for (let u = begin; u < end;) {
    const o = u / inner;
    const at = u - o * inner;
    const from = x + <usize>o * <usize>n * stride + <usize>at * sizeof<T>();
    const wide = inner > 1 && min(inner - at, end - u) >= lanes;
    let m = inner == 1 ? v128.splat<T>(maxRow<T>(from, n)) : maxColumns<T>(from, n, stride, wide);
    m = v128.andnot(m, v128.eq<T>(v128.abs<T>(m), Lanes.splat<T>(Infinity)));
    const sum =
      inner == 1
        ? v128.splat<T>(expSumRow<T>(0, from, n, v128.extract_lane<T>(m, 0)))
        : expSumColumns<T>(0, from, n, stride, m, wide);
    columns.store(y + <usize>u * sizeof<T>(), v128.add<T>(Log.log<T>(sum), m), wide);
    u += wide ? lanes : 1;
  }
}

export function softmax(y: usize, x: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  forward<f32>(y, x, n, inner, false, begin, end);
}

export function softmaxF64(y: usize, x: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  forward<f64>(y, x, n, inner, false, begin, end);
}

export function logSoftmax(y: usize, x: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  forward<f32>(y, x, n, inner, true, begin, end);
}

export function logSoftmaxF64(y: usize, x: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  forward<f64>(y, x, n, inner, true, begin, end);
}

export function softmaxBackward(dx: usize, dy: usize, y: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  backward<f32>(dx, dy, y, n, inner, false, begin, end);
}

export function softmaxBackwardF64(dx: usize, dy: usize, y: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  backward<f64>(dx, dy, y, n, inner, false, begin, end);
}

export function logSoftmaxBackward(dx: usize, dy: usize, y: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  backward<f32>(dx, dy, y, n, inner, true, begin, end);
}

export function logSoftmaxBackwardF64(dx: usize, dy: usize, y: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  backward<f64>(dx, dy, y, n, inner, true, begin, end);
}

export function logsumexp(y: usize, x: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  logSum<f32>(y, x, n, inner, begin, end);
}

export function logsumexpF64(y: usize, x: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  logSum<f64>(y, x, n, inner, begin, end);
}
