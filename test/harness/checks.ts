import { autograd, info, scope, type Tensor } from '../../src/index.js';
import type { Row } from '../ops/table.js';
import { expectEqual } from './compare.js';
import { elementwiseChecks } from './elementwise.js';
import { call, evaluate, makeInputs, weightsOf, type Layout } from './evaluate.js';
import { expectFixture, precisionsOf, type Check } from './expect.js';
import type { Fixtures } from './fixtures.js';
import { functionOf } from './layer.js';
import { samplesOf, type Sample } from './samples.js';

function valueCheck(sample: Sample, fixtures: Fixtures, gradients: boolean): Check {
  const what = { case: 'values and gradients', tiled: 'tiled values', special: '±0 ±inf NaN' }[sample.kind];
  return {
    name: `${sample.label} | ${what}`,
    run() {
      for (const precision of precisionsOf(sample)) {
        const ran = evaluate(sample.source, sample.inputs, () => makeInputs(sample.inputs, precision), { gradients });
        const checked = gradients ? ran : { ...ran, grads: {} };
        try {
          expectFixture(sample, checked, gradients ? fixtures : valuesOnly(fixtures), precision);
        } catch (error) {
          throw new Error(`${precision}, ${(error as Error).message}`, { cause: error });
        }
      }
    },
  };
}

function valuesOnly(fixtures: Fixtures): Fixtures {
  return { ...fixtures, expected: (sample) => ({ ...fixtures.expected(sample), grads: {} }) };
}

/** Inputs of other strides and offsets change no result. */
function layoutCheck(sample: Sample, fixtures: Fixtures): Check {
  return {
    name: `${sample.label} | transposed, stepped, offset inputs`,
    run() {
      const ndim = Math.max(...sample.inputs.map((input) => input.shape.length));
      const layouts: Layout[] =
        ndim >= 2 ? ['transposed', 'stepped', 'offset'] : ndim === 1 ? ['stepped', 'offset'] : [];
      for (const layout of layouts) {
        const ran = evaluate(sample.source, sample.inputs, () => makeInputs(sample.inputs, 'float32', layout));
        try {
          expectFixture(sample, ran, fixtures, 'float32');
        } catch (error) {
          throw new Error(`${layout}, ${(error as Error).message}`, { cause: error });
        }
      }
    },
  };
}

/** The largest number of input elements whose whole Jacobian is compared; beyond it, random directions are. */
const fullJacobian = 24;

function gradcheckCheck(sample: Sample, order: 1 | 2): Check {
  return {
    name: `${sample.label} | gradcheck, order ${order}`,
    run() {
      scope(() => {
        const tensors = makeInputs(sample.inputs, 'float64');
        const free = sample.inputs.flatMap((input, i) => (input.grad ? [i] : []));
        const layer = sample.source.layer && functionOf(sample.source.layer);
        const fn = (...leaves: Tensor[]): Tensor[] => {
          const all = tensors.map((x, i) => (free.includes(i) ? leaves[free.indexOf(i)]! : x));
          if (!layer) return call(sample.source, sample.inputs, all).filter((y) => y.requiresGrad);
          const named = Object.fromEntries(sample.inputs.map(({ name }, i) => [name, all[i]!]));
          return layer.fn(named, leaves[free.length]!);
        };
        const parameters = layer?.parameters();
        const leaves = [...free.map((i) => tensors[i]!), ...(parameters ? [parameters] : [])];
        const numel = leaves.reduce((sum, x) => sum + x.numel, 0);
        autograd.gradcheck(fn, leaves, { fastMode: numel > fullJacobian });
        if (order === 2) autograd.gradgradcheck(fn, leaves, null, { fastMode: true });
      });
    },
  };
}

/** Runs once, so that caches fill, and then counts: nothing may stay. */
function memoryCheck(sample: Sample): Check {
  const once = (): void => {
    scope(() => {
      const outcome = call(sample.source, sample.inputs, makeInputs(sample.inputs, 'float32'));
      const ends = outcome.filter((y) => y.requiresGrad);
      ends.forEach((y, i) => y.backward(weightsOf(y, i, false), { retainGraph: i < ends.length - 1 }));
    });
  };
  return {
    name: `${sample.label} | no live bytes after the scope`,
    run() {
      once();
      const before = info().memory;
      once();
      const after = info().memory;
      expectEqual('bytes in use', after.used, before.used);
      expectEqual('tensors alive', after.tensors, before.tensors);
    },
  };
}

function errorCheck(row: Row, i: number): Check {
  const { run, type, message } = row.errors[i]!;
  return {
    name: `${row.name} | error: ${message}`,
    run() {
      let thrown: unknown = null;
      try {
        scope(() => void run());
      } catch (error) {
        thrown = error;
      }
      if (!(thrown instanceof Error)) throw new Error(`nothing was thrown, expected ${type.name}: ${message}`);
      expectEqual('error', `${thrown.constructor.name}: ${thrown.message}`, `${type.name}: ${message}`);
    },
  };
}

function valueChecks(row: Row, fixtures: Fixtures): Check[] {
  return samplesOf(row).flatMap((sample): Check[] => {
    if (sample.kind === 'tiled') return [];
    return [valueCheck(sample, fixtures, sample.kind === 'case' || row.specials === 'gradient')];
  });
}

/** Which checks of a row run: all of them, all but finite differences, or those alone that compare values with PyTorch's. */
export type Extent = 'all' | 'no differences' | 'values';

/** The checks that a row of the table implies. */
export function rowChecks(row: Row, fixtures: Fixtures, extent: Extent = 'all'): Check[] {
  if (extent === 'values') return valueChecks(row, fixtures);
  const checks = samplesOf(row).flatMap((sample): Check[] => {
    if (sample.kind === 'special') return [valueCheck(sample, fixtures, row.specials === 'gradient')];
    if (sample.kind === 'tiled') return elementwiseChecks(sample, fixtures);
    const order = sample.source.gradcheck ?? row.gradcheck;
    const differentiable =
      extent === 'all' &&
      order > 0 &&
      precisionsOf(sample).length === 2 &&
      sample.inputs.some((input) => input.grad && input.data.length > 0);
    return [
      valueCheck(sample, fixtures, true),
      ...(sample.inputs.length > 0 && sample.source.layouts !== false ? [layoutCheck(sample, fixtures)] : []),
      ...(differentiable ? [gradcheckCheck(sample, order as 1 | 2)] : []),
      memoryCheck(sample),
    ];
  });
  return [...checks, ...row.errors.map((_, i) => errorCheck(row, i))];
}
