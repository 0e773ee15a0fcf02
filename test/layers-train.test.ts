import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { F, capture, info, init, manualSeed, nn, optim, randn, scope, shutdown, type Tensor } from '../src/index.js';
import { families } from './ops/index.js';
import type { Case, Row } from './ops/table.js';
import { makeInputs } from './harness/evaluate.js';
import { drawInputs, type Drawn } from './harness/samples.js';

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

type Layer = NonNullable<Case['layer']>;

const rows = (await Promise.all(Object.values(families).map((load) => load()))).flatMap((family) => family.rows);
const layers = rows.filter((row) => row.cases.some(({ layer }) => layer) && !row.name.endsWith('Loss'));

/** The float results of a layer, each example or the whole as one row of numbers. */
function flat(outcome: ReturnType<Layer['call']>): Tensor {
  const list = (Array.isArray(outcome) ? outcome.flat(Infinity) : [outcome]) as Tensor[];
  return list[0]!.reshape([1, -1]);
}

/** Weights on the inputs, the layer, and a linear layer behind it. */
class Network extends nn.Module {
  readonly scales: nn.Parameter[];
  readonly layer: nn.Module;
  readonly head: nn.Linear;
  readonly #call: Layer['call'];

  constructor({ make, call }: Layer, inputs: readonly Drawn[], tensors: readonly Tensor[]) {
    super();
    this.#call = call;
    this.layer = make();
    const floats = tensors.filter((_, i) => inputs[i]!.grad);
    this.scales = floats.map((x) => new nn.Parameter(x.detach().mul(0).add(1)));
    const width = scope(() => flat(this.#run(inputs, tensors)).numel);
    this.head = new nn.Linear(width, 3);
  }

  #run(inputs: readonly Drawn[], tensors: readonly Tensor[]): ReturnType<Layer['call']> {
    let next = 0;
    const named = inputs.map(({ name, grad }, i) => {
      const x = tensors[i]!;
      return [name, grad ? x.mul(this.scales[next++]!) : x] as const;
    });
    return this.#call(this.layer, Object.fromEntries(named));
  }

  forward(inputs: readonly Drawn[], tensors: readonly Tensor[]): Tensor {
    return this.head.forward(flat(this.#run(inputs, tensors)));
  }
}

interface Course {
  readonly losses: readonly number[];
  readonly held: readonly number[];
  /** How often the step's JavaScript ran. */
  readonly runs: number;
}

const STEPS = 48;

/** Trains on one batch; answers the losses and the memory in use after each step. */
function train(source: Case, inputs: readonly Drawn[], captured: boolean): Course {
  return scope(() => {
    manualSeed(1);
    const tensors = makeInputs(
      inputs.map((input) => ({ ...input, grad: false })),
      'float32',
    );
    const model = new Network(source.layer!, inputs, tensors);
    const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
    const target = randn([1, 3]);
    let runs = 0;
    const plain = (y: Tensor, ...xs: Tensor[]): Tensor => {
      runs++;
      optimizer.zeroGrad();
      const loss = F.mseLoss(model.forward(inputs, xs), y);
      loss.backward();
      optimizer.step();
      return loss;
    };
    const step = captured ? capture(plain) : plain;
    const losses: number[] = [];
    const held: number[] = [];
    for (let i = 0; i < STEPS; i++) {
      scope(() => void losses.push(step(target, ...tensors).item()));
      held.push(info().memory.used);
    }
    return { losses, held, runs };
  });
}

/** The first case whose result is floats that depend on the layer. */
function trainable(row: Row): Case[] {
  return row.cases.filter(({ layer, in: inputs }) => layer && Object.values(inputs ?? {}).some((input) => input?.grad));
}

/** Nothing is held longer with each step; the finalizer may free what others dropped. */
function expectFlat(held: readonly number[]): void {
  expect(Math.max(...held.slice(3))).toBeLessThanOrEqual(held[3]!);
}

describe('each layer in a small network', () => {
  for (const row of layers) {
    const source = trainable(row)[0];
    if (!source) continue;
    it(`trains with ${row.name}: ${source.module ?? ''}`, () => {
      const inputs = drawInputs(row, source);
      const eager = train(source, inputs, false);
      const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
      expect(mean(eager.losses.slice(-12))).toBeLessThan(0.8 * mean(eager.losses.slice(0, 12)));
      expectFlat(eager.held);
      const captured = train(source, inputs, true);
      expect(captured.losses).toEqual(eager.losses);
      expect(captured.runs).toBeLessThanOrEqual(2);
      expectFlat(captured.held);
    });
  }
});
