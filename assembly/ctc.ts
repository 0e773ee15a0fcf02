// Connectionist temporal classification by dynamic programming over the extended labels l' (Graves et al. 2006): blanks around every label.
// All sums are of float64 logarithms, whatever the dtype of the inputs.
//
// A row of states lies in memory between two cells of -∞ on each side, so that states may look two to the left and to the right:
//
//   [-∞ -∞ | blank l1 blank l2 … blank | -∞ -∞]
import { Exp } from './simd/exp';
import { loadPart, storePart } from './simd/lanes';
import { Log } from './simd/log';

const PAD: i32 = 2;
const CELL: usize = 8;

/** Where a sample's labels and rows are. */
class Sample {
  /** Labels of all samples before: n·S where they are padded to S, the sum of lengths where they are concatenated (S < 0). */
  @inline before(lengths: usize, n: i32, S: i32): i32 {
    if (S >= 0) return n * S;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += load<i32>(lengths + ((<usize>i) << 2));
    return sum;
  }
  /** Cells of a row of states. */
  @inline width(labels: i32): i32 {
    return 2 * labels + 1 + 2 * PAD;
  }
  /** Cells of one row of each sample before. */
  @inline cells(before: i32, n: i32): usize {
    return <usize>(2 * before + (1 + 2 * PAD) * n);
  }
  /** The class of state s. */
  @inline label(targets: usize, s: i32, blank: i32): i32 {
    return s & 1 ? load<i32>(targets + ((<usize>(s >> 1)) << 2)) : blank;
  }
}

/** Puts -∞ around a row. */
function pad(row: usize, width: i32): void {
  const none = f64x2.splat(-Infinity);
  v128.store(row, none);
  v128.store(row + <usize>(width - PAD) * CELL, none);
}

/** 0 for states that may be reached from two before, -∞ for others: skip[s]. */
function skips(row: usize, targets: usize, states: i32, blank: i32): void {
  const sample = changetype<Sample>(0);
  pad(row, states + 2 * PAD);
  for (let s = 0; s < states; s++) {
    const label = sample.label(targets, s, blank);
    const free = s > 1 && label != blank && label != sample.label(targets, s - 2, blank);
    store<f64>(row + <usize>(s + PAD) * CELL, free ? 0 : -Infinity);
  }
}

/** The log-probability of each state's class. */
function emissions<T>(row: usize, x: usize, targets: usize, states: i32, C: i32, blank: i32): void {
  const sample = changetype<Sample>(0);
  for (let s = 0; s < states; s++) {
    const label = sample.label(targets, s, blank);
    const value: f64 = <u32>label < <u32>C ? <f64>load<T>(x + <usize>label * sizeof<T>()) : NaN;
    store<f64>(row + <usize>(s + PAD) * CELL, value);
  }
}

/** to[s] = log(e^from[s] + e^from[s ∓ 1] + e^(from[s ∓ 2] + skip)) + emission[s], with the skip of the state that is reached. */
function advance(to: usize, from: usize, skip: usize, emission: usize, states: i32, backwards: bool): void {
  const step: isize = backwards ? <isize>CELL : -(<isize>CELL);
  const reached: isize = backwards ? 2 * <isize>CELL : 0;
  for (let s = 0; s < states; s += 2) {
    const at = <usize>(s + PAD) * CELL;
    const a = v128.load(from + at);
    const b = v128.load(from + at + step);
    const c = f64x2.add(v128.load(from + at + 2 * step), v128.load(skip + at + reached));
    // -∞ - -∞ would be NaN.
    const m = f64x2.max(f64x2.max(f64x2.max(a, b), c), f64x2.splat(-1e300));
    const near = f64x2.add(Exp.exp<f64>(f64x2.sub(a, m)), Exp.exp<f64>(f64x2.sub(b, m)));
    const sum = f64x2.add(near, Exp.exp<f64>(f64x2.sub(c, m)));
    const y = f64x2.add(f64x2.add(Log.log<f64>(sum), m), v128.load(emission + at));
    v128.store(to + at, y);
  }
  pad(to, states + 2 * PAD);
}

/** log(e^a + e^b) */
function logAdd(a: f64, b: f64): f64 {
  const m = max(max(a, b), -1e300);
  const parts = Exp.exp<f64>(f64x2.sub(f64x2(a, b), f64x2.splat(m)));
  return (
    f64x2.extract_lane(Log.log<f64>(f64x2.splat(f64x2.extract_lane(parts, 0) + f64x2.extract_lane(parts, 1))), 0) + m
  );
}

/**
 * nll[n] = -log Σ over alignments, loss[n] the same or 0 where it is ∞ and `zeroInfinity`. `alpha` gets two rows of work and a row
 * for each time: log Σ over the alignments' beginnings that end in a state. x [T, N, C]. Units: samples.
 * @dtypes f32 f64
 */
