/**
 * The geometry of a 2-d convolution, as words of the meta list:
 * [C, H, W, K, OH, OW, KH, KW, strideH, strideW, padH, padW, dilationH, dilationW, groups].
 *
 * x is [N, C, H, W], w is [K, C/groups, KH, KW], y is [N, K, OH, OW]. padH and padW are the rows above and the columns to the left;
 * how many lie behind follows from OH and OW.
 */
export class Geometry {
  @inline static C(p: usize): i32 {
    return load<i32>(p);
  }
  @inline static H(p: usize): i32 {
    return load<i32>(p, 4);
  }
  @inline static W(p: usize): i32 {
    return load<i32>(p, 8);
  }
  @inline static K(p: usize): i32 {
    return load<i32>(p, 12);
  }
  @inline static OH(p: usize): i32 {
    return load<i32>(p, 16);
  }
  @inline static OW(p: usize): i32 {
    return load<i32>(p, 20);
  }
  @inline static KH(p: usize): i32 {
    return load<i32>(p, 24);
  }
  @inline static KW(p: usize): i32 {
    return load<i32>(p, 28);
  }
  @inline static strideH(p: usize): i32 {
    return load<i32>(p, 32);
  }
  @inline static strideW(p: usize): i32 {
    return load<i32>(p, 36);
  }
  @inline static padH(p: usize): i32 {
    return load<i32>(p, 40);
  }
  @inline static padW(p: usize): i32 {
    return load<i32>(p, 44);
  }
  @inline static dilationH(p: usize): i32 {
    return load<i32>(p, 48);
  }
  @inline static dilationW(p: usize): i32 {
    return load<i32>(p, 52);
  }
  @inline static groups(p: usize): i32 {
    return load<i32>(p, 56);
  }

  /** Tells whether a patch is one element, so that x is its own patch matrix. */
  @inline static pointwise(p: usize): bool {
    const one = Geometry.KH(p) == 1 && Geometry.KW(p) == 1 && Geometry.strideH(p) == 1 && Geometry.strideW(p) == 1;
    return (
      one &&
      Geometry.padH(p) == 0 &&
      Geometry.padW(p) == 0 &&
      Geometry.OH(p) == Geometry.H(p) &&
      Geometry.OW(p) == Geometry.W(p)
    );
  }
}

/** The part of a run of outputs whose input column lies inside the row: column(i) = start + i·stride. */
export class Run {
  /** The first i with column(i) ≥ 0. */
  @inline static begin(start: i32, stride: i32, count: i32): i32 {
    return start >= 0 ? 0 : min(count, (stride - 1 - start) / stride);
  }

  /** Behind the last i with column(i) < width. */
  @inline static end(start: i32, stride: i32, count: i32, width: i32): i32 {
    return start >= width ? 0 : min(count, (width - 1 - start) / stride + 1);
  }
}
