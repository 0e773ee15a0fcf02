import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { init, scope, shutdown } from '../src/index.js';
import { families } from './ops/index.js';
import type { Case } from './ops/table.js';
import { Deletions } from './harness/deletion.js';
import { call, evaluate, makeInputs, type Ran } from './harness/evaluate.js';
import { drawInputs, type Drawn } from './harness/samples.js';

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

/** Options that change what is done, not what comes out of it. */
const silent: ReadonlySet<string> = new Set([
  // Their only value that is allowed is the default.
  'ConvTranspose1d paddingMode',
  'ConvTranspose2d paddingMode',
  'ConvTranspose3d paddingMode',
  'LazyConvTranspose1d paddingMode',
  'LazyConvTranspose2d paddingMode',
  'LazyConvTranspose3d paddingMode',
  // These leave an order open. Here it is the one that asking for an order gives.
  'sort stable',
  'topk sorted',
  'unique sorted',
  // These only save work.
  'isin assumeUnique',
  'repeatInterleave outputSize',
  // Indices are int32 in any case.
  'bucketize outInt32',
  'searchsorted outInt32',
]);

const rows = (await Promise.all(Object.values(families).map((load) => load()))).flatMap((family) => family.rows);

/** Results, gradients, and what has become of the inputs; or the error. */
function outcome(source: Case, inputs: readonly Drawn[]): string {
  const show = (key: string, value: unknown): unknown => (ArrayBuffer.isView(value) ? String(value) : value);
  try {
    const ran: Ran = evaluate(source, inputs, () => makeInputs(inputs, 'float32'));
    const after = scope(() => {
      const tensors = makeInputs(
        inputs.map((input) => ({ ...input, grad: false })),
        'float32',
      );
      call(source, inputs, tensors);
      return tensors.map((x) => x.toTypedArray());
    });
    return JSON.stringify([ran, after], show);
  } catch (error) {
    return String(error);
  }
}

describe('options', () => {
  it('are never accepted and ignored: each one changes what some row compares', { timeout: 120_000 }, () => {
    const deletions = new Deletions();
    for (const row of rows) {
      for (const source of row.cases.filter((each) => !each.large)) {
        const inputs = drawInputs(row, source);
        deletions.look(row.name, () => outcome(source, inputs));
      }
    }
    const ignored = [...deletions.known].filter(([option]) => !deletions.effective.has(option));
    expect(ignored.filter(([option]) => !silent.has(option))).toEqual([]);
    expect([...silent].filter((option) => !ignored.some(([each]) => each === option))).toEqual([]);
  });
});
