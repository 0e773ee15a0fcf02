// One step of an optimizer over one parameter, fused: the same operations in the same order as PyTorch's single-tensor implementations.
//
// Whatever changes between steps lives in memory, so that a captured program can be replayed: `hyper` points to the f64 options of a
// parameter group, `slots` to two f64 numbers of the parameter that its `…Tick` kernel (units = 1) renews before each step.
//
//   hyper of SGD          lr, momentum, dampening, weightDecay, nesterov, maximize
//   hyper of Adam, AdamW  lr, beta1, beta2, eps, weightDecay, amsgrad, maximize
//
// Sources: https://pytorch.org/docs/stable/generated/torch.optim.SGD.html, …Adam.html and …AdamW.html
import { Lanes, loadPart, storePart } from './simd/lanes';

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

/** slots[0] counts the steps with momentum: the first of them starts the buffer from the gradient. */
export function sgdTick(slots: usize, hyper: usize, begin: i32, end: i32): void {
  if (load<f64>(hyper, 8) != 0) store<f64>(slots, load<f64>(slots) + 1);
}

class Sgd {
  /** d = ±dx + weightDecay · x */
  @inline static direction<T>(x: v128, dx: v128, weightDecay: v128, decays: bool, maximize: bool): v128 {
    const d = maximize ? v128.neg<T>(dx) : dx;
    return decays ? v128.add<T>(d, v128.mul<T>(weightDecay, x)) : d;
  }

  @inline static buffer<T>(b: v128, d: v128, momentum: v128, fresh: v128, first: bool): v128 {
    return first ? d : v128.add<T>(v128.mul<T>(b, momentum), v128.mul<T>(fresh, d));
  }

  @inline static map<T>(x: usize, buffer: usize, dx: usize, slots: usize, hyper: usize, begin: i32, end: i32): void {
    const rate = Lanes.splat<T>(-load<f64>(hyper));
    const momentum = Lanes.splat<T>(load<f64>(hyper, 8));
    const fresh = Lanes.splat<T>(1 - load<f64>(hyper, 16));
    const weightDecay = Lanes.splat<T>(load<f64>(hyper, 24));
    const moves = load<f64>(hyper, 8) != 0;
    const first = load<f64>(slots) <= 1;
    const decays = load<f64>(hyper, 24) != 0;
    const nesterov = load<f64>(hyper, 32) != 0;
    const maximize = load<f64>(hyper, 40) != 0;
    const stop = <usize>end * sizeof<T>();
    for (let i = <usize>begin * sizeof<T>(); i < stop; i += 16) {
      const whole = i + 16 <= stop;
      const count = <i32>((stop - i) / sizeof<T>());
      const old = Part.load<T>(x + i, whole, count);
      let d = Part.load<T>(dx + i, whole, count);
      d = Sgd.direction<T>(old, d, weightDecay, decays, maximize);
      if (moves) {
        let b = Part.load<T>(buffer + i, whole, count);
        b = Sgd.buffer<T>(b, d, momentum, fresh, first);
        Part.store<T>(buffer + i, b, whole, count);
        d = nesterov ? v128.add<T>(d, v128.mul<T>(momentum, b)) : b;
      }
      const y = v128.add<T>(old, v128.mul<T>(rate, d));
      Part.store<T>(x + i, y, whole, count);
    }
  }
}

/** x -= lr · d, where d is dx with weight decay and momentum; the buffer is not touched while momentum is 0. */
export function sgdStep(x: usize, buffer: usize, dx: usize, slots: usize, hyper: usize, begin: i32, end: i32): void {
  Sgd.map<f32>(x, buffer, dx, slots, hyper, begin, end);
}

/** As `sgdStep`. */
export function sgdStepF64(x: usize, buffer: usize, dx: usize, slots: usize, hyper: usize, begin: i32, end: i32): void {
  Sgd.map<f64>(x, buffer, dx, slots, hyper, begin, end);
}

class Adam {
  /** base^n for whole n. */
  @inline static power(base: f64, n: u64): f64 {
    let y = 1.0;
    for (; n != 0; n >>= 1, base *= base) if (n & 1) y *= base;
    return y;
  }

  /** moment · beta + (1 - beta) · d [· d] */
  @inline static moment<T>(moment: v128, beta: v128, fresh: v128): v128 {
    return v128.add<T>(v128.mul<T>(moment, beta), fresh);
  }

