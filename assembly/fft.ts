// Discrete Fourier transforms of rows of n complex numbers (real and imaginary parts by turns) in float64. Units are rows.
//
// Mixed radix, sorted as it goes (Stockham): after some factors, whose product is L, line k of [L, n / L] holds the transforms of length L of the
// n / L interleaved parts; the next factor p joins p of them. Where n has a large prime factor, the transform is a convolution with a chirp
// (Bluestein 1970), of a length that is a power of two.
//
// Source: Van Loan 1992, "Computational Frameworks for the Fast Fourier Transform", sections 1.7, 2.3 and 4.2.
import { Scalar } from './simd/scalar';

/** The largest prime factor that is done directly. */
const DIRECT = 13;

class Fourier {
  /** The next factor of n. */
  @inline static factor(n: i32): i32 {
    if ((n & 3) == 0) return 4;
    for (let p = 2; p <= DIRECT; p++) if (n % p == 0) return p;
    return n;
  }

  @inline static multiply(x: v128, w: v128): v128 {
    const swapped = v128.shuffle<u64>(x, x, 1, 0);
    const real = v128.shuffle<u64>(w, w, 0, 0);
    const imaginary = v128.shuffle<u64>(w, w, 1, 1);
    const cross = f64x2.mul(swapped, imaginary);
    return f64x2.add(f64x2.mul(x, real), v128.xor(cross, f64x2(-0.0, 0)));
  }

  /** Transforms n numbers at x by the table w of e^(±2πik/n); `other` is as large as x. Answers where the result is: x or other. */
  static run(x: usize, other: usize, w: usize, n: i32): usize {
    let from = x;
    let to = other;
    for (let done = 1; done < n;) {
      const p = Fourier.factor(n / done);
      const rest = n / (done * p);
      const step = (<usize>rest) << 4;
      for (let k = 0; k < done; k++) {
        for (let s = 0; s < rest; s++) {
          const a = from + ((<usize>(k * p * rest + s)) << 4);
          const b = to + ((<usize>(k * rest + s)) << 4);
          const out = (<usize>(done * rest)) << 4;
          if (p == 2) {
            const x0 = v128.load(a);
            const x1 = Fourier.multiply(v128.load(a + step), v128.load(w + ((<usize>(k * rest)) << 4)));
            v128.store(b, f64x2.add(x0, x1));
            v128.store(b + out, f64x2.sub(x0, x1));
          } else if (p == 4) {
            const x0 = v128.load(a);
            const x1 = Fourier.multiply(v128.load(a + step), v128.load(w + ((<usize>(k * rest)) << 4)));
            const x2 = Fourier.multiply(v128.load(a + 2 * step), v128.load(w + ((<usize>(2 * k * rest)) << 4)));
            const x3 = Fourier.multiply(v128.load(a + 3 * step), v128.load(w + ((<usize>(3 * k * rest)) << 4)));
            const even = f64x2.add(x0, x2);
            const odd = f64x2.add(x1, x3);
            const apart = f64x2.sub(x0, x2);
            const turned = Fourier.multiply(f64x2.sub(x1, x3), v128.load(w + ((<usize>(n >> 2)) << 4)));
            v128.store(b, f64x2.add(even, odd));
            v128.store(b + out, f64x2.add(apart, turned));
            v128.store(b + 2 * out, f64x2.sub(even, odd));
            v128.store(b + 3 * out, f64x2.sub(apart, turned));
          } else {
            for (let q = 0; q < p; q++) {
              let sum = f64x2.splat(0);
              for (let u = 0; u < p; u++) {
                // w^(k·u·rest) of the joined length times w^(q·u) of p, both from the one table.
                const angle = (k * u * rest + ((q * u) % p) * (n / p)) % n;
                const factor = v128.load(w + ((<usize>angle) << 4));
                sum = f64x2.add(sum, Fourier.multiply(v128.load(a + <usize>u * step), factor));
              }
              v128.store(b + <usize>q * out, sum);
            }
          }
        }
      }
      done *= p;
      const swap = from;
      from = to;
      to = swap;
    }
    return from;
  }
}

