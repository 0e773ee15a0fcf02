import {
  F,
  arange,
  cdist,
  data,
  distributions,
  linalg,
  linspace,
  multinomial,
  nn,
  noGrad,
  normal,
  optim,
  rand,
  randn,
  randnLike,
  randperm,
} from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { program } from './program.js';

class Classifier extends nn.Module {
  fc1 = new nn.Linear(4, 16);
  bn1 = new nn.BatchNorm1d(16);
  drop = new nn.Dropout(0.25);
  fc2 = new nn.Linear(16, 8);
  fc3 = new nn.Linear(8, 3);

  forward(x: Tensor): Tensor {
    const h = this.drop.forward(F.relu(this.bn1.forward(this.fc1.forward(x))));
    return this.fc3.forward(F.gelu(this.fc2.forward(h)));
  }
}

class Autoencoder extends nn.Module {
  encoder = new nn.Sequential(
    new nn.Linear(12, 8),
    new nn.Tanh(),
    new nn.Linear(8, 4),
    new nn.Tanh(),
    new nn.Linear(4, 2),
  );
  decoder = new nn.Sequential(
    new nn.Linear(2, 4),
    new nn.Tanh(),
    new nn.Linear(4, 8),
    new nn.Tanh(),
    new nn.Linear(8, 12),
  );

  forward(x: Tensor): Tensor {
    return this.decoder.forward(this.encoder.forward(x));
  }
}

class MixtureDensity extends nn.Module {
  hidden = new nn.Linear(1, 12);
  logits = new nn.Linear(12, 3);
  mu = new nn.Linear(12, 3);
  logSigma = new nn.Linear(12, 3);

  forward(x: Tensor): [pi: Tensor, mu: Tensor, sigma: Tensor] {
    const h = this.hidden.forward(x).tanh();
    return [F.logSoftmax(this.logits.forward(h), 1), this.mu.forward(h), this.logSigma.forward(h).exp()];
  }
}