export function ctcLoss<T>(
  loss: usize,
  nll: usize,
  alpha: usize,
  x: usize,
  targets: usize,
  inputLengths: usize,
  targetLengths: usize,
  time: i32,
  N: i32,
  C: i32,
  S: i32,
  blank: i32,
  zeroInfinity: i32,
  begin: i32,
  end: i32,
): void {
  const sample = changetype<Sample>(0);
  for (let n = begin; n < end; n++) {
    const length = load<i32>(inputLengths + ((<usize>n) << 2));
    const labels = load<i32>(targetLengths + ((<usize>n) << 2));
    const before = sample.before(targetLengths, n, S);
    const width = sample.width(labels);
    const states = 2 * labels + 1;
    const target = targets + ((<usize>before) << 2);
    const row = <usize>width * CELL;
    const skip = alpha + <usize>(time + 2) * sample.cells(before, n) * CELL;
    const emission = skip + row;
    let at = emission + row;
    skips(skip, target, states, blank);
    for (let t = 0; t < length; t++, at += row) {
      emissions<T>(emission, x + (<usize>t * <usize>N + <usize>n) * <usize>C * sizeof<T>(), target, states, C, blank);
      if (t > 0) {
        advance(at, at - row, skip, emission, states, false);
        continue;
      }
      for (let s = 0; s < width; s++) store<f64>(at + <usize>s * CELL, -Infinity);
      for (let s = 0; s < min(2, states); s++) {
        const cell = <usize>(s + PAD) * CELL;
        store<f64>(at + cell, load<f64>(emission + cell));
      }
    }
    let value: f64 = labels == 0 ? 0 : Infinity;
    if (length > 0) {
      const last = at - row + <usize>(states - 1 + PAD) * CELL;
      value = -logAdd(load<f64>(last), load<f64>(last - CELL));
    }
    store<f64>(nll + <usize>n * CELL, value);
    store<T>(loss + <usize>n * sizeof<T>(), <T>(zeroInfinity && value == Infinity ? 0 : value));
  }
}

/**
 * dx = dy (e^x - the posterior of the class), 0 after a sample's length: the gradient by scores behind a log-softmax, as PyTorch has
 * it. `work` holds four rows of states of each sample. Units: samples.
 * @dtypes f32 f64
 */
export function ctcLossBackward<T>(
  dx: usize,
  dy: usize,
  nll: usize,
  alpha: usize,
  x: usize,
  targets: usize,
  inputLengths: usize,
  targetLengths: usize,
  work: usize,
  time: i32,
  N: i32,
  C: i32,
  S: i32,
  blank: i32,
  zeroInfinity: i32,
  begin: i32,
  end: i32,
): void {
  const sample = changetype<Sample>(0);
  const lanes = <i32>(16 / sizeof<T>());
  for (let n = begin; n < end; n++) {
    const length = load<i32>(inputLengths + ((<usize>n) << 2));
    const labels = load<i32>(targetLengths + ((<usize>n) << 2));
    const before = sample.before(targetLengths, n, S);
    const width = sample.width(labels);
    const states = 2 * labels + 1;
    const target = targets + ((<usize>before) << 2);
    const row = <usize>width * CELL;
    const cells = sample.cells(before, n) * CELL;
    const skip = work + 4 * cells;
    const emission = skip + row;
    let beta = emission + row;
    let next = beta + row;
    const total = load<f64>(nll + <usize>n * CELL);
    const g = load<T>(dy + <usize>n * sizeof<T>());
    const silent = zeroInfinity && total == Infinity;
    skips(skip, target, states, blank);
    for (let t = time - 1; t >= 0; t--) {
      const offset = (<usize>t * <usize>N + <usize>n) * <usize>C * sizeof<T>();
      const to = dx + offset;
      if (t >= length || silent) {
        memory.fill(to, 0, <usize>C * sizeof<T>());
        continue;
      }
      const from = x + offset;
      emissions<T>(emission, from, target, states, C, blank);
      if (t == length - 1) {
        for (let s = 0; s < width; s++) store<f64>(beta + <usize>s * CELL, -Infinity);
        for (let s = max(0, states - 2); s < states; s++) {
          const cell = <usize>(s + PAD) * CELL;
          store<f64>(beta + cell, load<f64>(emission + cell));
        }
      } else {
        advance(beta, next, skip, emission, states, true);
      }
      for (let c = 0; c < C; c += lanes) {
        const part = <usize>c * sizeof<T>();
        const rest = C - c;
        const v = rest >= lanes ? v128.load(from + part) : loadPart<T>(from + part, rest);
        const p = v128.mul<T>(Exp.exp<T>(v), v128.splat<T>(g));
        if (rest >= lanes) v128.store(to + part, p);
        else storePart<T>(to + part, p, rest);
      }
      const states0 = alpha + <usize>(time + 2) * cells + <usize>(t + 2) * row;
      for (let s = 0; s < states; s++) {
        const cell = <usize>(s + PAD) * CELL;
        const both = load<f64>(states0 + cell) + load<f64>(beta + cell);
        // Where nothing is aligned, infinities would meet; with no alignment at all the gradient is NaN, as in PyTorch.
        if (both == -Infinity && total != Infinity) continue;
        const share = Exp.exp<f64>(f64x2.splat(both - load<f64>(emission + cell) + total));
        const label = sample.label(target, s, blank);
        if (<u32>label >= <u32>C) continue;
        const place = to + <usize>label * sizeof<T>();
        store<T>(place, <T>(<f64>load<T>(place) - <f64>g * f64x2.extract_lane(share, 0)));
      }
      const free = next;
      next = beta;
      beta = free;
    }
  }
}
