import { fold } from './reduce/fold';
import {
  All,
  SumNonzero,
  Max,
  MaxAbs,
  Min,
  MinAbs,
  Prod,
  Sum,
  SumAbs,
  SumDeviations,
  SumPowers,
  SumSquares,
} from './reduce/lanes';

// Folds of x [outer, n, inner] into y [outer, chunks, inner], chunks of `chunk` elements of the middle dim. Units: elements of y.

export function sum(y: usize, x: usize, n: i32, inner: i32, chunk: i32, divisor: f64, begin: i32, end: i32): void {
  fold<f32, Sum<f32>>(y, x, 0, 1, n, inner, chunk, divisor, begin, end);
}

export function sumF64(y: usize, x: usize, n: i32, inner: i32, chunk: i32, divisor: f64, begin: i32, end: i32): void {
  fold<f64, Sum<f64>>(y, x, 0, 1, n, inner, chunk, divisor, begin, end);
}

export function sumI32(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<i32, Sum<i32>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function sumAbs(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<f32, SumAbs<f32>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function sumAbsF64(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<f64, SumAbs<f64>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function sumNonzero(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<f32, SumNonzero<f32>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function sumNonzeroF64(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<f64, SumNonzero<f64>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function sumSquares(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<f32, SumSquares<f32>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function sumSquaresF64(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<f64, SumSquares<f64>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

/** The sum of |x|^p; p [inner] holds the same power everywhere. */
export function sumPowers(y: usize, x: usize, p: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<f32, SumPowers<f32>>(y, x, p, 1, n, inner, chunk, 1, begin, end);
}

export function sumPowersF64(y: usize, x: usize, p: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<f64, SumPowers<f64>>(y, x, p, 1, n, inner, chunk, 1, begin, end);
}

/** The sum of (x − mean)² / divisor; mean [period, inner], where outer is a multiple of period. */
export function sumDeviations(
  y: usize,
  x: usize,
  mean: usize,
  period: i32,
  n: i32,
  inner: i32,
  chunk: i32,
  divisor: f64,
  begin: i32,
  end: i32,
): void {
  fold<f32, SumDeviations<f32>>(y, x, mean, period, n, inner, chunk, divisor, begin, end);
}

export function sumDeviationsF64(
  y: usize,
  x: usize,
  mean: usize,
  period: i32,
  n: i32,
  inner: i32,
  chunk: i32,
  divisor: f64,
  begin: i32,
  end: i32,
): void {
  fold<f64, SumDeviations<f64>>(y, x, mean, period, n, inner, chunk, divisor, begin, end);
}

export function prod(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<f32, Prod<f32>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function prodF64(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<f64, Prod<f64>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function prodI32(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<i32, Prod<i32>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function amax(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<f32, Max<f32>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function amaxF64(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<f64, Max<f64>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function amaxI32(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<i32, Max<i32>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

/** The largest of bytes; on bools it is `any`. */
export function amaxU8(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<u8, Max<u8>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function amin(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<f32, Min<f32>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function aminF64(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<f64, Min<f64>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function aminI32(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<i32, Min<i32>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function aminU8(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<u8, Min<u8>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function allU8(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<u8, All<u8>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function maxAbs(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<f32, MaxAbs<f32>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function maxAbsF64(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<f64, MaxAbs<f64>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function minAbs(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<f32, MinAbs<f32>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function minAbsF64(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<f64, MinAbs<f64>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}
