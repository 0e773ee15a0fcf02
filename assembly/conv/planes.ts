/**
 * Bands of padded planes for direct convolution: some rows of a plane of x with zeros around it, so that no output meets an edge. Where
 * the convolution steps over `phases` columns, a row holds every phase apart (columns 0, s, 2s, …, then 1, s + 1, …): a
 * tap reads neighbouring outputs' elements side by side, whatever the stride.
 *
 * Meta: [source planes an image, H, W, result planes an image, OH, OW, KH, KW, strideH, strideW, padH, padW, dilationH, dilationW,
 * upH, upW, columns of a phase, rows of outputs of a band]. `up` puts that many columns or rows between those of the source, less one of zeros:
 * the gradient of a strided convolution.
 */
import { Lane } from '../gemm/micro';
import { Geometry, Run } from './geometry';

export class Band {
  @inline static upH(meta: usize): i32 {
    return load<i32>(meta, 56);
  }
  @inline static upW(meta: usize): i32 {
    return load<i32>(meta, 60);
  }
  /** Columns of a phase. */
  @inline static width(meta: usize): i32 {
    return load<i32>(meta, 64);
  }
  /** Rows of outputs that a band serves. */
  @inline static rows(meta: usize): i32 {
    return load<i32>(meta, 68);
  }

  /** Bytes from row to row. */
  @inline static pitch<T>(meta: usize): usize {
    return ((Band.width(meta) * Geometry.strideW(meta)) as usize) * sizeof<T>();
  }

  /** Bytes from the first column of an output to its tap kw. */
  @inline static tap<T>(meta: usize, kw: i32): usize {
    const stride = Geometry.strideW(meta);
    const column = kw * Geometry.dilationW(meta);
    return (((column % stride) * Band.width(meta) + column / stride) as usize) * sizeof<T>();
  }

  /** Writes where the taps of an output lie relative to its place in the bands of `channels` planes, `bandBytes` apart: a word each. */
  static places<T>(d: usize, meta: usize, channels: i32, bandBytes: usize): void {
    for (let c = 0; c < channels; ++c) {
      for (let kh = 0; kh < Geometry.KH(meta); ++kh) {
        const row = (c as usize) * bandBytes + ((kh * Geometry.dilationH(meta)) as usize) * Band.pitch<T>(meta);
        for (let kw = 0; kw < Geometry.KW(meta); ++kw) {
          store<u32>(d, (row + Band.tap<T>(meta, kw)) as u32);
          d += 4;
        }
      }
    }
  }

  /** Rows of the plane that `count` rows of outputs read. */
  @inline static reach(meta: usize, count: i32): i32 {
    return (count - 1) * Geometry.strideH(meta) + (Geometry.KH(meta) - 1) * Geometry.dilationH(meta) + 1;
  }

  /** Fills the band of `count` rows of outputs from row oh0 on, from the plane at x; where it is `framed` its zeros are there already. */
  static fill<T>(d: usize, x: usize, meta: usize, oh0: i32, count: i32, framed: bool): void {
    const size = sizeof<T>();
    const W = Geometry.W(meta);
    const upH = Band.upH(meta),
      upW = Band.upW(meta);
    const phases = Geometry.strideW(meta);
    const width = Band.width(meta);
    const pitch = Band.pitch<T>(meta);
    const first = oh0 * Geometry.strideH(meta) - Geometry.padH(meta);
    const last = first + Band.reach(meta, count);
    const height = (Geometry.H(meta) - 1) * upH + 1;
    const padW = Geometry.padW(meta);
    for (let phase = 0; phase < phases; ++phase) {
      // Columns of the band that lie inside the plane, and the element that the first of them is.
      const start = phase - padW;
      const begin = Run.begin(start, phases, width);
      const end = max(begin, Run.end(start, phases, width, W));
      const from = ((start + begin * phases) as usize) * size;
      let to = d + ((phase * width) as usize) * size;
      if (framed && upH == 1 && upW == 1) {
        to += ((max(first, 0) - first) as usize) * pitch + (begin as usize) * size;
        const line = (W as usize) * size;
        let s = x + (max(first, 0) as usize) * line + from;
        for (const stop = x + (min(last, height) as usize) * line + from; s < stop; s += line, to += pitch) {
          if (phases == 1) Copy.run<T>(to, s, end - begin);
          else Copy.strided<T>(to, s, end - begin, phases);
        }
        continue;
      }
      for (let r = first; r < last; ++r) {
        const ih = upH == 1 ? r : r / upH;
        const s = x + ((ih * W) as usize) * size;
        if (r < 0 || r >= height || ih * upH != r) {
          if (!framed) memory.fill(to, 0, (width as usize) * size);
        } else if (upW > 1) {
          if (!framed) memory.fill(to, 0, (width as usize) * size);
          Copy.apart<T>(to, s, W, upW, padW, width);
        } else {
          if (!framed) {
            Copy.zeros<T>(to, begin);
            Copy.zeros<T>(to + (end as usize) * size, width - end);
          }
          if (phases == 1) Copy.run<T>(to + (begin as usize) * size, s + from, end - begin);
          else Copy.strided<T>(to + (begin as usize) * size, s + from, end - begin, phases);
        }
        to += pitch;
      }
    }
  }
}

