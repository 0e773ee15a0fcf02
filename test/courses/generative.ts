import {
  F,
  arange,
  autograd,
  cat,
  full,
  linspace,
  nn,
  noGrad,
  ones,
  optim,
  rand,
  randint,
  randn,
  randnLike,
  tensor,
  zeros,
} from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { program } from './program.js';

class VAE extends nn.Module {
  hidden = new nn.Linear(16, 12);
  mu = new nn.Linear(12, 2);
  logvar = new nn.Linear(12, 2);
  decode = new nn.Sequential(new nn.Linear(2, 12), new nn.ReLU(), new nn.Linear(12, 16), new nn.Sigmoid());

  forward(x: Tensor): [rebuilt: Tensor, mu: Tensor, logvar: Tensor] {
    const h = this.hidden.forward(x).relu();
    const [mu, logvar] = [this.mu.forward(h), this.logvar.forward(h)];
    const z = mu.add(randnLike(mu).mul(logvar.mul(0.5).exp()));
    return [this.decode.forward(z), mu, logvar];
  }
}

/** What the tutorial on DCGAN gives convolutions and batch norms to begin with. */
function initialise(module: nn.Module): void {
  if (module instanceof nn.Conv2d || module instanceof nn.ConvTranspose2d) nn.init.normal_(module.weight, 0, 0.02);
  if (module instanceof nn.BatchNorm2d) {
    nn.init.normal_(module.weight!, 1, 0.02);
    nn.init.zeros_(module.bias!);
  }
}

class Denoiser extends nn.Module {
  label = new nn.Embedding(3, 8);
  time = new nn.Linear(8, 8);
  fc1 = new nn.Linear(2 + 8, 16);
  fc2 = new nn.Linear(16, 2);

  /** The sinusoidal embedding of time steps. */
  embed(t: Tensor): Tensor {
    const rates = arange(4, { dtype: 'float64' })
      .mul(-Math.log(1e4) / 4)
      .exp();
    const angles = t.double().unsqueeze(1).mul(rates);
    return cat([angles.sin(), angles.cos()], 1);
  }

  forward(x: Tensor, t: Tensor, y: Tensor): Tensor {
    const condition = F.silu(this.time.forward(this.embed(t))).add(this.label.forward(y));
    return this.fc2.forward(F.silu(this.fc1.forward(cat([x, condition], 1))));
  }
}