  @inline static map<T>(
    x: usize,
    mean: usize,
    square: usize,
    maximum: usize,
    dx: usize,
    slots: usize,
    hyper: usize,
    decoupled: bool,
    begin: i32,
    end: i32,
  ): void {
    const weightDecay = load<f64>(hyper, 32);
    const beta1 = Lanes.splat<T>(load<f64>(hyper, 8));
    const beta2 = Lanes.splat<T>(load<f64>(hyper, 16));
    const fresh1 = Lanes.splat<T>(1 - load<f64>(hyper, 8));
    const fresh2 = Lanes.splat<T>(1 - load<f64>(hyper, 16));
    const eps = Lanes.splat<T>(load<f64>(hyper, 24));
    const decay = Lanes.splat<T>(decoupled ? 1 - load<f64>(hyper) * weightDecay : weightDecay);
    const decays = weightDecay != 0;
    const amsgrad = load<f64>(hyper, 40) != 0;
    const maximize = load<f64>(hyper, 48) != 0;
    const rate = Lanes.splat<T>(-load<f64>(slots));
    const correction = Lanes.splat<T>(load<f64>(slots, 8));
    const stop = <usize>end * sizeof<T>();
    for (let i = <usize>begin * sizeof<T>(); i < stop; i += 16) {
      const whole = i + 16 <= stop;
      const count = <i32>((stop - i) / sizeof<T>());
      let old = Part.load<T>(x + i, whole, count);
      let d = Part.load<T>(dx + i, whole, count);
      if (maximize) d = v128.neg<T>(d);
      if (decays) {
        if (decoupled) old = v128.mul<T>(old, decay);
        else d = v128.add<T>(d, v128.mul<T>(decay, old));
      }
      const m = Adam.moment<T>(Part.load<T>(mean + i, whole, count), beta1, v128.mul<T>(fresh1, d));
      Part.store<T>(mean + i, m, whole, count);
      const dd = v128.mul<T>(v128.mul<T>(fresh2, d), d);
      let v = Adam.moment<T>(Part.load<T>(square + i, whole, count), beta2, dd);
      Part.store<T>(square + i, v, whole, count);
      if (amsgrad) {
        v = v128.max<T>(Part.load<T>(maximum + i, whole, count), v);
        Part.store<T>(maximum + i, v, whole, count);
      }
      const below = v128.add<T>(v128.div<T>(v128.sqrt<T>(v), correction), eps);
      const y = v128.add<T>(old, v128.div<T>(v128.mul<T>(rate, m), below));
      Part.store<T>(x + i, y, whole, count);
    }
  }
}

/** Counts a step (an f32, as PyTorch keeps it) and renews slots = lr / (1 - beta1^step), sqrt(1 - beta2^step). */
export function adamTick(slots: usize, step: usize, hyper: usize, begin: i32, end: i32): void {
  const count = load<f32>(step) + 1;
  store<f32>(step, count);
  store<f64>(slots, load<f64>(hyper) / (1 - Adam.power(load<f64>(hyper, 8), <u64>count)));
  store<f64>(slots, sqrt<f64>(1 - Adam.power(load<f64>(hyper, 16), <u64>count)), 8);
}

/** x -= slots[0] · mean / (sqrt(square) / slots[1] + eps), with weight decay added to dx; `maximum` is touched only with amsgrad. */
export function adamStep(
  x: usize,
  mean: usize,
  square: usize,
  maximum: usize,
  dx: usize,
  slots: usize,
  hyper: usize,
  begin: i32,
  end: i32,
): void {
  Adam.map<f32>(x, mean, square, maximum, dx, slots, hyper, false, begin, end);
}

/** As `adamStep`. */
export function adamStepF64(
  x: usize,
  mean: usize,
  square: usize,
  maximum: usize,
  dx: usize,
  slots: usize,
  hyper: usize,
  begin: i32,
  end: i32,
): void {
  Adam.map<f64>(x, mean, square, maximum, dx, slots, hyper, false, begin, end);
}

/** As `adamStep`, but x is scaled by 1 - lr · weightDecay first and dx is left alone. */
export function adamwStep(
  x: usize,
  mean: usize,
  square: usize,
  maximum: usize,
  dx: usize,
  slots: usize,
  hyper: usize,
  begin: i32,
  end: i32,
): void {
  Adam.map<f32>(x, mean, square, maximum, dx, slots, hyper, true, begin, end);
}

/** As `adamwStep`. */
export function adamwStepF64(
  x: usize,
  mean: usize,
  square: usize,
  maximum: usize,
  dx: usize,
  slots: usize,
  hyper: usize,
  begin: i32,
  end: i32,
): void {
  Adam.map<f64>(x, mean, square, maximum, dx, slots, hyper, true, begin, end);
}
