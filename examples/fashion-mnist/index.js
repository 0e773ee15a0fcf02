// @ts-check
// PyTorch's quickstart, line for line: node examples/fashion-mnist DIR [EPOCHS]
// DIR holds the four original IDX files of Fashion-MNIST, gzipped or not.
import { argv } from 'node:process';
import { F, data, init, manualSeed, nn, noGrad, optim } from 'wasmgrad';

const [directory = '../shared/data/fashion-mnist', epochs = '5'] = argv.slice(2);

await init();
const training = new data.DataLoader(await data.datasets.FashionMNIST(directory), { batchSize: 64 });
const test = new data.DataLoader(await data.datasets.FashionMNIST(directory, { train: false }), { batchSize: 64 });

manualSeed(42);
const model = new nn.Sequential(
  new nn.Flatten(),
  new nn.Linear(784, 512),
  new nn.ReLU(),
  new nn.Linear(512, 512),
  new nn.ReLU(),
  new nn.Linear(512, 10),
);
const optimizer = new optim.SGD(model.parameters(), { lr: 1e-3 });
console.log(String(model));

function trainEpoch() {
  const size = training.dataset.length;
  model.train();
  let batch = 0;
  for (const [x, y] of training) {
    const loss = F.crossEntropy(model.forward(x), y);
    loss.backward();
    optimizer.step();
    optimizer.zeroGrad();
    if (batch % 100 === 0) {
      const current = String((batch + 1) * x.shape[0]).padStart(5);
      console.log(`loss: ${loss.item().toFixed(6)}  [${current}/${size}]`);
    }
    batch++;
  }
}

function evaluate() {
  model.eval();
  let loss = 0;
  let correct = 0;
  for (const [x, y] of test) {
    noGrad(() => {
      const scores = model.forward(x);
      loss += F.crossEntropy(scores, y).item();
      correct += scores.argmax(1).eq(y).sum().item();
    });
  }
  const accuracy = ((100 * correct) / test.dataset.length).toFixed(1);
  console.log(`Test Error: \n Accuracy: ${accuracy}%, Avg loss: ${(loss / test.length).toFixed(6)} \n`);
}

for (let epoch = 1; epoch <= Number(epochs); epoch++) {
  console.log(`Epoch ${epoch}\n-------------------------------`);
  trainEpoch();
  evaluate();
}
console.log('Done!');
