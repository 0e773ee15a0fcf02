// @ts-check
// Layers written by hand, forward and backward, next to the same with autograd: node examples/digits [digits.csv]
// The digits are 8 × 8: those of a CSV file of 64 values (0 … 16) and the class a line, or else the embedded ones scaled down.
import { readFileSync } from 'node:fs';
import { argv } from 'node:process';
import { F, data, init, manualSeed, nn, noGrad, optim, tensor, zeros } from 'wasmgrad';

/** @typedef {import('wasmgrad').Tensor} Tensor */

/** y = x·wᵀ + b, and its gradients: dx = dy·w, dw = dyᵀ·x, db = Σ dy. */
class Dense {
  /** @param {nn.Linear} linear the layer whose weights are copied */
  constructor(linear) {
    this.w = linear.weight.detach().clone();
    this.b = /** @type {Tensor} */ (linear.bias).detach().clone();
    this.dw = zeros(this.w.shape, { dtype: this.w.dtype });
    this.db = zeros(this.b.shape, { dtype: this.b.dtype });
    this.x = zeros([0]);
  }

  /** @param {Tensor} x [N, inFeatures] */
  forward(x) {
    this.x = x;
    return x.matmul(this.w.T).add(this.b);
  }

  /** @param {Tensor} dy [N, outFeatures] */
  backward(dy) {
    this.dw.copy_(dy.T.matmul(this.x));
    this.db.copy_(dy.sum(0));
    return dy.matmul(this.w);
  }

  /** @param {number} lr */
  step(lr) {
    this.w.sub_(this.dw.mul(lr));
    this.b.sub_(this.db.mul(lr));
  }
}

/** y = max(x, 0), dx = dy where x > 0. */
class Relu {
  constructor() {
    this.x = zeros([0]);
  }

  /** @param {Tensor} x */
  forward(x) {
    this.x = x;
    return x.relu();
  }

  /** @param {Tensor} dy */
  backward(dy) {
    return dy.mul(this.x.gt(0).float());
  }
}

/**
 * The mean cross entropy of softmax(z): −Σ log pₜ / N, and dz = (p − onehot(t)) / N.
 *
 * @param {Tensor} z [N, classes]
 * @param {Tensor} target [N]
 * @returns {[loss: number, dz: Tensor]}
 */
function softmaxCrossEntropy(z, target) {
  const p = z.softmax(1);
  const truth = F.oneHot(target, { numClasses: z.shape[1] }).float();
  const loss = -p.log().mul(truth).sum().item() / z.shape[0];
  return [loss, p.sub(truth).div(z.shape[0])];
}

/** @returns {Promise<[x: Tensor, target: Tensor]>} pictures [N, 64] in 0 … 1, and classes */
async function loadDigits() {
  const csv = argv[2];
  if (csv) {
    const rows = readFileSync(csv, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').map(Number));
    return [
      tensor(rows.map((row) => row.slice(0, 64))).div(16),
      tensor(
        rows.map((row) => row[64]),
        { dtype: 'int32' },
      ),
    ];
  }
  const set = await data.datasets.digits();
  const [images, target] = set.getBatch(Array.from({ length: set.length }, (_, i) => i));
  return [F.avgPool2d(F.pad(images, [2, 2, 2, 2]), 4).flatten(1), target];
}

await init();
// Double precision: the two trainings round differently, and a unit of ReLU near 0 would make that large in float32.
const [pixels, target] = await loadDigits();
const x = pixels.double();
const held = Math.floor(x.shape[0] / 5);
const trainX = x.narrow(0, 0, x.shape[0] - held);
const trainY = target.narrow(0, 0, x.shape[0] - held);

manualSeed(42);
const hidden = new nn.Linear(64, 32);
const output = new nn.Linear(32, 10);
const model = new nn.Sequential(hidden, new nn.ReLU(), output).double();
const first = new Dense(hidden);
const relu = new Relu();
const second = new Dense(output);
const lr = 0.1;
const optimizer = new optim.SGD(model.parameters(), { lr });

const loader = new data.DataLoader(new data.TensorDataset(trainX, trainY), { batchSize: 32, shuffle: true, seed: 42 });
let largest = 0;
for (let epoch = 1; epoch <= 20; epoch++) {
  let sumByHand = 0;
  let sum = 0;
  for (const [x, target] of loader) {
    noGrad(() => {
      const [loss, dz] = softmaxCrossEntropy(second.forward(relu.forward(first.forward(x))), target);
      first.backward(relu.backward(second.backward(dz)));
      sumByHand += loss;
    });

    optimizer.zeroGrad();
    const loss = F.crossEntropy(model.forward(x), target);
    loss.backward();
    sum += loss.item();

    const gradients = model.parameters().map((p) => /** @type {Tensor} */ (p.grad));
    [first.dw, first.db, second.dw, second.db].forEach((byHand, i) => {
      largest = Math.max(largest, byHand.sub(gradients[i]).abs().max().item());
    });

    optimizer.step();
    noGrad(() => [first, second].forEach((layer) => layer.step(lr)));
  }
  if (epoch % 5 === 0) {
    console.log(
      `epoch ${epoch}: loss by hand ${(sumByHand / loader.length).toFixed(6)}, autograd ${(sum / loader.length).toFixed(6)}`,
    );
  }
}
console.log(`largest difference of a gradient: ${largest.toExponential(1)}`);

const heldX = x.narrow(0, x.shape[0] - held, held);
const heldY = target.narrow(0, x.shape[0] - held, held);
const correct = second
  .forward(relu.forward(first.forward(heldX)))
  .argmax(1)
  .eq(heldY)
  .sum()
  .item();
console.log(`accuracy of the layers by hand on ${held} held-out digits: ${((100 * correct) / held).toFixed(1)} %`);
