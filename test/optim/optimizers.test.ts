import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capture, init, scope, shutdown, tensor } from '../../src/index.js';
import type { Tensor, optim } from '../../src/index.js';
import { optimizers, trajectories } from './table.js';
import type { OptimizerCase, Trajectory, Values } from './table.js';
import { advance, closureOf, make, numbersIn, start } from './tasks.js';

function compare(params: readonly Tensor[], expected: Values): void {
  for (const [i, param] of params.entries()) {
    const got = [...param.toTypedArray()];
    const largest = Math.max(...expected[i]!.map(Math.abs));
    const tolerance = (param.dtype === 'float64' ? 1e-12 : 1e-5) * largest;
    for (const [j, value] of expected[i]!.entries()) expect(Math.abs(got[j]! - value)).toBeLessThanOrEqual(tolerance);
  }
}

const vector = (value: unknown): Tensor => tensor(value as number[], { dtype: 'float64' });

function revived(name: string, value: unknown): unknown {
  if (typeof value === 'number' || value === null || name === 'ro') return value;
  return name.startsWith('old_') ? (value as unknown[]).map(vector) : vector(value);
}

/** A state dict as PyTorch gave it, with tensors for lists. */
function revive({ state, param_groups }: Trajectory['state']): optim.OptimizerState {
  const entries = Object.entries(state).map(([number, entry]) => [
    number,
    Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, revived(name, value)])),
  ]);
  return { state: Object.fromEntries(entries), param_groups } as optim.OptimizerState;
}

/** The optimizer trains on a function, captured or not; the bits of everything after. */
function bits(name: string, sample: OptimizerCase, captured: boolean): unknown {
  const params = start(sample.task === 'matrices' ? 'matrices' : 'function', 'float32');
  const optimizer = make(name, sample, params);
  const evaluate = closureOf(params);
  // How often L-BFGS evaluates depends on values: there the closure is what can be captured.
  const whole = name !== 'LBFGS';
  const closure = captured && !whole ? capture(evaluate) : evaluate;
  const plain = (): Tensor => optimizer.step(closure)!;
  const step = captured && whole ? capture(plain) : plain;
  const losses = Array.from({ length: 12 }, () => scope(() => step().item()));
  const state = Object.values(optimizer.stateDict().state).map((entry) => Object.values(entry).map(numbersIn));
  return { losses, params: params.map((x) => x.tolist()), grads: params.map((x) => x.grad?.tolist()), state };
}

beforeAll(() => init({ threads: 2 }));
afterAll(() => shutdown());

for (const [name, cases] of Object.entries(optimizers)) {
  for (const [i, sample] of cases.entries()) {
    const { task = 'gradients', options, inner, second } = sample;
    const run = trajectories[name]![i]!;
    const around = inner ? ` around ${inner[0]} ${JSON.stringify(inner[1])}` : '';
    const apart = second ? `, then ${JSON.stringify(second)}` : '';
    describe(`${name} ${JSON.stringify(options)}${apart}${around}`, () => {
      for (const dtype of ['float32', 'float64'] as const) {
        it(`takes PyTorch's steps in ${dtype}`, () => {
          const params = start(task, dtype);
          const optimizer = make(name, sample, params);
          for (const [at, expected] of [...run.trajectory, ...run.rest].entries()) {
            if (dtype === 'float32' && 5 * at + 5 > (sample.float32_steps ?? 20)) break;
            advance(optimizer, params, task, 5 * at + 1, 5 * at + 5);
            compare(params, expected);
          }
        });
      }

      it("goes on from PyTorch's state", () => {
        const params = start(task, 'float64');
        const optimizer = make(name, sample, params, true);
        for (const [at, param] of params.entries()) {
          param.detach().copy_(vector(run.trajectory[1]![at]!).reshape(param.shape));
        }
        optimizer.loadStateDict(revive(run.state));
        advance(optimizer, params, task, 11, 15);
        compare(params, run.rest[0]!);
        advance(optimizer, params, task, 16, 20);
        compare(params, run.rest[1]!);
      });

      it("gives PyTorch's state", () => {
        const params = start(task, 'float64');
        const optimizer = make(name, sample, params);
        advance(optimizer, params, task, 1, 10);
        const { state, param_groups } = optimizer.stateDict();
        for (const [number, entry] of Object.entries(run.state.state)) {
          for (const [key, value] of Object.entries(entry)) {
            if (value === null) continue;
            const got = numbersIn(state[number]![key]);
            const expected = numbersIn(value);
            expect(got.length).toBe(expected.length);
            // float32, as PyTorch keeps it
            const precision = key === 'mu_product' ? 1e-6 : 1e-10;
            const tolerance = precision * Math.max(1, ...expected.map(Math.abs));
            for (const [j, x] of expected.entries()) expect(Math.abs(got[j]! - x)).toBeLessThanOrEqual(tolerance);
          }
        }
        const groups = param_groups as Record<string, unknown>[];
        expect(groups.map((group) => group['params'])).toEqual(run.state.param_groups.map((group) => group.params));
        for (const [at, saved] of groups.entries()) {
          for (const [key, value] of Object.entries({ ...options, ...(at > 0 ? second : {}) })) {
            const expected = key === 'rho' && Array.isArray(value) ? (value as unknown[])[at] : value;
            expect(saved[key] ?? saved[`lookahead_${key}`]).toEqual(expected);
          }
        }
      });

      it('has the same bits in a captured step', () => {
        expect(bits(name, sample, true)).toEqual(bits(name, sample, false));
      });
    });
  }
}
