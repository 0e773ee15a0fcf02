// @ts-check
// One hidden layer of sigmoids learns XOR, which a single neuron cannot: node examples/xor
import { F, init, manualSeed, nn, optim, tensor } from 'wasmgrad';

await init();
manualSeed(1);

const x = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
const y = tensor([[0], [1], [1], [0]]);

const model = new nn.Sequential(new nn.Linear(2, 4), new nn.Sigmoid(), new nn.Linear(4, 1), new nn.Sigmoid());
const optimizer = new optim.Adam(model.parameters(), { lr: 0.05 });

let last = NaN;
for (let step = 0; step < 2000; step++) {
  optimizer.zeroGrad();
  const loss = F.mseLoss(model.forward(x), y);
  loss.backward();
  optimizer.step();
  last = loss.item();
}

console.log(`loss ${last.toExponential(4)}`);
const answers = model.forward(x).toTypedArray();
[
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
].forEach(([a, b], i) => {
  console.log(`${a} xor ${b} = ${answers[i] > 0.5 ? 1 : 0}  (${answers[i].toFixed(4)})`);
});
