import { Lane } from './micro';

export class Square {
  /** The transpose of a square of one vector by one vector; steps between rows in bytes. */
  @inline static transpose<T>(d: usize, s: usize, sStep: usize, dStep: usize): void {
    const x0 = v128.load(s);
    const x1 = v128.load(s + sStep);
    if (sizeof<T>() == 8) {
      v128.store(d, v128.shuffle<i64>(x0, x1, 0, 2));
      v128.store(d + dStep, v128.shuffle<i64>(x0, x1, 1, 3));
    } else {
      const x2 = v128.load(s + 2 * sStep);
      const x3 = v128.load(s + 3 * sStep);
      const low0 = v128.shuffle<i32>(x0, x1, 0, 4, 1, 5);
      const low1 = v128.shuffle<i32>(x2, x3, 0, 4, 1, 5);
      const high0 = v128.shuffle<i32>(x0, x1, 2, 6, 3, 7);
      const high1 = v128.shuffle<i32>(x2, x3, 2, 6, 3, 7);
      v128.store(d, v128.shuffle<i64>(low0, low1, 0, 2));
      v128.store(d + dStep, v128.shuffle<i64>(low0, low1, 1, 3));
      v128.store(d + 2 * dStep, v128.shuffle<i64>(high0, high1, 0, 2));
      v128.store(d + 3 * dStep, v128.shuffle<i64>(high0, high1, 1, 3));
    }
  }

  /** One vector of columns, each contiguous over `terms` terms, as rows `step` bytes apart. */
  static columns<T>(d: usize, s: usize, terms: i32, column: usize, step: usize): void {
    const lanes = Lane.count<T>();
    const end = s + (terms as usize) * sizeof<T>();
    for (const whole = end - ((terms % lanes) as usize) * sizeof<T>(); s < whole; s += 16) {
      Square.transpose<T>(d, s, column, step);
      d += (lanes as usize) * step;
    }
    for (; s < end; s += sizeof<T>()) {
      for (let l = 0; l < lanes; ++l) {
        store<T>(d + (l as usize) * sizeof<T>(), load<T>(s + (l as usize) * column));
      }
      d += step;
    }
  }
}
