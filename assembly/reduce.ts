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

/** @dtypes f32 f64 */
export function sum<T>(y: usize, x: usize, n: i32, inner: i32, chunk: i32, divisor: f64, begin: i32, end: i32): void {
  fold<T, Sum<T>>(y, x, 0, 1, n, inner, chunk, divisor, begin, end);
}

export function sumI32(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<i32, Sum<i32>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

/** @dtypes f32 f64 */
export function sumAbs<T>(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<T, SumAbs<T>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

/** @dtypes f32 f64 */
export function sumNonzero<T>(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<T, SumNonzero<T>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

/** @dtypes f32 f64 */
export function sumSquares<T>(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<T, SumSquares<T>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

/**
 * The sum of |x|^p; p [inner] holds the same power everywhere.
 *
 * @dtypes f32 f64
 */
export function sumPowers<T>(y: usize, x: usize, p: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<T, SumPowers<T>>(y, x, p, 1, n, inner, chunk, 1, begin, end);
}

/**
 * The sum of (x − mean)² / divisor; mean [period, inner], where outer is a multiple of period.
 *
 * @dtypes f32 f64
 */
export function sumDeviations<T>(
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
  fold<T, SumDeviations<T>>(y, x, mean, period, n, inner, chunk, divisor, begin, end);
}

/** @dtypes f32 f64 i32 */
export function prod<T>(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<T, Prod<T>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

/** @dtypes f32 f64 i32 u8 */
export function amax<T>(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<T, Max<T>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

/** @dtypes f32 f64 i32 u8 */
export function amin<T>(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<T, Min<T>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

export function allU8(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<u8, All<u8>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

/** @dtypes f32 f64 */
export function maxAbs<T>(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<T, MaxAbs<T>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}

/** @dtypes f32 f64 */
export function minAbs<T>(y: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  fold<T, MinAbs<T>>(y, x, 0, 1, n, inner, chunk, 1, begin, end);
}
