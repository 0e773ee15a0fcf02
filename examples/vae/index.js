// @ts-check
// A variational autoencoder learns to write digits: node examples/vae [--quick] [--out vae.png]
import { parseArgs } from 'node:util';
import { F, capture, data, init, manualSeed, nn, noGrad, optim, randn, randnLike } from 'wasmgrad';
import { writeGrid } from '../grid.js';

/** @typedef {import('wasmgrad').Tensor} Tensor */

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, out: { type: 'string', default: 'vae.png' } },
});
const epochs = values.quick ? 1 : 10;
const latent = 16;

class VAE extends nn.Module {
  encoder = new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 256), new nn.ReLU());
  mu = new nn.Linear(256, latent);
  logvar = new nn.Linear(256, latent);
  decoder = new nn.Sequential(
    new nn.Linear(latent, 256),
    new nn.ReLU(),
    new nn.Linear(256, 784),
    new nn.Unflatten(1, [1, 28, 28]),
  );

  /**
   * @param {Tensor} x pictures [N, 1, 28, 28]
   * @returns {[logits: Tensor, mu: Tensor, logvar: Tensor]}
   */
  forward(x) {
    const h = this.encoder.forward(x);
    const mu = this.mu.forward(h);
    const logvar = this.logvar.forward(h);
    const z = mu.add(randnLike(mu).mul(logvar.mul(0.5).exp()));
    return [this.decoder.forward(z), mu, logvar];
  }
}

await init();
manualSeed(42);
const digits = await data.datasets.digits({ train: true });
const set = values.quick
  ? new data.Subset(
      digits,
      Array.from({ length: 1600 }, (_, i) => i),
    )
  : digits;
const loader = new data.DataLoader(set, { batchSize: 64, shuffle: true, dropLast: true });
const model = new VAE();
const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });

const step = capture((/** @type {Tensor} */ x) => {
  optimizer.zeroGrad();
  const [logits, mu, logvar] = model.forward(x);
  // The negative evidence lower bound, in nats a picture.
  const likelihood = F.binaryCrossEntropyWithLogits(logits, x, { reduction: 'sum' });
  const divergence = logvar.add(1).sub(mu.square()).sub(logvar.exp()).sum().mul(-0.5);
  const loss = likelihood.add(divergence).div(x.shape[0]);
  loss.backward();
  optimizer.step();
  return loss;
});

console.log(`${set.length.toLocaleString('en')} digits, ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`);
for (let epoch = 1; epoch <= epochs; epoch++) {
  let total = 0;
  for (const [x] of loader) total += step(x).item();
  console.log(`epoch ${String(epoch).padStart(2)}  ${(total / loader.length).toFixed(2)} nats a digit`);
}

model.eval();
const samples = noGrad(() => model.decoder.forward(randn([64, latent])).sigmoid());
await writeGrid(values.out, samples, 8);
console.log(`64 digits that nobody wrote: ${values.out}`);
