// @ts-check
// Three linear layers learn to add, first one sum, then any: node examples/adder
import { F, init, manualSeed, nn, optim, randint, scope, tensor } from 'wasmgrad';

await init();
manualSeed(42);

class Adder extends nn.Module {
  a = new nn.Linear(2, 4);
  b = new nn.Linear(4, 4);
  c = new nn.Linear(4, 1);

  /** @param {import('wasmgrad').Tensor} x */
  forward(x) {
    return this.c.forward(this.b.forward(this.a.forward(x)));
  }
}

const adder = new Adder();
const optimizer = new optim.Adam(adder.parameters(), { lr: 0.0002 });

/**
 * One step, in a scope that frees what it made. In a loop over a DataLoader that comes by itself.
 *
 * @param {() => [pair: import('wasmgrad').Tensor, sum: import('wasmgrad').Tensor]} sample
 */
function step(sample) {
  scope(() => {
    const [pair, sum] = sample();
    optimizer.zeroGrad();
    const loss = F.mseLoss(adder.forward(pair), sum);
    loss.backward();
    optimizer.step();
  });
}

const pair = tensor([30, 70]);
const sum = tensor([100]);
console.log(`30 + 70 = ${adder.forward(pair).item()} before training`);
for (let i = 0; i < 2000; i++) step(() => [pair, sum]);
console.log(`30 + 70 = ${adder.forward(pair).item()} after 2000 steps on this sum alone`);

for (let i = 0; i < 10_000; i++) {
  step(() => {
    const x = randint(0, 100, [2]).float();
    return [x, x.sum(0, true)];
  });
}
console.log('after 10,000 random pairs:');
for (const [a, b] of [
  [30, 70],
  [5, 7],
  [123, 456],
]) {
  console.log(
    `${a} + ${b} = ${adder
      .forward(tensor([a, b]))
      .item()
      .toFixed(2)}`,
  );
}
