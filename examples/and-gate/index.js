// @ts-check
// One neuron learns AND: node examples/and-gate
import { F, init, manualSeed, nn, optim, tensor } from 'wasmgrad';

await init();
manualSeed(42);

const x = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
const y = tensor([[0], [0], [0], [1]]);

const neuron = new nn.Linear(2, 1);
const optimizer = new optim.SGD(neuron.parameters(), { lr: 1 });

let last = NaN;
for (let step = 0; step < 1000; step++) {
  optimizer.zeroGrad();
  const loss = F.binaryCrossEntropyWithLogits(neuron.forward(x), y);
  loss.backward();
  optimizer.step();
  last = loss.item();
}

console.log(`loss ${last.toFixed(6)}`);
const answers = neuron.forward(x).sigmoid().toTypedArray();
[
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
].forEach(([a, b], i) => {
  console.log(`${a} and ${b} = ${answers[i] > 0.5 ? 1 : 0}  (${answers[i].toFixed(4)})`);
});