export const programs = [
  program('variational autoencoder', {
    python: `
class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(16, 12)
        self.mu = nn.Linear(12, 2)
        self.logvar = nn.Linear(12, 2)
        self.decode = nn.Sequential(nn.Linear(2, 12), nn.ReLU(), nn.Linear(12, 16), nn.Sigmoid())

    def forward(self, x):
        h = torch.relu(self.hidden(x))
        mu, logvar = self.mu(h), self.logvar(h)
        z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
        return self.decode(z), mu, logvar

x = torch.bernoulli(torch.rand(20, 16, dtype=torch.float64))
model = VAE().double()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
losses = []
for epoch in range(25):
    optimizer.zero_grad()
    rebuilt, mu, logvar = model(x)
    likelihood = F.binary_cross_entropy(rebuilt, x, reduction="sum")
    divergence = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    loss = likelihood + divergence
    loss.backward()
    optimizer.step()
    losses += [likelihood.item(), divergence.item()]
with torch.no_grad():
    samples = model.decode(torch.randn(4, 2, dtype=torch.float64))
{"losses": losses, "samples": samples}`,
    run({ step, repeat }) {
      const x = rand([20, 16], { dtype: 'float64' }).bernoulli();
      const model = new VAE().double();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      const train = step(() => {
        optimizer.zeroGrad();
        const [rebuilt, mu, logvar] = model.forward(x);
        const likelihood = F.binaryCrossEntropy(rebuilt, x, { reduction: 'sum' });
        const divergence = logvar.add(1).sub(mu.pow(2)).sub(logvar.exp()).sum().mul(-0.5);
        likelihood.add(divergence).backward();
        optimizer.step();
        return [likelihood, divergence] as const;
      });
      const losses = repeat(25, () => train().map((loss) => loss.item()));
      return { losses, samples: noGrad(() => model.decode.forward(randn([4, 2], { dtype: 'float64' }))) };
    },
  }),

  program('DCGAN', {
    python: `
def initialise(m):
    if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(m.weight, 0.0, 0.02)
    if isinstance(m, nn.BatchNorm2d):
        nn.init.normal_(m.weight, 1.0, 0.02)
        nn.init.zeros_(m.bias)

generator = nn.Sequential(
    nn.ConvTranspose2d(6, 8, 4, 1, 0, bias=False), nn.BatchNorm2d(8), nn.ReLU(True),
    nn.ConvTranspose2d(8, 1, 4, 2, 1, bias=False), nn.Tanh(),
).double()
discriminator = nn.Sequential(
    nn.Conv2d(1, 8, 4, 2, 1, bias=False), nn.BatchNorm2d(8), nn.LeakyReLU(0.2, inplace=True),
    nn.Conv2d(8, 1, 4, 1, 0, bias=False), nn.Flatten(0), nn.Sigmoid(),
).double()
generator.apply(initialise)
discriminator.apply(initialise)
criterion = nn.BCELoss()
optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=0.002, betas=(0.5, 0.999))
optimizer_g = torch.optim.Adam(generator.parameters(), lr=0.002, betas=(0.5, 0.999))
real = torch.tanh(torch.randn(6, 1, 8, 8, dtype=torch.float64).cumsum(3))
one, zero = torch.ones(6, dtype=torch.float64), torch.zeros(6, dtype=torch.float64)
fixed = torch.randn(2, 6, 1, 1, dtype=torch.float64)
losses = []
for i in range(15):
    discriminator.zero_grad()
    loss_real = criterion(discriminator(real), one)
    loss_real.backward()
    fake = generator(torch.randn(6, 6, 1, 1, dtype=torch.float64))
    loss_fake = criterion(discriminator(fake.detach()), zero)
    loss_fake.backward()
    optimizer_d.step()
    generator.zero_grad()
    loss_g = criterion(discriminator(fake), one)
    loss_g.backward()
    optimizer_g.step()
    losses += [loss_real.item() + loss_fake.item(), loss_g.item()]
generator.eval()
{"losses": losses, "samples": generator(fixed)}`,
    run({ step, repeat }) {
      const generator = new nn.Sequential(
        new nn.ConvTranspose2d(6, 8, 4, { bias: false }),
        new nn.BatchNorm2d(8),
        new nn.ReLU(),
        new nn.ConvTranspose2d(8, 1, 4, { stride: 2, padding: 1, bias: false }),
        new nn.Tanh(),
      ).double();
      const discriminator = new nn.Sequential(
        new nn.Conv2d(1, 8, 4, { stride: 2, padding: 1, bias: false }),
        new nn.BatchNorm2d(8),
        new nn.LeakyReLU(0.2),
        new nn.Conv2d(8, 1, 4, { bias: false }),
        new nn.Flatten({ startDim: 0 }),
        new nn.Sigmoid(),
      ).double();
      generator.apply(initialise);
      discriminator.apply(initialise);
      const criterion = new nn.BCELoss();
      const optimizerD = new optim.Adam(discriminator.parameters(), { lr: 0.002, betas: [0.5, 0.999] });
      const optimizerG = new optim.Adam(generator.parameters(), { lr: 0.002, betas: [0.5, 0.999] });
      const real = randn([6, 1, 8, 8], { dtype: 'float64' }).cumsum(3).tanh();
      const [one, zero] = [ones([6], { dtype: 'float64' }), zeros([6], { dtype: 'float64' })];
      const fixed = randn([2, 6, 1, 1], { dtype: 'float64' });
      const train = step(() => {
        discriminator.zeroGrad();
        const lossReal = criterion.forward(discriminator.forward(real), one);
        lossReal.backward();
        const fake = generator.forward(randn([6, 6, 1, 1], { dtype: 'float64' }));
        const lossFake = criterion.forward(discriminator.forward(fake.detach()), zero);
        lossFake.backward();
        optimizerD.step();
        generator.zeroGrad();
        const lossG = criterion.forward(discriminator.forward(fake), one);
        lossG.backward();
        optimizerG.step();
        return [lossReal.add(lossFake), lossG] as const;
      });
      const losses = repeat(15, () => train().map((loss) => loss.item()));
      generator.eval();
      return { losses, samples: generator.forward(fixed) };
    },
  }),

  program('WGAN with gradient penalty', {
    python: `
generator = nn.Sequential(nn.Linear(4, 8 * 9), nn.Unflatten(1, (8, 3, 3)), nn.ReLU(), nn.ConvTranspose2d(8, 1, 2, 2)).double()
critic = nn.Sequential(
    nn.Conv2d(1, 6, 3, padding=1), nn.LayerNorm([6, 6, 6]), nn.LeakyReLU(0.2),
    nn.Conv2d(6, 8, 3, stride=2, padding=1), nn.LayerNorm([8, 3, 3]), nn.SiLU(), nn.Flatten(), nn.Linear(72, 1),
).double()
optimizer_c = torch.optim.Adam(critic.parameters(), lr=1e-3, betas=(0.0, 0.9))
optimizer_g = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(0.0, 0.9))
real = torch.randn(5, 1, 6, 6, dtype=torch.float64).cumsum(2)
losses = []
for i in range(10):
    for k in range(2):
        fake = generator(torch.randn(5, 4, dtype=torch.float64)).detach()
        t = torch.rand(5, 1, 1, 1, dtype=torch.float64)
        between = (t * real + (1 - t) * fake).requires_grad_()
        (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
        penalty = (slope.flatten(1).norm(2, dim=1) - 1).square().mean()
        loss_c = critic(fake).mean() - critic(real).mean() + 10 * penalty
        optimizer_c.zero_grad()
        loss_c.backward()
        optimizer_c.step()
    loss_g = -critic(generator(torch.randn(5, 4, dtype=torch.float64))).mean()
    optimizer_g.zero_grad()
    loss_g.backward()
    optimizer_g.step()
    losses += [loss_c.item(), penalty.item(), loss_g.item()]
{"losses": losses, "scores": critic(real)}`,
    run({ step, repeat }) {
      const generator = new nn.Sequential(
        new nn.Linear(4, 8 * 9),
        new nn.Unflatten(1, [8, 3, 3]),
        new nn.ReLU(),
        new nn.ConvTranspose2d(8, 1, 2, { stride: 2 }),
      ).double();
      const critic = new nn.Sequential(
        new nn.Conv2d(1, 6, 3, { padding: 1 }),
        new nn.LayerNorm([6, 6, 6]),
        new nn.LeakyReLU(0.2),
        new nn.Conv2d(6, 8, 3, { stride: 2, padding: 1 }),
        new nn.LayerNorm([8, 3, 3]),
        new nn.SiLU(),
        new nn.Flatten(),
        new nn.Linear(72, 1),
      ).double();
      const optimizerC = new optim.Adam(critic.parameters(), { lr: 1e-3, betas: [0, 0.9] });
      const optimizerG = new optim.Adam(generator.parameters(), { lr: 1e-3, betas: [0, 0.9] });
      const real = randn([5, 1, 6, 6], { dtype: 'float64' }).cumsum(2);
      const noise = (): Tensor => randn([5, 4], { dtype: 'float64' });
      const trainCritic = step(() => {
        const fake = generator.forward(noise()).detach();
        const t = rand([5, 1, 1, 1], { dtype: 'float64' });
        const between = t.mul(real).add(t.rsub(1).mul(fake)).requiresGrad_();
        const [slope] = autograd.grad(critic.forward(between).sum(), between, { createGraph: true });
        const penalty = slope!.flatten(1).norm(2, 1).sub(1).square().mean();
        const loss = critic.forward(fake).mean().sub(critic.forward(real).mean()).add(penalty.mul(10));
        optimizerC.zeroGrad();
        loss.backward();
        optimizerC.step();
        return [loss, penalty] as const;
      });
      const trainGenerator = step(() => {
        const loss = critic.forward(generator.forward(noise())).mean().neg();
        optimizerG.zeroGrad();
        loss.backward();
        optimizerG.step();
        return loss;
      });
      const losses = repeat(10, () => {
        trainCritic();
        const [loss, penalty] = trainCritic();
        return [loss.item(), penalty.item(), trainGenerator().item()];
      });
      return { losses, scores: critic.forward(real) };
    },
  }),

  program('conditional diffusion with an average of the weights', {
    python: `
class Denoiser(nn.Module):
    def __init__(self):
        super().__init__()
        self.label = nn.Embedding(3, 8)
        self.time = nn.Linear(8, 8)
        self.fc1 = nn.Linear(2 + 8, 16)
        self.fc2 = nn.Linear(16, 2)

    def embed(self, t):
        rates = torch.exp(torch.arange(4, dtype=torch.float64) * (-math.log(1e4) / 4))
        angles = t.double().unsqueeze(1) * rates
        return torch.cat([angles.sin(), angles.cos()], 1)

    def forward(self, x, t, y):
        condition = F.silu(self.time(self.embed(t))) + self.label(y)
        return self.fc2(F.silu(self.fc1(torch.cat([x, condition], 1))))

steps = 12
beta = torch.linspace(1e-3, 0.3, steps, dtype=torch.float64)
alpha = 1 - beta
kept = alpha.cumprod(0)
centres = torch.tensor([[2.0, 0.0], [-1.0, 1.7], [-1.0, -1.7]], dtype=torch.float64)
model = Denoiser().double()
nn.init.xavier_uniform_(model.label.weight)
average = torch.optim.swa_utils.AveragedModel(model, avg_fn=lambda averaged, current, n: 0.9 * averaged + 0.1 * current)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
losses = []
for i in range(20):
    y = torch.randint(0, 3, (16,))
    x = centres[y] + 0.2 * torch.randn(16, 2, dtype=torch.float64)
    t = torch.randint(0, steps, (16,))
    noise = torch.randn_like(x)
    mixed = kept[t].sqrt().unsqueeze(1) * x + (1 - kept[t]).sqrt().unsqueeze(1) * noise
    loss = F.mse_loss(model(mixed, t, y), noise)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    average.update_parameters(model)
    losses.append(loss.item())
with torch.no_grad():
    y = torch.arange(3)
    x = torch.randn(3, 2, dtype=torch.float64)
    for t in reversed(range(steps)):
        noise = average(x, torch.full((3,), t), y)
        x = (x - beta[t] / (1 - kept[t]).sqrt() * noise) / alpha[t].sqrt()
        if t > 0:
            x += beta[t].sqrt() * torch.randn_like(x)
{"losses": losses, "samples": x}`,
    run({ step, repeat }) {
      const steps = 12;
      const beta = linspace(1e-3, 0.3, steps, { dtype: 'float64' });
      const alpha = beta.rsub(1);
      const kept = alpha.cumprod(0);
      const centres = tensor(
        [
          [2.0, 0.0],
          [-1.0, 1.7],
          [-1.0, -1.7],
        ],
        { dtype: 'float64' },
      );
      const model = new Denoiser().double();
      nn.init.xavierUniform_(model.label.weight);
      const average = new optim.swaUtils.AveragedModel(model, {
        multiAvgFn: optim.swaUtils.getEmaMultiAvgFn(0.9),
      });
      const optimizer = new optim.AdamW(model.parameters(), { lr: 0.01 });
      const train = step(() => {
        const y = randint(0, 3, [16]);
        const x = centres.index(y).add(randn([16, 2], { dtype: 'float64' }).mul(0.2));
        const t = randint(0, steps, [16]);
        const noise = randnLike(x);
        const share = kept.index(t).unsqueeze(1);
        const mixed = share.sqrt().mul(x).add(share.rsub(1).sqrt().mul(noise));
        const loss = F.mseLoss(model.forward(mixed, t, y), noise);
        optimizer.zeroGrad();
        loss.backward();
        nn.utils.clipGradNorm_(model.parameters(), 1);
        optimizer.step();
        average.updateParameters(model);
        return loss;
      });
      const losses = repeat(20, () => train().item());
      const samples = noGrad(() => {
        const y = arange(3);
        let x = randn([3, 2], { dtype: 'float64' });
        for (let t = steps - 1; t >= 0; t--) {
          const noise = average.forward(x, full([3], t, { dtype: 'int32' }), y);
          const [b, a, k] = [beta.select(0, t), alpha.select(0, t), kept.select(0, t)];
          x = x.sub(b.div(k.rsub(1).sqrt()).mul(noise)).div(a.sqrt());
          if (t > 0) x.add_(b.sqrt().mul(randnLike(x)));
        }
        return x;
      });
      return { losses, samples };
    },
  }),
];
