// @ts-check
// A graph network finds out who took which side in a karate club, from the two leaders alone: node examples/gcn
import { F, capture, init, manualSeed, nn, noGrad, optim, eye, tensor } from 'wasmgrad';

/** @typedef {import('wasmgrad').Tensor} Tensor */

// Who met whom outside of the club, members counted from 0, and who joined the officer's new club when it split.
// Source: Zachary 1977, "An information flow model for conflict and fission in small groups", Journal of Anthropological Research 33.
const friends = [
  [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 17, 19, 21, 31],
  [2, 3, 7, 13, 17, 19, 21, 30],
  [3, 7, 8, 9, 13, 27, 28, 32],
  [7, 12, 13],
  [6, 10],
  [6, 10, 16],
  [16],
  [],
  [30, 32, 33],
  [33],
  [],
  [],
  [],
  [33],
  [32, 33],
  [32, 33],
  [],
  [],
  [32, 33],
  [33],
  [32, 33],
  [],
  [32, 33],
  [25, 27, 29, 32, 33],
  [25, 27, 31],
  [31],
  [29, 33],
  [33],
  [31, 33],
  [32, 33],
  [32, 33],
  [32, 33],
  [33],
  [],
];
const officers = new Set([9, 14, 15, 18, 20, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33]);
const [instructor, officer] = [0, 33];

class GCN extends nn.Module {
  conv1 = new nn.GCNConv(34, 8);
  conv2 = new nn.GCNConv(8, 2);

  /**
   * @param {Tensor} x
   * @param {Tensor} edgeIndex
   */
  forward(x, edgeIndex) {
    return this.conv2.forward(this.conv1.forward(x, edgeIndex).relu(), edgeIndex);
  }
}

await init();
manualSeed(42);
const pairs = friends.flatMap((others, i) => others.flatMap((j) => [[i, j], [j, i]])); // prettier-ignore
const edgeIndex = tensor([pairs.map(([i]) => i), pairs.map(([, j]) => j)], { dtype: 'int32' });
const truth = tensor(
  friends.map((_, i) => Number(officers.has(i))),
  { dtype: 'int32' },
);
// Nobody has features but to be somebody.
const x = eye(34);
const known = tensor([instructor, officer], { dtype: 'int32' });

const model = new GCN();
const optimizer = new optim.Adam(model.parameters(), { lr: 0.02, weightDecay: 5e-4 });
const step = capture(() => {
  optimizer.zeroGrad();
  const loss = F.crossEntropy(model.forward(x, edgeIndex).index(known), truth.index(known));
  loss.backward();
  optimizer.step();
  return loss;
});

console.log(`34 members, ${pairs.length / 2} friendships; the sides of two are known\n`);
const epochs = 100;
for (let epoch = 1; epoch <= epochs; epoch++) {
  const loss = step();
  if (epoch % 20 !== 0) continue;
  const right = noGrad(() => model.forward(x, edgeIndex).argmax(1).eq(truth).sum().item());
  console.log(`epoch ${String(epoch).padStart(3)}  loss ${loss.item().toFixed(4)}  right about ${right} of 34`);
}

const sides = noGrad(() => model.forward(x, edgeIndex).argmax(1).toTypedArray());
console.log('\nwith the instructor:', [...sides.keys()].filter((i) => sides[i] === 0).join(' '));
console.log('with the officer:   ', [...sides.keys()].filter((i) => sides[i] === 1).join(' '));
const wrong = [...sides.keys()].filter((i) => sides[i] !== Number(officers.has(i)));
console.log(wrong.length === 0 ? 'All are right.' : `Taken for the other side: ${wrong.join(' ')}`);
