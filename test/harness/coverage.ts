import * as wasmgrad from '../../src/index.js';
import type { Case, Row } from '../ops/table.js';
import { precisionsOf } from './expect.js';
import { samplesOf, type Sample } from './samples.js';

/** What looks at tensors, keeps house or controls the tape, and has tests elsewhere. */
export const noOps: ReadonlySet<string> = new Set(
  (
    'constructor stride size isContiguous item tolist toTypedArray toString dispose keep backward requiresGrad_ retainGrad ' +
    'registerHook dim nelement elementSize detach_ gradFn retainsGrad long typeAs isFloatingPoint isTensor numel ' +
    'clip ravel swapaxes swapdims moveaxis ' +
    'tensor scope capture read manualSeed seed initialSeed getRngState setRngState'
  ).split(' '),
);

/** Names that code calls or reads: `x.tanh()`, `F.conv2d(…)`, `x.T`. */
export function namesIn(code: string): string[] {
  return code.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? [];
}

/** The code of a case in TypeScript. */
function codeOf({ run, layer }: Case): string {
  return layer ? `${String(layer.make)} ${String(layer.call)}` : String(run);
}

/** A public name and the checks that it passes. */
export interface Entry {
  readonly name: string;
  readonly fixtures: number;
  /** The highest order of derivative that gradcheck checks; 0 where nothing is differentiable. */
  readonly order: number;
  readonly dtypes: readonly string[];
}

/** Public names by the place where users find them. */
export function publicNames(): Record<string, string[]> {
  const { Tensor, F, nn, linalg, fft, func, distributions } = wasmgrad;
  const functions = (object: object): string[] =>
    Object.entries(object).flatMap(([name, value]) =>
      typeof value === 'function' && /^[a-z]/.test(name) ? [name] : [],
    );
  const classes = (object: object): string[] =>
    Object.entries(object).flatMap(([name, value]) =>
      typeof value === 'function' && /^[A-Z]/.test(name) ? [name] : [],
    );
  const isOp = (name: string): boolean => !noOps.has(name);
  const layers = classes(nn).filter((name) => !bases.has(name));
  const methods = Object.getOwnPropertyNames(Tensor.prototype).filter(isOp);
  const control = new Set([
    'init',
    'info',
    'shutdown',
    'noGrad',
    'enableGrad',
    'isGradEnabled',
    'profile',
    'defaultGenerator',
  ]);
  return {
    'Tensor methods': methods,
    'Free functions': functions(wasmgrad).filter((name) => isOp(name) && !control.has(name)),
    linalg: functions(linalg),
    fft: functions(fft),
    func: functions(func),
    'nn.functional': functions(F),
    'nn: layers': layers.filter((name) => !name.endsWith('Loss')),
    'nn: losses': layers.filter((name) => name.endsWith('Loss')),
    'nn.init': functions(nn.init).filter((name) => name !== 'calculateGain'),
    distributions: classes(distributions).filter((name) => name !== 'Distribution' && name !== 'Transform'),
  };
}

/** What is no layer: bases, and what holds parameters. */
const bases: ReadonlySet<string> = new Set(['Module', 'Parameter', 'Loss', 'MessagePassing', 'KVCache']);

/** How the rows of the table check public names. A name without a row of its own is checked where cases call it. */
export function coverage(rows: readonly Row[]): (place: string, name: string) => Entry {
  const own = new Map<string, Sample[]>();
  const called = new Map<string, Set<Sample>>();
  for (const row of rows) {
    const samples = samplesOf(row);
    own.set(row.name, [...(own.get(row.name) ?? []), ...samples]);
    for (const sample of samples) {
      for (const name of namesIn(codeOf(sample.source))) {
        const list = called.get(name) ?? new Set();
        called.set(name, list.add(sample));
      }
    }
  }
  return (place, name) => {
    const samples = own.get(`${place}.${name}`) ?? own.get(name) ?? [...(called.get(name) ?? [])];
    const orders = samples.map(orderOf);
    const dtypes = samples.flatMap(({ inputs, ...sample }) =>
      inputs.flatMap(({ dtype }) => (dtype === 'float32' ? precisionsOf({ inputs, ...sample }) : [dtype])),
    );
    return { name, fixtures: samples.length, order: Math.max(0, ...orders), dtypes: [...new Set(dtypes)].sort() };
  };
}

function orderOf(sample: Sample): number {
  const differentiable =
    precisionsOf(sample).length === 2 && sample.inputs.some(({ grad, data }) => grad && data.length > 0);
  return sample.kind === 'case' && differentiable ? (sample.source.gradcheck ?? sample.row.gradcheck) : 0;
}