export class Copy {
  @inline static zeros<T>(d: usize, count: i32): void {
    for (let i = 0; i < count; ++i) store<T>(d + (i as usize) * sizeof<T>(), 0 as T);
  }

  /** A few dozen contiguous elements, for which a call of memory.copy costs more than the copy. */
  @inline static run<T>(d: usize, s: usize, count: i32): void {
    const lanes = Lane.count<T>();
    if (count < lanes) {
      for (let i = 0; i < count; ++i) store<T>(d + (i as usize) * sizeof<T>(), load<T>(s + (i as usize) * sizeof<T>()));
      return;
    }
    const last = ((count - lanes) as usize) * sizeof<T>();
    let at: usize = 0;
    for (; at + 16 < last; at += 32) {
      v128.store(d + at, v128.load(s + at));
      v128.store(d + at, v128.load(s + at, 16), 16);
    }
    if (at < last) v128.store(d + at, v128.load(s + at));
    v128.store(d + last, v128.load(s + last));
  }

  /** Every `stride`th element. */
  @inline static strided<T>(d: usize, s: usize, count: i32, stride: i32): void {
    let i = 0;
    if (sizeof<T>() == 4 && stride == 2) {
      // The last vector comes a second time in part. No vector reads behind the last element that is wanted.
      while (count >= 4 && i < count) {
        i = min(i, count - 4);
        const from = s + ((i * 8) as usize);
        v128.store(d + ((i * 4) as usize), v128.shuffle<i32>(v128.load(from), v128.load(from, 12), 0, 2, 5, 7));
        i += 4;
      }
    }
    for (; i < count; ++i) {
      store<T>(d + (i as usize) * sizeof<T>(), load<T>(s + ((i * stride) as usize) * sizeof<T>()));
    }
  }

  /** Element i of s to column at + i·apart of d, as far as it lies in its `width` columns. */
  @inline static apart<T>(d: usize, s: usize, count: i32, apart: i32, at: i32, width: i32): void {
    for (let i = 0; i < count; ++i) {
      const column = at + i * apart;
      if (column >= 0 && column < width)
        store<T>(d + (column as usize) * sizeof<T>(), load<T>(s + (i as usize) * sizeof<T>()));
    }
  }

  /** d += s for contiguous elements. */
  @inline static add<T>(d: usize, s: usize, count: i32): void {
    const lanes = Lane.count<T>();
    let i = 0;
    for (; i + lanes <= count; i += lanes) {
      const at = (i as usize) * sizeof<T>();
      v128.store(d + at, v128.add<T>(v128.load(d + at), v128.load(s + at)));
    }
    for (; i < count; ++i) {
      const at = (i as usize) * sizeof<T>();
      store<T>(d + at, load<T>(d + at) + load<T>(s + at));
    }
  }
}
