// @ts-check
// A diffusion model draws the digit that it is asked for: node examples/ddpm [--quick] [--out ddpm.png]
import { parseArgs } from 'node:util';
import { F, arange, capture, cat, data, full, init, linspace, manualSeed, nn, noGrad, optim, rand, randint, randn, randnLike, scope, where } from 'wasmgrad'; // prettier-ignore
import { writeGrid } from '../grid.js';

/** @typedef {import('wasmgrad').Tensor} Tensor */

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, out: { type: 'string', default: 'ddpm.png' } },
});
const epochs = values.quick ? 1 : 20;
const steps = values.quick ? 20 : 200;
/** The class that stands for any digit. */
const any = 10;

/** A convolution with the time and the digit added to its channels. */
class Block extends nn.Module {
  /**
   * @param {number} inChannels
   * @param {number} channels
   */
  constructor(inChannels, channels) {
    super();
    this.conv1 = new nn.Conv2d(inChannels, channels, 3, { padding: 1 });
    this.norm1 = new nn.GroupNorm(4, channels);
    this.condition = new nn.Linear(64, channels);
    this.conv2 = new nn.Conv2d(channels, channels, 3, { padding: 1 });
    this.norm2 = new nn.GroupNorm(4, channels);
  }

  /**
   * @param {Tensor} x
   * @param {Tensor} c
   */
  forward(x, c) {
    const h = F.silu(this.norm1.forward(this.conv1.forward(x)));
    const shifted = h.add(this.condition.forward(c).unsqueeze(-1).unsqueeze(-1));
    return F.silu(this.norm2.forward(this.conv2.forward(shifted)));
  }
}

/** A small U-Net on 16 × 16 pictures that tells the noise in them. */
class Denoiser extends nn.Module {
  time = new nn.Sequential(new nn.Linear(32, 64), new nn.SiLU(), new nn.Linear(64, 64));
  digit = new nn.Embedding(11, 64);
  down1 = new Block(1, 16);
  down2 = new Block(16, 32);
  middle = new Block(32, 32);
  up2 = new Block(64, 16);
  up1 = new Block(32, 16);
  head = new nn.Conv2d(16, 1, 1);

  /**
   * @param {Tensor} x pictures [N, 1, 16, 16] with noise
   * @param {Tensor} t steps [N]
   * @param {Tensor} y digits [N]
   */
  forward(x, t, y) {
    const rates = arange(16)
      .mul(-Math.log(1e4) / 16)
      .exp();
    const angles = t.float().unsqueeze(1).mul(rates);
    const c = this.time.forward(cat([angles.sin(), angles.cos()], 1)).add(this.digit.forward(y));
    const a = this.down1.forward(x, c);
    const b = this.down2.forward(F.avgPool2d(a, 2), c);
    const m = this.middle.forward(F.avgPool2d(b, 2), c);
    const u = this.up2.forward(cat([F.interpolate(m, { scaleFactor: 2 }), b], 1), c);
    return this.head.forward(this.up1.forward(cat([F.interpolate(u, { scaleFactor: 2 }), a], 1), c));
  }
}

await init();
manualSeed(42);
const digits = await data.datasets.digits({ train: true });
const set = values.quick
  ? new data.Subset(
      digits,
      Array.from({ length: 640 }, (_, i) => i),
    )
  : digits;
const loader = new data.DataLoader(set, { batchSize: 64, shuffle: true, dropLast: true });

// How much of the picture is left after each step: ᾱₜ = Π (1 − βᵢ).
const beta = linspace(1e-4, 4 / steps, steps);
const alpha = beta.rsub(1);
const kept = alpha.cumprod(0);

const model = new Denoiser();
const average = new optim.swaUtils.AveragedModel(model, { multiAvgFn: optim.swaUtils.getEmaMultiAvgFn(0.99) });
const optimizer = new optim.Adam(model.parameters(), { lr: 2e-3 });
const step = capture((/** @type {Tensor} */ images, /** @type {Tensor} */ labels) => {
  const N = images.shape[0];
  const x = F.interpolate(images, { size: [16, 16], mode: 'bilinear' })
    .mul(2)
    .sub(1);
  // One picture in ten does not say what it is, so that the model learns digits as such, too.
  const y = where(rand([N]).lt(0.1), full([N], any, { dtype: 'int32' }), labels);
  const t = randint(0, steps, [N]);
  const noise = randnLike(x);
  const share = kept.index(t).view([N, 1, 1, 1]);
  const noisy = x.mul(share.sqrt()).add(noise.mul(share.rsub(1).sqrt()));
  optimizer.zeroGrad();
  const loss = F.mseLoss(model.forward(noisy, t, y), noise);
  loss.backward();
  optimizer.step();
  average.updateParameters(model);
  return loss;
});

console.log(
  `${set.length.toLocaleString('en')} digits, ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}, ${steps} steps of noise`,
);
for (let epoch = 1; epoch <= epochs; epoch++) {
  let total = 0;
  for (const [x, y] of loader) total += step(x, y).item();
  console.log(`epoch ${String(epoch).padStart(2)}  loss ${(total / loader.length).toFixed(4)}`);
}

// Four of each digit, guided: noise = (1 + w)·noise(digit) − w·noise(any digit).
const wanted = arange(10).repeat([4]);
const w = 1;
average.eval();
const denoise = capture((/** @type {Tensor} */ x, /** @type {Tensor} */ t, /** @type {Tensor} */ y) =>
  noGrad(() => /** @type {Tensor} */ (average.forward(x, t, y))),
);
let x = randn([40, 1, 16, 16]);
for (let i = steps - 1; i >= 0; i--) {
  x = scope(() => {
    const t = full([40], i, { dtype: 'int32' });
    const noise = denoise(x, t, wanted)
      .mul(1 + w)
      .sub(denoise(x, t, full([40], any, { dtype: 'int32' })).mul(w));
    const [b, a, k] = [beta, alpha, kept].map((values) => values.select(0, i).item());
    const mean = x.sub(noise.mul(b / Math.sqrt(1 - k))).div(Math.sqrt(a));
    return i > 0 ? mean.add(randnLike(x).mul(Math.sqrt(b))) : mean;
  });
}
await writeGrid(values.out, x.add(1).div(2).clamp(0, 1), 10);
console.log(`0 to 9, four times: ${values.out}`);
