import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { F, capture, eye, init, manualSeed, nn, noGrad, optim, scope, shutdown, tensor } from '../src/index.js';
import type { Tensor } from '../src/index.js';

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

/**
 * Zachary's karate club (W. Zachary 1977, An Information Flow Model for Conflict and Fission in Small Groups): whom each of the 34
 * members saw outside of the club, members of higher number only. 78 friendships.
 */
const friends: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 17, 19, 21, 31],
  1: [2, 3, 7, 13, 17, 19, 21, 30],
  2: [3, 7, 8, 9, 13, 27, 28, 32],
  3: [7, 12, 13],
  4: [6, 10],
  5: [6, 10, 16],
  6: [16],
  8: [30, 32, 33],
  9: [33],
  13: [33],
  14: [32, 33],
  15: [32, 33],
  18: [32, 33],
  19: [33],
  20: [32, 33],
  22: [32, 33],
  23: [25, 27, 29, 32, 33],
  24: [25, 27, 31],
  25: [31],
  26: [29, 33],
  27: [33],
  28: [31, 33],
  29: [32, 33],
  30: [32, 33],
  31: [32, 33],
  32: [33],
};
/** Who stayed with the instructor (member 0); the others went with the president (member 33). */
const instructors = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 16, 17, 19, 21];
const MEMBERS = 34;

const pairs = Object.entries(friends).flatMap(([a, others]) => others.map((b) => [Number(a), b] as const));

/** Each friendship as two edges. */
function edgeList(): Tensor {
  const both = [...pairs, ...pairs.map(([a, b]) => [b, a] as const)];
  return tensor([both.map(([a]) => a), both.map(([, b]) => b)], { dtype: 'int32' });
}

class Net extends nn.Module {
  first = new nn.GCNConv(MEMBERS, 8);
  second = new nn.GCNConv(8, 2);
  forward(x: Tensor, edges: Tensor): Tensor {
    return this.second.forward(this.first.forward(x, edges).tanh(), edges);
  }
}

/** Trains from the labels of members 0 and 33 alone; answers the losses and how many of all members are labelled rightly. */
function train(captured: boolean): { losses: number[]; right: number } {
  manualSeed(0);
  const net = new Net();
  const optimizer = new optim.Adam(net.parameters(), { lr: 0.02, weightDecay: 5e-4 });
  const [x, edges] = [eye(MEMBERS), edgeList()];
  const known = tensor([0, MEMBERS - 1], { dtype: 'int32' });
  const labels = tensor([0, 1], { dtype: 'int32' });
  const step = (): Tensor => {
    optimizer.zeroGrad();
    const loss = F.crossEntropy(net.forward(x, edges).indexSelect(0, known), labels);
    loss.backward();
    optimizer.step();
    return loss;
  };
  const run = captured ? capture(step) : step;
  const losses = Array.from({ length: 100 }, () => scope(() => run().item()));
  const answers = noGrad(() => net.forward(x, edges).argmax(1).tolist()) as number[];
  const right = answers.filter((answer, member) => (answer === 0) === instructors.includes(member)).length;
  return { losses, right };
}

describe('graph convolution on the karate club', () => {
  it('has 78 friendships', () => expect(pairs.length).toBe(78));

  it('tells the factions apart from two labelled members', () => {
    const { losses, right } = train(false);
    expect(losses.at(-1)!).toBeLessThan(0.1 * losses[0]!);
    expect(right).toBeGreaterThanOrEqual(31);
  });

  it('gives the same captured', () => expect(train(true)).toEqual(train(false)));
});

it('keeps the edges of a cached layer out of stateDict, and forgets them', () => {
  const conv = new nn.GCNConv(2, 2, { cached: true });
  const edges = tensor([[0], [1]], { dtype: 'int32' });
  const x = eye(2);
  const first = conv.forward(x, edges);
  expect(conv.forward(x, edges.mul(0)).equal(first)).toBe(true);
  expect(Object.keys(conv.stateDict())).toEqual(['bias', 'lin.weight']);
  const other = new nn.GCNConv(2, 2, { cached: true });
  other.loadStateDict(conv.stateDict());
  const run = capture((nodes: Tensor) => other.forward(nodes, edges));
  expect([1, 2].every(() => run(x).equal(first))).toBe(true);
  conv.resetParameters();
  expect(conv.keptEdges).toBe(null);
});
