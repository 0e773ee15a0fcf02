/**
 * The tiles of Winograd's convolution: an image's outputs cut into squares of 4 × 4, numbered through the batch. A unit takes a block of
 * them. For one channel after another it copies the rows that its tiles read into a region of scratch memory, padded with zeros, so
 * that no tile meets an edge; where a tile lies in the region is the same for every channel and stands in a table.
 *
 * Meta: [N, H, W, padH, padW, tile rows, tile columns, OH, OW], x being the planes that tiles of 6 × 6 read and y those they belong to.
 */
import { Copy } from './planes';

export class Tiles {
  @inline static N(meta: usize): i32 {
    return load<i32>(meta);
  }
  @inline static H(meta: usize): i32 {
    return load<i32>(meta, 4);
  }
  @inline static W(meta: usize): i32 {
    return load<i32>(meta, 8);
  }
  @inline static padH(meta: usize): i32 {
    return load<i32>(meta, 12);
  }
  @inline static padW(meta: usize): i32 {
    return load<i32>(meta, 16);
  }
  @inline static rows(meta: usize): i32 {
    return load<i32>(meta, 20);
  }
  @inline static columns(meta: usize): i32 {
    return load<i32>(meta, 24);
  }
  @inline static OH(meta: usize): i32 {
    return load<i32>(meta, 28);
  }
  @inline static OW(meta: usize): i32 {
    return load<i32>(meta, 32);
  }
  @inline static count(meta: usize): i32 {
    return Tiles.N(meta) * Tiles.rows(meta) * Tiles.columns(meta);
  }

  /** Bytes from row to row of a region whose tiles are `size` columns wide (6 overlap by two, 4 by none). */
  @inline static pitch(meta: usize): usize {
    return ((4 * Tiles.columns(meta) + 4) as usize) * 4;
  }
}

/** What the table holds of a tile, in words: its place in the region (bytes), its image, its first row and column of y. */
export class Place {
  @inline static region(table: usize, i: i32): usize {
    return load<u32>(table + ((i * 16) as usize)) as usize;
  }
  @inline static image(table: usize, i: i32): i32 {
    return load<i32>(table + ((i * 16) as usize), 4);
  }
  @inline static row(table: usize, i: i32): i32 {
    return load<i32>(table + ((i * 16) as usize), 8);
  }
  @inline static column(table: usize, i: i32): i32 {
    return load<i32>(table + ((i * 16) as usize), 12);
  }

  /**
   * Writes the table of tiles t0 … t1-1, and of copies of the last one up to a multiple of four. Images lie one behind the other in
   * the region, each with the rows of its tiles and `extra` more.
   */
  static write(table: usize, meta: usize, t0: i32, t1: i32, extra: i32): void {
    const columns = Tiles.columns(meta);
    const perImage = Tiles.rows(meta) * columns;
    const pitch = Tiles.pitch(meta);
    let start: usize = 0;
    for (let t = t0; t < t1;) {
      const image = t / perImage;
      const last = min(t1, (image + 1) * perImage);
      const top = (t - image * perImage) / columns;
      const bottom = (last - 1 - image * perImage) / columns + 1;
      for (; t < last; ++t) {
        const i = t - image * perImage;
        const row = i / columns;
        const column = i - row * columns;
        store<u32>(table, (start + (((row - top) * 4) as usize) * pitch + ((column * 16) as usize)) as u32);
        store<i32>(table, image, 4);
        store<i32>(table, row * 4, 8);
        store<i32>(table, column * 4, 12);
        table += 16;
      }
      start += (((bottom - top) * 4 + extra) as usize) * pitch;
    }
    for (let t = t1 - t0; t & 3; ++t) {
      memory.copy(table, table - 16, 16);
      table += 16;
    }
  }
}

export class Region {
  /**
   * Copies the rows that tiles t0 … t1-1 read of one channel of every image: region row r, column j holds plane row 4·top − padH + r, column
   * j − padW. `x` is the channel's plane of image 0, images lie `image` bytes apart. Only what lies inside the plane is
   * written: the rest was zeroed once, and stays so for all channels.
   */
  static copy(
    d: usize,
    x: usize,
    image: usize,
    H: i32,
    W: i32,
    padH: i32,
    padW: i32,
    extra: i32,
    meta: usize,
    t0: i32,
    t1: i32,
  ): void {
    const columns = Tiles.columns(meta);
    const perImage = Tiles.rows(meta) * columns;
    const pitch = Tiles.pitch(meta);
    const left = max(0, padW);
    const from = max(0, -padW);
    const count = min(W - from, 4 * columns + extra - left);
    for (let t = t0; t < t1;) {
      const n = t / perImage;
      const last = min(t1, (n + 1) * perImage);
      const top = (t - n * perImage) / columns;
      const rows = ((last - 1 - n * perImage) / columns + 1 - top) * 4 + extra;
      const first = top * 4 - padH;
      const begin = max(0, -first);
      const end = min(rows, H - first);
      if (count > 0) {
        let s = x + (n as usize) * image + (((first + begin) * W + from) as usize) * 4;
        let to = d + (begin as usize) * pitch + ((left * 4) as usize);
        for (let r = begin; r < end; ++r) {
          Copy.run<f32>(to, s, count);
          s += (W as usize) * 4;
          to += pitch;
        }
      }
      d += (rows as usize) * pitch;
      t = last;
    }
  }
}
