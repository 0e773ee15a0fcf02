import { expect, it } from 'vitest';
import * as wasmgrad from '../src/index.js';
import { families } from './ops/index.js';

/** What looks at tensors, keeps house or controls the tape, and has tests elsewhere. */
const noOps = new Set(
  (
    'constructor stride size isContiguous item tolist toTypedArray toString dispose keep backward requiresGrad_ retainGrad ' +
    'registerHook dim nelement elementSize detach_ gradFn retainsGrad long typeAs isFloatingPoint isTensor numel ' +
    'clip ravel swapaxes swapdims moveaxis ' +
    'tensor scope capture read manualSeed seed initialSeed getRngState setRngState'
  ).split(' '),
);

/** Names that a run calls or reads: `x.tanh()`, `F.conv2d(…)`, `x.T`. */
function namesIn(code: string): string[] {
  return code.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? [];
}

it('has a case in the table for each public op', async () => {
  const rows = (await Promise.all(Object.values(families).map((load) => load()))).flatMap((family) => family.rows);
  const covered = new Set(rows.flatMap((row) => [row.name, ...row.cases.flatMap(({ run }) => namesIn(String(run)))]));
  const functions = (object: object): string[] => {
    return Object.entries(object).flatMap(([name, value]) =>
      typeof value === 'function' && /^[a-z]/.test(name) ? [name] : [],
    );
  };
  const { Tensor, F, ...others } = wasmgrad;
  const tensorModule = await import('../src/tensor/index.js');
  const free = functions(others).filter((name) => name in tensorModule);
  const methods = Object.getOwnPropertyNames(Tensor.prototype);
  const missing = [...methods.map((name) => `x.${name}`), ...free, ...functions(F).map((name) => `F.${name}`)].filter(
    (name) => {
      const plain = name.replace(/^(x|F)\./, '');
      return !noOps.has(plain) && !covered.has(plain);
    },
  );
  expect(missing).toEqual([]);
});
