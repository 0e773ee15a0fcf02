import { capture, info, scope } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { fingerprint } from '../harness/random.js';

/** What a program leaves to be compared: curves, predictions, samples, by name. */
export type Findings = Readonly<Record<string, Tensor | readonly number[] | number>>;

/** What a program is given: how its steps run and repeat. */
export interface Lesson {
  /** The step as it is, or captured where the program runs captured. */
  readonly step: <A extends unknown[], R>(fn: (...args: A) => R) => (...args: A) => R;
  /**
   * Runs a step `n` times, each in a scope of its own, and returns all the numbers that it returned.
   * @throws Error where memory in use has grown since the third step
   */
  readonly repeat: (n: number, fn: (i: number) => number | readonly number[]) => number[];
}

/** A program of a course, written twice. */
export interface Program {
  readonly name: string;
  /** In Python; its last statement is a dict of what is compared. It runs after `torch.manual_seed(0)`, in float32 by default. */
  readonly python: string;
  /** The same with this library, after `manualSeed(0)`. */
  readonly run: (lesson: Lesson) => Findings;
  /** How closely the numbers must agree, relative to the largest of each name. Default 1e-9: programs in float64. */
  readonly tolerance: number;
}

/** Declares a program. */
export function program(
  name: string,
  { python, run, tolerance = 1e-9 }: Pick<Program, 'python' | 'run'> & Partial<Pick<Program, 'tolerance'>>,
): Program {
  return { name, python, run, tolerance };
}

/** A program as tools/make-fixtures.mjs asks for it. */
export interface ProgramSample {
  readonly key: string;
  readonly kind: 'program';
  readonly label: string;
  readonly source: { readonly torch: string; readonly seed: number };
  readonly inputs: readonly [];
}

/** What PyTorch computes of a program. */
export function sampleOf({ name, python }: Program): ProgramSample {
  const key = fingerprint(python, []);
  return { key, kind: 'program', label: name, source: { torch: python, seed: 0 }, inputs: [] };
}

/** Runs a program; tells also whether it has a step that can be captured. */
export function perform(program: Program, captured: boolean): { findings: Record<string, number[]>; steps: boolean } {
  let steps = false;
  const lesson: Lesson = {
    step(fn) {
      steps = true;
      if (!captured) return fn;
      let recordings = 0;
      return capture((...args: Parameters<typeof fn>) => {
        // With gradients not there yet, and there; with the last batch, which is smaller.
        if (++recordings > 3) throw new Error(`${program.name}: its step is recorded for the ${recordings}th time`);
        return fn(...args);
      });
    },
    repeat(n, fn) {
      const curve: number[] = [];
      let used = Infinity;
      for (let i = 0; i < n; i++) {
        scope(() => curve.push(...[fn(i)].flat()));
        if (i === 2) used = info().memory.used;
      }
      const grown = info().memory.used - used;
      if (grown > 0) throw new Error(`${program.name}: ${grown} more bytes in use than after the third step`);
      return curve;
    },
  };
  const findings = scope(() =>
    Object.entries(program.run(lesson)).map(([name, found]) => {
      const numbers =
        typeof found === 'number' ? [found] : 'toTypedArray' in found ? [...found.toTypedArray()] : [...found];
      return [name, numbers] as const;
    }),
  );
  return { findings: Object.fromEntries(findings), steps };
}
