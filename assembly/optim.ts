// One step of an optimizer over all parameters of a group: the same operations in the same order as PyTorch's single-tensor
// implementations (Adam's bias correction of √v is a product with its inverse).
//
// Whatever changes between steps lies in memory, so that a captured program can be replayed: `hyper` points to the f64 options of a
// parameter group, counters belong to parameters. A `…Tick` kernel (units = 1) counts before each step.
//
//   hyper of SGD          lr, momentum, dampening, weightDecay, nesterov, maximize
//   hyper of Adam, AdamW  lr, beta1, beta2, eps, weightDecay, amsgrad, maximize, decoupled
//
// `table` lists the parameters (assembly/table.ts).
//
// Sources: https://pytorch.org/docs/stable/generated/torch.optim.SGD.html, …Adam.html and …AdamW.html
import { Lanes, loadPart, storePart } from './simd/lanes';
import { CHUNK, ENTRY, Table } from './table';

/** A whole vector, or the first `count` elements of one at the end of a slice. */
class Part {
  @inline static load<T>(x: usize, whole: bool, count: i32): v128 {
    return whole ? v128.load(x) : loadPart<T>(x, count);
  }

  @inline static store<T>(x: usize, y: v128, whole: bool, count: i32): void {
    if (whole) v128.store(x, y);
    else storePart<T>(x, y, count);
  }
}

/** Pointers of SGD: x, dx, buffer, –, –, counter (f64). The first step with momentum starts the buffer from the gradient. */
export function sgdTick(hyper: usize, table: usize, begin: i32, end: i32): void {
  if (load<f64>(hyper, 8) == 0) return;
  for (let p = table + 4; p < Table.end(table); p += ENTRY) {
    const counter = Table.pointer(p, 5);
    if (counter) store<f64>(counter, load<f64>(counter) + 1);
  }
}

class Sgd {
  @inline static at<T>(
    x: usize,
    dx: usize,
    buffer: usize,
    rate: v128,
    momentum: v128,
    fresh: v128,
    weightDecay: v128,
    sign: v128,
    moves: bool,
    first: bool,
    decays: bool,
    nesterov: bool,
    whole: bool,
    count: i32,
  ): void {
    const old = Part.load<T>(x, whole, count);
    let d = v128.xor(Part.load<T>(dx, whole, count), sign);
    if (decays) d = v128.add<T>(d, v128.mul<T>(weightDecay, old));
    if (moves) {
      let b = d;
      if (!first) b = v128.add<T>(v128.mul<T>(Part.load<T>(buffer, whole, count), momentum), v128.mul<T>(fresh, d));
      Part.store<T>(buffer, b, whole, count);
      d = nesterov ? v128.add<T>(d, v128.mul<T>(momentum, b)) : b;
    }
    Part.store<T>(x, v128.add<T>(old, v128.mul<T>(rate, d)), whole, count);
  }

  @inline static map<T>(hyper: usize, table: usize, begin: i32, end: i32): void {
    const rate = Lanes.splat<T>(-load<f64>(hyper));
    const momentum = Lanes.splat<T>(load<f64>(hyper, 8));
    const fresh = Lanes.splat<T>(1 - load<f64>(hyper, 16));
    const weightDecay = Lanes.splat<T>(load<f64>(hyper, 24));
    const moving = load<f64>(hyper, 8) != 0;
    const decays = load<f64>(hyper, 24) != 0;
    const nesterov = load<f64>(hyper, 32) != 0;
    const sign = load<f64>(hyper, 40) != 0 ? Lanes.splat<T>(-0.0) : Lanes.splat<T>(0.0);
    for (let p = Table.find(table, begin), u = begin; u < end; u = load<i32>(p, 28), p += ENTRY) {
      const skipped = <usize>(u - Table.first(table, p)) * CHUNK;
      const n = min(<usize>load<i32>(p, 24), skipped + <usize>(end - u) * CHUNK) * sizeof<T>();
      const x = Table.pointer(p, 0);
      const dx = Table.pointer(p, 1);
      const buffer = Table.pointer(p, 2);
      const moves = moving && buffer != 0;
      const first = moves && load<f64>(Table.pointer(p, 5)) <= 1;
      let i = skipped * sizeof<T>();
      for (; i + 16 <= n; i += 16) {
        Sgd.at<T>(
          x + i,
          dx + i,
          buffer + i,
          rate,
          momentum,
          fresh,
          weightDecay,
          sign,
          moves,
          first,
          decays,
          nesterov,
          true,
          0,
        );
      }
      if (i < n) {
        const rest = <i32>((n - i) / sizeof<T>());
        Sgd.at<T>(
          x + i,
          dx + i,
          buffer + i,
          rate,
          momentum,
          fresh,
          weightDecay,
          sign,
          moves,
          first,
          decays,
          nesterov,
          false,
          rest,
        );
      }
    }
  }
}

/**
 * x -= lr · d, where d is dx with weight decay and momentum; the buffer is not touched while momentum is 0.
 *
 * @dtypes f32 f64
 */
export function sgdStep<T>(hyper: usize, table: usize, begin: i32, end: i32): void {
  Sgd.map<T>(hyper, table, begin, end);
}