/** w[k] = e^(sign·2πi·k / n). Units: the n numbers. */
export function twiddlesF64(w: usize, n: i32, sign: f64, begin: i32, end: i32): void {
  const unit = (sign * 6.283185307179586) / <f64>n;
  for (let k = begin; k < end; k++) {
    const at = w + ((<usize>k) << 4);
    store<f64>(at, Scalar.cos(unit * <f64>k));
    store<f64>(at, Scalar.sin(unit * <f64>k), 8);
  }
}

/** y = scale·Σ x[j]·w[jk] by rows. `work` holds 2n complex numbers a row. */
export function dftF64(y: usize, x: usize, w: usize, work: usize, n: i32, scale: f64, begin: i32, end: i32): void {
  const bytes = (<usize>n) << 4;
  for (let row = <usize>begin; row < <usize>end; row++) {
    const a = work + 2 * row * bytes;
    memory.copy(a, x + row * bytes, bytes);
    const from = Fourier.run(a, a + bytes, w, n);
    const out = y + row * bytes;
    for (let i: usize = 0; i < bytes; i += 16) {
      v128.store(out + i, f64x2.mul(v128.load(from + i), f64x2.splat(scale)));
    }
  }
}

/** chirp[k] = e^(sign·πi·k² / n), and b = the transform (of m numbers, by the table w) of its conjugate, wrapped around. `work` holds 2m numbers. */
export function chirpF64(
  chirp: usize,
  b: usize,
  w: usize,
  work: usize,
  n: i32,
  m: i32,
  sign: f64,
  begin: i32,
  end: i32,
): void {
  const bytes = (<usize>m) << 4;
  memory.fill(work, 0, bytes);
  for (let k = 0; k < n; k++) {
    const square = <i32>((<i64>k * <i64>k) % (2 * <i64>n));
    const angle = (sign * 3.141592653589793 * <f64>square) / <f64>n;
    const re = Scalar.cos(angle);
    const im = Scalar.sin(angle);
    store<f64>(chirp + ((<usize>k) << 4), re);
    store<f64>(chirp + ((<usize>k) << 4), im, 8);
    for (let side = 0; side < 2; side++) {
      const at = work + ((<usize>(side == 0 || k == 0 ? k : m - k)) << 4);
      store<f64>(at, re);
      store<f64>(at, -im, 8);
    }
  }
  memory.copy(b, Fourier.run(work, work + bytes, w, m), bytes);
}

/** As `dftF64` by convolution; `w` is the table of length m with a negative sign. `work` holds 2m complex numbers a row. */
export function chirpDftF64(
  y: usize,
  x: usize,
  w: usize,
  chirp: usize,
  b: usize,
  work: usize,
  n: i32,
  m: i32,
  scale: f64,
  begin: i32,
  end: i32,
): void {
  const bytes = (<usize>m) << 4;
  const length = (<usize>n) << 4;
  for (let row = <usize>begin; row < <usize>end; row++) {
    const p = work + 2 * row * bytes;
    const from = x + row * length;
    const out = y + row * length;
    memory.fill(p, 0, bytes);
    for (let i: usize = 0; i < length; i += 16) {
      v128.store(p + i, Fourier.multiply(v128.load(from + i), v128.load(chirp + i)));
    }
    const product = Fourier.run(p, p + bytes, w, m);
    // With real and imaginary parts exchanged, before and behind, the transform goes the other way.
    for (let i: usize = 0; i < bytes; i += 16) {
      const z = Fourier.multiply(v128.load(product + i), v128.load(b + i));
      v128.store(product + i, v128.shuffle<u64>(z, z, 1, 0));
    }
    const back = Fourier.run(product, product == p ? p + bytes : p, w, m);
    const factor = f64x2.splat(scale / <f64>m);
    for (let i: usize = 0; i < length; i += 16) {
      const z = v128.load(back + i);
      const turned = Fourier.multiply(v128.shuffle<u64>(z, z, 1, 0), v128.load(chirp + i));
      v128.store(out + i, f64x2.mul(turned, factor));
    }
  }
}
