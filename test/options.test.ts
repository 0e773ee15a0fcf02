import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { init, scope, shutdown } from '../src/index.js';
import { observeOptions } from '../src/tensor/options.js';
import { families } from './ops/index.js';
import type { Case, Row } from './ops/table.js';
import { call, evaluate, makeInputs, type Ran } from './harness/evaluate.js';
import { drawInputs, type Drawn } from './harness/samples.js';

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());
afterEach(() => observeOptions(null));

/** Options that change what is done, not what comes out of it. */
const silent: ReadonlySet<string> = new Set([
  // Their only value that is allowed is the default.
  'ConvTranspose1d paddingMode',
  'ConvTranspose2d paddingMode',
  'ConvTranspose3d paddingMode',
  // These leave an order open. Here it is the one that asking for an order gives.
  'sort stable',
  'topk sorted',
  'unique sorted',
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

/** Notes the options that a row's functions know, and those whose absence changes what comes out. */
function look(row: Row, known: Map<string, string>, effective: Set<string>): void {
  for (const source of row.cases.filter((each) => !each.large)) {
    const inputs = drawInputs(row, source);
    const given = new Set<string>();
    observeOptions((op, options, names) => {
      for (const name of names) if (!known.has(`${op} ${name}`)) known.set(`${op} ${name}`, row.name);
      for (const [name, value] of Object.entries(options)) if (value !== undefined) given.add(`${op} ${name}`);
    });
    const whole = outcome(source, inputs);
    for (const option of given) {
      if (effective.has(option)) continue;
      // Cases may share their objects of options.
      const restored: (() => void)[] = [];
      observeOptions((op, options, names) => {
        const [function_, name] = option.split(' ') as [string, string];
        if (op !== function_ || !names.includes(name)) return;
        const value: unknown = Reflect.get(options, name);
        if (Reflect.has(options, name)) restored.push(() => Reflect.set(options, name, value));
        Reflect.deleteProperty(options, name);
      });
      if (outcome(source, inputs) !== whole) effective.add(option);
      observeOptions(null);
      for (const restore of restored) restore();
    }
    observeOptions(null);
  }
}

describe('options', () => {
  it('are never accepted and ignored: each one changes what some row of the table compares', () => {
    const known = new Map<string, string>();
    const effective = new Set<string>();
    for (const row of rows) look(row, known, effective);
    const ignored = [...known].filter(([option]) => !effective.has(option) && !silent.has(option));
    expect(ignored.map(([option, row]) => `${option} (in the row ${row})`)).toEqual([]);
    expect([...silent].filter((option) => effective.has(option) || !known.has(option))).toEqual([]);
  });
});
