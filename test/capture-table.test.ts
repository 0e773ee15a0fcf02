import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autograd, capture, init, scope, shutdown, type Tensor } from '../src/index.js';
import type { TypedArray } from '../src/index.js';
import { families } from './ops/index.js';
import type { Case, Row } from './ops/table.js';
import { call, evaluate, makeInputs, read, weightsOf } from './harness/evaluate.js';
import type { Ran } from './harness/evaluate.js';
import { drawInputs, type Drawn } from './harness/samples.js';

beforeAll(() => init({ threads: 2 }));
afterAll(() => shutdown());

/** Rows with cases that need values to know what to do: a recording refuses them. */
const readers: ReadonlySet<string> = new Set(
  (
    'allclose equal item isNonzero argwhere tensorSplitAt distributionsPrinted furtherDistributionsPrinted vonMisesSamples tolist toTypedArray toString nonzero maskedSelect maskedScatter index indexPut oneHot repeatInterleave ' +
    'addSelfLoops degree toDense denseToEdges globalSumPool globalMeanPool globalMaxPool GCNConv graphAttentionWeights ' +
    'initNormal initStructured linalg.lstsq unique uniqueConsecutive bincount KVCache generate ' +
    'orthogonalFeatures PerformerAttention initGenerator orthogonal prune'
  ).split(' '),
);

/** Rows whose objects count their steps, and would count on in a recording: see test/optim/capture.test.ts. */
const counting: ReadonlySet<string> = new Set(['AveragedModel', 'GradientNoise', 'DropoutScheduler']);

/** Rows that catch an error, which a captured step throws when it runs, not in the function that is recorded. */
const catching: ReadonlySet<string> = new Set(['errorIfNonfinite']);

/** As `evaluate`, in a captured function that is called three times, each time on other memory. */
function replayed(source: Case, inputs: readonly Drawn[]): Ran {
  const step = capture((...tensors: Tensor[]) => {
    const outcome = call(source, inputs, tensors);
    const ends = outcome.filter((x) => x.requiresGrad);
    const starts = inputs.flatMap(({ grad }, i) => (grad ? [tensors[i]!] : []));
    const wants = outcome.map((x) => x.requiresGrad);
    if (ends.length === 0 || starts.length === 0) return { outcome, wants, grads: [] };
    const gradOutputs = ends.map((x) => weightsOf(x, outcome.indexOf(x), false));
    return { outcome, wants, grads: autograd.grad(ends, starts, { gradOutputs, allowUnused: true }) };
  });
  const once = (): Ran =>
    scope(() => {
      const { outcome, wants, grads } = step(...makeInputs(inputs, 'float32'));
      const names = inputs.flatMap(({ name, grad }) => (grad && grads.length > 0 ? [name] : []));
      return {
        results: outcome.map((x, i) => ({ ...read(x), requiresGrad: wants[i]! })),
        grads: Object.fromEntries(names.map((name, i) => [name, (grads[i] as Tensor | null)?.toTypedArray() ?? null])),
      };
    });
  once();
  // Other memory, and other elements in the memory of before.
  return scope(() => {
    makeInputs(inputs, 'float64');
    once();
    return once();
  });
}

const rows = (await Promise.all(Object.values(families).map((load) => load()))).flatMap((family) => family.rows);

describe('capture gives the bits of every op of the table', () => {
  // Layers that settle would draw their parameters inside of the step, when it is recorded; test/modules.test.ts captures steps of such layers
  // made before.
  const left = ({ name, settles }: Row): boolean => counting.has(name) || catching.has(name) || settles;
  for (const row of rows) if (!left(row)) it(row.name, () => check(row));
});

function bitsOf({ data }: { data: TypedArray }): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function expectSameBits(ran: Ran, plain: Ran): void {
  const list = ({ results, grads }: Ran): { data: TypedArray; about: unknown }[] => [
    ...results.map(({ data, ...about }) => ({ data, about })),
    ...Object.entries(grads).map(([about, data]) => ({ data: data ?? new Float32Array(0), about })),
  ];
  const [found, expected] = [list(ran), list(plain)];
  expect(found.map(({ about }) => about)).toEqual(expected.map(({ about }) => about));
  found.forEach((each, i) => {
    const [mine, theirs] = [bitsOf(each), bitsOf(expected[i]!)];
    expect(mine.length).toBe(theirs.length);
    expect(mine.every((byte, k) => byte === theirs[k])).toBe(true);
  });
}

function check(row: Row): void {
  for (const source of row.cases) {
    if (source.large) continue;
    const inputs = drawInputs(row, source);
    const plain = evaluate(source, inputs, () => makeInputs(inputs, 'float32'));
    try {
      expectSameBits(replayed(source, inputs), plain);
    } catch (error) {
      if (!readers.has(row.name) || !String(error).includes('capture: ')) throw error;
    }
  }
}
