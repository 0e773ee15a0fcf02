import { gemmTile } from './kernels.js';
import { launch } from './launch.js';

export type Build = 'simd' | 'relaxed-simd';

/**
 * Rows of the register tiles of packed products (assembly/gemm/panel.ts), which are two vectors wide. The first of a build is the one that
 * newer engines run best on x86-64, where 16 registers hold 4×8 with a product of its own and 6×8 without; 8×8 is for ARM's 32.
 */
export const tiles: Readonly<Record<Build, readonly number[]>> = { simd: [4, 6, 8], 'relaxed-simd': [6, 4, 8] };

let rows = 4;

/** The rows of the tile that packed products use. No bit depends on it. */
export function tileRows(): number {
  return rows;
}

/** Sets the tile of the jobs from now on; recorded ones keep theirs. */
export function setTileRows(height: number): void {
  rows = height;
}

/** Another tile must be so many times faster than the build's own, or noise would choose … */
const GAIN = 1.08;
/** … and not more than that: two that are compiled alike do not differ so much. */
const ALIKE = 2;

/** Which tile to use, by the times of the same work: the fastest where it is clearly better than the first, else the first. */
export function chooseTile(times: readonly number[]): number {
  const fastest = times.indexOf(Math.min(...times));
  const gain = times[0]! / times[fastest]!;
  return gain >= GAIN && gain <= ALIKE ? fastest : 0;
}

/** A clock of coarser steps in ms (pages that are not isolated) tells nothing in the time that there is. */
const COARSEST = 0.05;
/** Looks at the clock to see its steps; others may hold one up. */
const LOOKS = 2;
/** Readings of a clock after which it counts as standing still. */
const PATIENCE = 50_000;
/** Steps of the clock that a time has at least. */
const STEPS = 10;
/**
 * Engines compile twice. The first code keeps its values in memory: there large tiles are faster whatever the machine has. Code is known to
 * be the second where it is so many times as fast as in the first rounds, for which no engine has optimized yet.
 */
const OPTIMIZED = 1.5;
const FIRST = 2;
/** Runs of optimized code that a tile needs to be chosen (or the first one not to be), and those after which its time is known. */
const LEAST = 3;
const ENOUGH = 8;

/** Times tiles by turns. `run` does the same work with a tile of so many rows, or, to have it compiled, none. */
export class Calibration {
  readonly #first: number[] = [];
  readonly #best: number[] = [];
  #step = Infinity;
  #looks = 0;
  #rounds = 0;
  readonly #optimized: number[];

  constructor(
    readonly candidates: readonly number[],
    readonly run: (rows: number, empty: boolean) => void,
    readonly now: () => number = () => performance.now(),
  ) {
    this.#optimized = candidates.map(() => 0);
  }

  /** Goes on for so many milliseconds, or until enough is known. */
  go(milliseconds: number): void {
    const start = this.now();
    for (; this.#step > COARSEST; this.#looks++) {
      if (this.#looks === LOOKS) return;
      this.#step = this.#look();
    }
    if (this.#rounds === 0) for (const candidate of this.candidates) this.run(candidate, true);
    while (this.now() - start < milliseconds && Math.min(...this.#optimized) < ENOUGH) this.#round();
  }

  #round(): void {
    const times = this.candidates.map((candidate) => this.#time(candidate));
    const least = this.#rounds++ < FIRST ? this.#first : this.#best;
    times.forEach((time, i) => {
      least[i] = Math.min(least[i] ?? time, time);
      if (this.#first[i]! >= OPTIMIZED * time) this.#optimized[i]!++;
    });
  }

  /** The rows of the tile to use; null where too little is known. */
  get choice(): number | null {
    if (this.#optimized[0]! < LEAST) return null;
    return this.candidates[chooseTile(this.#best.map((time, i) => (this.#optimized[i]! < LEAST ? Infinity : time)))]!;
  }

  /** A step of the clock; Infinity for one that stands still, as those of tests do. */
  #look(): number {
    const start = this.now();
    for (let i = 0; i < PATIENCE; i++) {
      const step = this.now() - start;
      if (step > 0) return step;
    }
    return Infinity;
  }

  /** Milliseconds of one run. */
  #time(candidate: number): number {
    const start = this.now();
    for (let runs = 1; ; runs++) {
      this.run(candidate, false);
      const time = this.now() - start;
      if (time >= STEPS * this.#step) return time / runs;
    }
  }
}

/** Milliseconds for it before and after the threads start, at most. */
const BEFORE = 2;
const AFTER = 3;
/** Panels and terms of the product that is timed: B (64 KiB) comes from L2, A (at most 32 KiB) from L1, C has 24 rows. */
const PANELS = 8;
const K = 256;
const A_BYTES = 8 * 16 * K;
const B_BYTES = 32 * PANELS * K;

/** The choice, which holds while the program runs: what has been optimized once shows no difference when it starts again. */
const chosen = new Map<Build, number>();

/**
 * Sets the build's tile, and times all of them on the memory at `ptr` (102 KiB), which is zeros before and after. Answers a function to
 * call when the threads have started, a time in which engines optimize what they have seen busy: it goes on if need be, and chooses.
 */
export function calibrateTiles(build: Build, ptr: number): () => void {
  const candidates = tiles[build];
  const known = chosen.get(build);
  setTileRows(known ?? candidates[0]!);
  if (known) return () => {};
  const [c, b] = [ptr + A_BYTES + B_BYTES, ptr + A_BYTES];
  const calibration = new Calibration(candidates, (tile, empty) =>
    launch(gemmTile, null, c, ptr, b, empty ? 0 : PANELS, K, tile, 1, 1),
  );
  calibration.go(BEFORE);
  return () => {
    calibration.go(AFTER);
    const { choice } = calibration;
    if (choice === null) return;
    chosen.set(build, choice);
    setTileRows(choice);
  };
}
