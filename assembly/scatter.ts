// Writing at places given by int32 indices: values take the place of what is there, or join it. As in indexing.ts, a negative
// index counts from the end and one out of range writes nothing.
import { Index } from './place';
import { copyRow } from './rows';
import { dimWord, rowOffset } from './strided';

/** What becomes of an element y that the value v meets. */
abstract class Meeting<T> {
  abstract one(y: T, v: T): T;
  abstract lanes(y: v128, v: v128): v128;
}

class Replaced<T> extends Meeting<T> {
  @inline one(y: T, v: T): T {
    return v;
  }
  @inline lanes(y: v128, v: v128): v128 {
    return v;
  }
}

class Sum<T> extends Meeting<T> {
  @inline one(y: T, v: T): T {
    return <T>(y + v);
  }
  @inline lanes(y: v128, v: v128): v128 {
    return v128.add<T>(y, v);
  }
}

class Product<T> extends Meeting<T> {
  @inline one(y: T, v: T): T {
    return <T>(y * v);
  }
  @inline lanes(y: v128, v: v128): v128 {
    return v128.mul<T>(y, v);
  }
}

/** NaN where either is. */
class Largest<T> extends Meeting<T> {
  @inline one(y: T, v: T): T {
    return max<T>(y, v);
  }
  @inline lanes(y: v128, v: v128): v128 {
    return v128.max<T>(y, v);
  }
}

/** NaN where either is. */
class Smallest<T> extends Meeting<T> {
  @inline one(y: T, v: T): T {
    return min<T>(y, v);
  }
  @inline lanes(y: v128, v: v128): v128 {
    return v128.min<T>(y, v);
  }
}

/** One element or a row of elements into y. */
class Put {
  @inline static one<T, M extends Meeting<T>>(y: usize, v: usize): void {
    if (changetype<M>(0) instanceof Replaced) store<T>(y, load<T>(v));
    else store<T>(y, changetype<M>(0).one(load<T>(y), load<T>(v)));
  }

  @inline static row<T, M extends Meeting<T>>(y: usize, v: usize, count: i32, sy: i32, sv: i32): void {
    if (changetype<M>(0) instanceof Replaced) {
      copyRow<T>(y, v, count, sy, sv);
      return;
    }
    let j = 0;
    if (sy == 1 && sv == 1) {
      const lanes = 16 >> alignof<T>();
      for (; j + lanes <= count; j += lanes, y += 16, v += 16) {
        v128.store(y, changetype<M>(0).lanes(v128.load(y), v128.load(v)));
      }
    }
    for (; j < count; ++j, y += sy << alignof<T>(), v += sv << alignof<T>()) Put.one<T, M>(y, v);
  }
}

/**
 * y[line + index[line, i]·stride] = v[line, i] for i = 0 … n-1 in this order, or joins it by M.
 *
 * Units are lines: places that no index can make meet, so a thread owns what it writes and the order of additions is
 * the same on any number of threads. meta describes the lines: [ndim, then per dim: size, strides of y, v and index].
 */
