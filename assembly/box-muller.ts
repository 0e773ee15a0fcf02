import { Twister } from './mt19937';
import { Lanes } from './simd/lanes';
import { Log } from './simd/log';
import { Trig } from './simd/trig';

// Box and Muller 1958: from u and v uniform in [0, 1), r = sqrt(-2 log(1 - u)) and θ = 2πv, the numbers r cos θ and r sin θ are normal.
export class BoxMuller {
  @inline static radius<T>(u: v128): v128 {
    const log = Log.log<T>(v128.sub<T>(v128.splat<T>(1), u));
    return v128.sqrt<T>(v128.mul<T>(v128.splat<T>(-2), log));
  }

  @inline static angle<T>(v: v128): v128 {
    return v128.mul<T>(Lanes.splat<T>(6.283185307179586), v);
  }

  /** Turns 16 uniform numbers into normal ones; number j is paired with j + 8. */
  @inline static fill<T>(y: usize, mean: v128, std: v128): void {
    for (let at = y; at < y + 8 * sizeof<T>(); at += 16) {
      const radius = BoxMuller.radius<T>(v128.load(at));
      const angle = BoxMuller.angle<T>(v128.load(at, 8 * sizeof<T>()));
      const cosine = v128.mul<T>(radius, Trig.cos<T>(angle));
      const sine = v128.mul<T>(radius, Trig.sin<T>(angle));
      v128.store(at, v128.add<T>(v128.mul<T>(cosine, std), mean));
      v128.store(at, v128.add<T>(v128.mul<T>(sine, std), mean), 8 * sizeof<T>());
    }
  }

  /** One number; every second one was left in the generator by the one before. */
  @inline static next(state: usize): f64 {
    if (Twister.hasNormal(state)) return Twister.takeNormal(state);
    const angle = BoxMuller.angle<f64>(f64x2.splat(Twister.unit<f64>(state)));
    const radius = BoxMuller.radius<f64>(f64x2.splat(Twister.unit<f64>(state)));
    Twister.leaveNormal(state, f64x2.extract_lane(f64x2.mul(radius, Trig.sin<f64>(angle)), 0));
    return f64x2.extract_lane(f64x2.mul(radius, Trig.cos<f64>(angle)), 0);
  }
}