/** Pointers of Adam: x, dx, mean, square, maximum, step (an f32, as PyTorch keeps it). */
export function adamTick(table: usize, begin: i32, end: i32): void {
  for (let p = table + 4; p < Table.end(table); p += ENTRY) {
    const step = Table.pointer(p, 5);
    store<f32>(step, load<f32>(step) + 1);
  }
}

class Adam {
  /** base^n for whole n. */
  @inline static power(base: f64, n: u64): f64 {
    let y = 1.0;
    for (; n != 0; n >>= 1, base *= base) if (n & 1) y *= base;
    return y;
  }

  @inline static at<T>(
    x: usize,
    dx: usize,
    mean: usize,
    square: usize,
    maximum: usize,
    beta1: v128,
    beta2: v128,
    fresh1: v128,
    fresh2: v128,
    eps: v128,
    decay: v128,
    rate: v128,
    correction: v128,
    sign: v128,
    decays: bool,
    decoupled: bool,
    amsgrad: bool,
    whole: bool,
    count: i32,
  ): void {
    let old = Part.load<T>(x, whole, count);
    let d = v128.xor(Part.load<T>(dx, whole, count), sign);
    if (decays) {
      if (decoupled) old = v128.mul<T>(old, decay);
      else d = v128.add<T>(d, v128.mul<T>(decay, old));
    }
    const m = v128.add<T>(v128.mul<T>(Part.load<T>(mean, whole, count), beta1), v128.mul<T>(fresh1, d));
    Part.store<T>(mean, m, whole, count);
    const dd = v128.mul<T>(v128.mul<T>(fresh2, d), d);
    let v = v128.add<T>(v128.mul<T>(Part.load<T>(square, whole, count), beta2), dd);
    Part.store<T>(square, v, whole, count);
    if (amsgrad) {
      v = v128.max<T>(Part.load<T>(maximum, whole, count), v);
      Part.store<T>(maximum, v, whole, count);
    }
    const below = v128.add<T>(v128.mul<T>(v128.sqrt<T>(v), correction), eps);
    Part.store<T>(x, v128.add<T>(old, v128.div<T>(v128.mul<T>(rate, m), below)), whole, count);
  }

  @inline static map<T>(hyper: usize, table: usize, begin: i32, end: i32): void {
    const lr = load<f64>(hyper);
    const weightDecay = load<f64>(hyper, 32);
    const decoupled = load<f64>(hyper, 56) != 0;
    const beta1 = Lanes.splat<T>(load<f64>(hyper, 8));
    const beta2 = Lanes.splat<T>(load<f64>(hyper, 16));
    const fresh1 = Lanes.splat<T>(1 - load<f64>(hyper, 8));
    const fresh2 = Lanes.splat<T>(1 - load<f64>(hyper, 16));
    const eps = Lanes.splat<T>(load<f64>(hyper, 24));
    const decay = Lanes.splat<T>(decoupled ? 1 - lr * weightDecay : weightDecay);
    const decays = weightDecay != 0;
    const largest = load<f64>(hyper, 40) != 0;
    const sign = load<f64>(hyper, 48) != 0 ? Lanes.splat<T>(-0.0) : Lanes.splat<T>(0.0);
    let known: f32 = 0;
    let rate = Lanes.splat<T>(0);
    let correction = rate;
    for (let p = Table.find(table, begin), u = begin; u < end; u = load<i32>(p, 28), p += ENTRY) {
      const step = load<f32>(Table.pointer(p, 5));
      if (step != known) {
        known = step;
        rate = Lanes.splat<T>(-lr / (1 - Adam.power(load<f64>(hyper, 8), <u64>step)));
        correction = Lanes.splat<T>(1 / sqrt<f64>(1 - Adam.power(load<f64>(hyper, 16), <u64>step)));
      }
      const skipped = <usize>(u - Table.first(table, p)) * CHUNK;
      const n = min(<usize>load<i32>(p, 24), skipped + <usize>(end - u) * CHUNK) * sizeof<T>();
      const x = Table.pointer(p, 0);
      const dx = Table.pointer(p, 1);
      const mean = Table.pointer(p, 2);
      const square = Table.pointer(p, 3);
      const maximum = Table.pointer(p, 4);
      const amsgrad = largest && maximum != 0;
      let i = skipped * sizeof<T>();
      for (; i + 16 <= n; i += 16) {
        Adam.at<T>(
          x + i,
          dx + i,
          mean + i,
          square + i,
          maximum + i,
          beta1,
          beta2,
          fresh1,
          fresh2,
          eps,
          decay,
          rate,
          correction,
          sign,
          decays,
          decoupled,
          amsgrad,
          true,
          0,
        );
      }
      if (i < n) {
        const rest = <i32>((n - i) / sizeof<T>());
        Adam.at<T>(
          x + i,
          dx + i,
          mean + i,
          square + i,
          maximum + i,
          beta1,
          beta2,
          fresh1,
          fresh2,
          eps,
          decay,
          rate,
          correction,
          sign,
          decays,
          decoupled,
          amsgrad,
          false,
          rest,
        );
      }
    }
  }
}

/**
 * x -= lr / (1 - beta1^step) · mean / (√square / √(1 - beta2^step) + eps); weight decay is added to dx, or scales x first where `decoupled`.
 * `maximum` is touched only with amsgrad.
 * @dtypes f32 f64
 */
export function adamStep<T>(hyper: usize, table: usize, begin: i32, end: i32): void {
  Adam.map<T>(hyper, table, begin, end);
}