function scatterStrided<T, M extends Meeting<T>>(
  y: usize,
  v: usize,
  index: usize,
  n: i32,
  size: i32,
  stride: i32,
  vStride: i32,
  indexStride: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const lines = dimWord(meta, 4, 1, 0);
  const sy = dimWord(meta, 4, 1, 1);
  const sv = dimWord(meta, 4, 1, 2);
  const si = dimWord(meta, 4, 1, 3);
  // The order of loops that walks memory in small steps.
  const lineByLine = indexStride < si || (si == 0 && lines == 1);
  for (let l = begin; l < end;) {
    const row = l / lines;
    const c = l - row * lines;
    const count = min(lines - c, end - l);
    const py = y + ((rowOffset(meta, 4, row, 1) + c * sy) << alignof<T>());
    const pv = v + ((rowOffset(meta, 4, row, 2) + c * sv) << alignof<T>());
    const pi = index + ((rowOffset(meta, 4, row, 3) + c * si) << 2);
    if (lineByLine) {
      for (let j = 0; j < count; ++j) {
        const yLine = py + ((j * sy) << alignof<T>());
        let vLine = pv + ((j * sv) << alignof<T>());
        let iLine = pi + ((j * si) << 2);
        for (let i = 0; i < n; ++i, vLine += vStride << alignof<T>(), iLine += indexStride << 2) {
          const at = Index.at(iLine, size);
          if (Index.inside(at, size)) Put.one<T, M>(yLine + ((at * stride) << alignof<T>()), vLine);
        }
      }
    } else {
      for (let i = 0; i < n; ++i) {
        let iLine = pi + ((i * indexStride) << 2);
        let vLine = pv + ((i * vStride) << alignof<T>());
        if (si == 0) {
          const at = Index.at(iLine, size);
          if (Index.inside(at, size)) Put.row<T, M>(py + ((at * stride) << alignof<T>()), vLine, count, sy, sv);
          continue;
        }
        for (let j = 0; j < count; ++j, vLine += sv << alignof<T>(), iLine += si << 2) {
          const at = Index.at(iLine, size);
          if (Index.inside(at, size)) Put.one<T, M>(py + ((at * stride + j * sy) << alignof<T>()), vLine);
        }
      }
    }
    l += count;
  }
}

/** y[line + index·stride] = v for elements of 1 byte. */
export function scatter1(
  y: usize,
  v: usize,
  index: usize,
  n: i32,
  size: i32,
  stride: i32,
  vStride: i32,
  indexStride: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  scatterStrided<u8, Replaced<u8>>(y, v, index, n, size, stride, vStride, indexStride, meta, begin, end);
}

/** y[line + index·stride] = v for elements of 4 bytes. */
export function scatter4(
  y: usize,
  v: usize,
  index: usize,
  n: i32,
  size: i32,
  stride: i32,
  vStride: i32,
  indexStride: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  scatterStrided<i32, Replaced<i32>>(y, v, index, n, size, stride, vStride, indexStride, meta, begin, end);
}

/** y[line + index·stride] = v for elements of 8 bytes. */
export function scatter8(
  y: usize,
  v: usize,
  index: usize,
  n: i32,
  size: i32,
  stride: i32,
  vStride: i32,
  indexStride: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  scatterStrided<i64, Replaced<i64>>(y, v, index, n, size, stride, vStride, indexStride, meta, begin, end);
}

/**
 * y[line + index·stride] += v.
 *
 * @dtypes f32 f64 i32
 */
export function scatterAdd<T>(
  y: usize,
  v: usize,
  index: usize,
  n: i32,
  size: i32,
  stride: i32,
  vStride: i32,
  indexStride: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  scatterStrided<T, Sum<T>>(y, v, index, n, size, stride, vStride, indexStride, meta, begin, end);
}

/**
 * y[line + index·stride] *= v.
 *
 * @dtypes f32 f64 i32
 */
export function scatterProd<T>(
  y: usize,
  v: usize,
  index: usize,
  n: i32,
  size: i32,
  stride: i32,
  vStride: i32,
  indexStride: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  scatterStrided<T, Product<T>>(y, v, index, n, size, stride, vStride, indexStride, meta, begin, end);
}

/**
 * y[line + index·stride] = max(that, v).
 *
 * @dtypes f32 f64 i32
 */
export function scatterMax<T>(
  y: usize,
  v: usize,
  index: usize,
  n: i32,
  size: i32,
  stride: i32,
  vStride: i32,
  indexStride: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  scatterStrided<T, Largest<T>>(y, v, index, n, size, stride, vStride, indexStride, meta, begin, end);
}

/**
 * y[line + index·stride] = min(that, v).
 *
 * @dtypes f32 f64 i32
 */
export function scatterMin<T>(
  y: usize,
  v: usize,
  index: usize,
  n: i32,
  size: i32,
  stride: i32,
  vStride: i32,
  indexStride: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  scatterStrided<T, Smallest<T>>(y, v, index, n, size, stride, vStride, indexStride, meta, begin, end);
}
