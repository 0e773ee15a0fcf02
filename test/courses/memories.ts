import { eye, nn, noGrad, optim, rand, randint, randperm, tensor } from '../../src/index.js';
import { program } from './program.js';

export const programs = [
  program('Hopfield network', {
    python: `
patterns = torch.randint(0, 2, (3, 24)).float() * 2 - 1
weight = patterns.T @ patterns / 24
weight.fill_diagonal_(0)
noisy = torch.where(torch.rand(3, 24) < 0.15, -patterns, patterns)
energies, state = [], noisy
for i in range(4):
    energies += (-0.5 * ((state @ weight) * state).sum(1)).tolist()
    field = state @ weight
    state = torch.where(field == 0, state, field.sign())
{"energies": energies, "recalled": state}`,
    // In float32: energies are sums of 576 terms.
    tolerance: 1e-6,
    run() {
      const patterns = randint(0, 2, [3, 24]).float().mul(2).sub(1);
      const network = new nn.Hopfield(24);
      network.store(patterns);
      let state = patterns.neg().where(rand([3, 24]).lt(0.15), patterns);
      const energies: number[] = [];
      for (let i = 0; i < 4; i++) {
        energies.push(...network.energy(state).toTypedArray());
        state = network.forward(state);
      }
      return { energies, recalled: state };
    },
  }),

  program('self-organising map', {
    python: `
weight = torch.rand(3 * 4, 3)
grid = torch.tensor([[i, j] for i in range(3) for j in range(4)], dtype=torch.float32)
distances = torch.cdist(grid, grid).square()
colours = torch.rand(30, 3)
errors = []
for epoch in range(4):
    for i, colour in enumerate(colours[torch.randperm(30)]):
        fall = math.exp(-(epoch * 30 + i) / 60)
        winner = (weight - colour).square().sum(1).argmin()
        pull = 0.5 * fall * torch.exp(-distances[winner] / (2 * (2 * fall) ** 2))
        weight += pull.unsqueeze(1) * (colour - weight)
    errors.append(torch.cdist(colours, weight).min(1).values.mean().item())
{"errors": errors, "weight": weight}`,
    // In float32, 120 updates one after another.
    tolerance: 1e-5,
    run({ repeat }) {
      const map = new nn.KohonenMap(3, 3, 4, { decay: 60 });
      const colours = rand([30, 3]);
      const errors = repeat(4, () => {
        map.step(colours.index(randperm(30)));
        return map.quantizationError(colours).item();
      });
      return { errors, weight: map.weight };
    },
  }),

  program('restricted Boltzmann machine with contrastive divergence', {
    python: `
data = torch.bernoulli(torch.tensor([[0.9, 0.9, 0.9, 0.1, 0.1, 0.1], [0.1, 0.1, 0.1, 0.9, 0.9, 0.9]]).repeat(8, 1))
W, b, c = torch.randn(4, 6) * 0.01, torch.zeros(6), torch.zeros(4)
errors = []
for epoch in range(20):
    positive = torch.sigmoid(F.linear(data, W, c))
    h = torch.bernoulli(positive)
    v = torch.bernoulli(torch.sigmoid(F.linear(h, W.T, b)))
    negative = torch.sigmoid(F.linear(v, W, c))
    W += 0.5 * (positive.T @ data - negative.T @ v) / 16
    b += 0.5 * (data - v).mean(0)
    c += 0.5 * (positive - negative).mean(0)
    errors.append((data - torch.sigmoid(F.linear(positive, W.T, b))).square().mean().item())
{"errors": errors, "weight": W, "dream": torch.sigmoid(F.linear(torch.eye(4), W.T, b))}`,
    // In float32; the samples are equal as long as no uniform number lies between two roundings of a probability.
    tolerance: 1e-5,
    run({ step, repeat }) {
      const means = tensor([
        [0.9, 0.9, 0.9, 0.1, 0.1, 0.1],
        [0.1, 0.1, 0.1, 0.9, 0.9, 0.9],
      ]);
      const data = means.repeat([8, 1]).bernoulli();
      const machine = new nn.RBM(6, 4);
      const optimizer = new optim.SGD(machine.parameters(), { lr: 0.5 });
      const train = step(() => {
        optimizer.zeroGrad();
        machine.loss(data, { k: 1 }).backward();
        const hidden = machine.hiddenProbabilities(data).detach();
        optimizer.step();
        return noGrad(() => data.sub(machine.visibleProbabilities(hidden)).square().mean());
      });
      const errors = repeat(20, () => train().item());
      return { errors, weight: machine.weight, dream: machine.visibleProbabilities(eye(4)) };
    },
  }),
];