export const programs = [
  program('multilayer perceptron with dropout, batch norm and a step schedule', {
    python: `
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(4, 16)
        self.bn1 = nn.BatchNorm1d(16)
        self.drop = nn.Dropout(0.25)
        self.fc2 = nn.Linear(16, 8)
        self.fc3 = nn.Linear(8, 3)

    def forward(self, x):
        h = self.drop(F.relu(self.bn1(self.fc1(x))))
        return self.fc3(F.gelu(self.fc2(h)))

y = torch.arange(3).repeat_interleave(8)
x = torch.randn(24, 4) + y.unsqueeze(1)
model = Classifier()
criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=4, gamma=0.5)
loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=6, shuffle=True)
losses, rates = [], []
for epoch in range(8):
    model.train()
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    rates.append(scheduler.get_last_lr()[0])
    scheduler.step()
model.eval()
{"losses": losses, "rates": rates, "scores": model(x), "mean": model.bn1.running_mean, "seen": model.bn1.num_batches_tracked}`,
    // In float32, as a student would: 32 steps with momentum 0.9 amplify rounding by a factor of some ten.
    tolerance: 2e-5,
    run({ step }) {
      const y = arange(3).repeatInterleave(8);
      const x = randn([24, 4]).add(y.unsqueeze(1));
      const model = new Classifier();
      const criterion = new nn.CrossEntropyLoss({ labelSmoothing: 0.1 });
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9, nesterov: true });
      const scheduler = new optim.lrScheduler.StepLR(optimizer, 4, { gamma: 0.5 });
      const loader = new data.DataLoader(new data.TensorDataset(x, y), { batchSize: 6, shuffle: true });
      const train = step((xb: Tensor, yb: Tensor) => {
        optimizer.zeroGrad();
        const loss = criterion.forward(model.forward(xb), yb);
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses: number[] = [];
      const rates: number[] = [];
      for (let epoch = 0; epoch < 8; epoch++) {
        model.train();
        for (const [xb, yb] of loader) losses.push(train(xb, yb).item());
        rates.push(scheduler.getLastLr()[0]!);
        scheduler.step();
      }
      model.eval();
      return {
        losses,
        rates,
        scores: model.forward(x),
        mean: model.bn1.runningMean!,
        seen: model.bn1.numBatchesTracked!,
      };
    },
  }),

  program('deep autoencoder', {
    python: `
class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(12, 8), nn.Tanh(), nn.Linear(8, 4), nn.Tanh(), nn.Linear(4, 2))
        self.decoder = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 12))

    def forward(self, x):
        return self.decoder(self.encoder(x))

x = torch.randn(20, 2, dtype=torch.float64) @ torch.randn(2, 12, dtype=torch.float64)
model = Autoencoder().double()
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
losses = []
for epoch in range(30):
    optimizer.zero_grad()
    loss = F.mse_loss(model(x), x)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
{"losses": losses, "codes": model.encoder(x)}`,
    run({ step, repeat }) {
      const x = randn([20, 2], { dtype: 'float64' }).matmul(randn([2, 12], { dtype: 'float64' }));
      const model = new Autoencoder().double();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
      const train = step(() => {
        optimizer.zeroGrad();
        const loss = F.mseLoss(model.forward(x), x);
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(30, () => train().item());
      return { losses, codes: model.encoder.forward(x) };
    },
  }),

  program('denoising autoencoder', {
    python: `
x = torch.rand(16, 9, dtype=torch.float64)
encoder = nn.Linear(9, 6).double()
decoder = nn.Linear(6, 9).double()
optimizer = torch.optim.RMSprop([{"params": encoder.parameters()}, {"params": decoder.parameters(), "lr": 0.005}], lr=0.01)
losses = []
for epoch in range(25):
    noisy = (x + 0.2 * torch.randn_like(x)).clamp(0, 1)
    rebuilt = torch.sigmoid(decoder(torch.sigmoid(encoder(noisy))))
    loss = F.binary_cross_entropy(rebuilt, x)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
{"losses": losses, "filters": encoder.weight}`,
    run({ step, repeat }) {
      const x = rand([16, 9], { dtype: 'float64' });
      const encoder = new nn.Linear(9, 6).double();
      const decoder = new nn.Linear(6, 9).double();
      const optimizer = new optim.RMSprop(
        [{ params: encoder.parameters() }, { params: decoder.parameters(), lr: 0.005 }],
        { lr: 0.01 },
      );
      const train = step(() => {
        const noisy = x.add(randnLike(x).mul(0.2)).clamp(0, 1);
        const rebuilt = decoder.forward(encoder.forward(noisy).sigmoid()).sigmoid();
        const loss = F.binaryCrossEntropy(rebuilt, x);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(25, () => train().item());
      return { losses, filters: encoder.weight };
    },
  }),

  program('mixture density network', {
    python: `
class MixtureDensity(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(1, 12)
        self.logits = nn.Linear(12, 3)
        self.mu = nn.Linear(12, 3)
        self.log_sigma = nn.Linear(12, 3)

    def forward(self, x):
        h = torch.tanh(self.hidden(x))
        return F.log_softmax(self.logits(h), 1), self.mu(h), self.log_sigma(h).exp()

y = torch.linspace(-1, 1, 24, dtype=torch.float64).unsqueeze(1)
x = y + 0.3 * torch.sin(6 * y) + 0.05 * torch.randn(24, 1, dtype=torch.float64)
model = MixtureDensity().double()
optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
losses = []
for epoch in range(30):
    log_pi, mu, sigma = model(x)
    loss = -torch.logsumexp(log_pi + torch.distributions.Normal(mu, sigma).log_prob(y), 1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
with torch.no_grad():
    log_pi, mu, sigma = model(x)
    which = torch.multinomial(log_pi.exp(), 1)
    samples = torch.normal(mu.gather(1, which), sigma.gather(1, which))
{"losses": losses, "which": which, "samples": samples}`,
    run({ step, repeat }) {
      const y = linspace(-1, 1, 24, { dtype: 'float64' }).unsqueeze(1);
      const x = y.add(y.mul(6).sin().mul(0.3)).add(randn([24, 1], { dtype: 'float64' }).mul(0.05));
      const model = new MixtureDensity().double();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.03 });
      const train = step(() => {
        const [logPi, mu, sigma] = model.forward(x);
        const loss = logPi.add(new distributions.Normal(mu, sigma).logProb(y)).logsumexp(1).mean().neg();
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(30, () => train().item());
      return noGrad(() => {
        const [logPi, mu, sigma] = model.forward(x);
        const which = multinomial(logPi.exp(), 1);
        return { losses, which, samples: normal(mu.gather(1, which), sigma.gather(1, which)) };
      });
    },
  }),

  program('network of radial basis functions with centres from k-means', {
    python: `
x = torch.rand(40, 2, dtype=torch.float64) * 4 - 2
y = torch.sin(x[:, :1]) * torch.cos(x[:, 1:])
centres = x[torch.randperm(40)[:6]].clone()
moved = []
for i in range(8):
    nearest = torch.cdist(x, centres).argmin(1)
    before = centres.clone()
    for k in range(6):
        if (nearest == k).any():
            centres[k] = x[nearest == k].mean(0)
    moved.append((centres - before).norm().item())
width = torch.cdist(centres, centres).max() / math.sqrt(2 * 6)
features = torch.exp(-torch.cdist(x, centres).square() / (2 * width**2))
weights = torch.linalg.lstsq(features, y).solution
{"moved": moved, "centres": centres, "error": F.mse_loss(features @ weights, y), "weights": weights}`,
    run() {
      const x = rand([40, 2], { dtype: 'float64' }).mul(4).sub(2);
      const y = x
        .narrow(1, 0, 1)
        .sin()
        .mul(x.narrow(1, 1, 1).cos());
      const centres = x.index(randperm(40).narrow(0, 0, 6)).clone();
      const moved: number[] = [];
      for (let i = 0; i < 8; i++) {
        const nearest = cdist(x, centres).argmin(1);
        const before = centres.clone();
        for (let k = 0; k < 6; k++) {
          const mine = nearest.eq(k);
          if (mine.any().item<boolean>()) centres.indexPut_([k], x.index(mine).mean(0));
        }
        moved.push(centres.sub(before).norm().item());
      }
      const width = cdist(centres, centres)
        .max()
        .div(Math.sqrt(2 * 6));
      const features = cdist(x, centres).square().div(width.square().mul(2)).neg().exp();
      const [weights] = linalg.lstsq(features, y);
      return { moved, centres, error: F.mseLoss(features.matmul(weights), y), weights };
    },
  }),
];
