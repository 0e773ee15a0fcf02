import { F, arange, cat, data, nn, noGrad, ones, optim, randn, randperm, tensor, zeros } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { program } from './program.js';

/** Two clouds of points and their classes -1 and 1. */
const cloudsInPython = `
n = 20
x = torch.cat([torch.randn(n, 2, dtype=torch.float64) + 2, torch.randn(n, 2, dtype=torch.float64) - 2])
y = torch.cat([torch.ones(n, dtype=torch.float64), -torch.ones(n, dtype=torch.float64)])
`;

function clouds(): [x: Tensor, y: Tensor] {
  const n = 20;
  const around = (centre: number): Tensor => randn([n, 2], { dtype: 'float64' }).add(centre);
  const [positive, negative] = [around(2), around(-2)];
  return [cat([positive, negative]), cat([ones([n], { dtype: 'float64' }), ones([n], { dtype: 'float64' }).neg()])];
}

/** Flowers of three kinds by four lengths: three clouds whose centres are those of Fisher's irises. */
const irisesInPython = `
centres = torch.tensor([[5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.0]], dtype=torch.float64)
y = torch.arange(3).repeat_interleave(10)
x = centres[y] + 0.4 * torch.randn(30, 4, dtype=torch.float64)
`;

function irises(): [x: Tensor, y: Tensor] {
  const centres = tensor(
    [
      [5.0, 3.4, 1.5, 0.2],
      [5.9, 2.8, 4.3, 1.3],
      [6.6, 3.0, 5.6, 2.0],
    ],
    { dtype: 'float64' },
  );
  const y = arange(3).repeatInterleave(10);
  const x = centres.index(y).add(randn([30, 4], { dtype: 'float64' }).mul(0.4));
  return [x, y];
}

export const programs = [
  program('perceptron rule', {
    python: `${cloudsInPython}
w, b = torch.zeros(2, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)
mistakes = []
for epoch in range(4):
    wrong = 0
    for i in torch.randperm(len(x)):
        if y[i] * (x[i] @ w + b) <= 0:
            w += 0.1 * y[i] * x[i]
            b += 0.1 * y[i]
            wrong += 1
    mistakes.append(wrong)
{"mistakes": mistakes, "w": w, "b": b}`,
    run({ repeat }) {
      const [x, y] = clouds();
      const w = zeros([2], { dtype: 'float64' });
      const b = zeros([1], { dtype: 'float64' });
      const mistakes = repeat(4, () => {
        let wrong = 0;
        for (const i of randperm(x.shape[0]!).toTypedArray()) {
          const [xi, yi] = [x.select(0, i), y.select(0, i)];
          if (yi.mul(xi.dot(w).add(b)).item() > 0) continue;
          w.add_(xi.mul(yi), { alpha: 0.1 });
          b.add_(yi, { alpha: 0.1 });
          wrong++;
        }
        return wrong;
      });
      return { mistakes, w, b };
    },
  }),

  program('Adaline', {
    python: `${cloudsInPython}
w = torch.zeros(2, dtype=torch.float64)
b = torch.zeros((), dtype=torch.float64)
errors = []
for epoch in range(20):
    error = y - (x @ w + b)
    w += 0.01 * x.T @ error
    b += 0.01 * error.sum()
    errors.append(error.square().sum().item() / 2)
{"errors": errors, "w": w, "b": b}`,
    run({ repeat, step }) {
      const [x, y] = clouds();
      const w = zeros([2], { dtype: 'float64' });
      const b = zeros([], { dtype: 'float64' });
      const epoch = step(() => {
        const error = y.sub(x.matmul(w).add(b));
        w.add_(x.T.matmul(error), { alpha: 0.01 });
        b.add_(error.sum(), { alpha: 0.01 });
        return error.square().sum().div(2);
      });
      const errors = repeat(20, () => epoch().item());
      return { errors, w, b };
    },
  }),

  program('logistic regression', {
    python: `${cloudsInPython}
target = (y > 0).double()
model = nn.Linear(2, 1).double()
optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
losses = []
for epoch in range(25):
    optimizer.zero_grad()
    loss = F.binary_cross_entropy_with_logits(model(x).squeeze(1), target)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
{"losses": losses, "probabilities": torch.sigmoid(model(x)), "accuracy": ((model(x).squeeze(1) > 0) == (y > 0)).double().mean()}`,
    run({ repeat, step }) {
      const [x, y] = clouds();
      const target = y.gt(0).double();
      const model = new nn.Linear(2, 1).double();
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.5, momentum: 0.9 });
      const epoch = step(() => {
        optimizer.zeroGrad();
        const loss = F.binaryCrossEntropyWithLogits(model.forward(x).squeeze(1), target);
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(25, () => epoch().item());
      return {
        losses,
        probabilities: model.forward(x).sigmoid(),
        accuracy: model.forward(x).squeeze(1).gt(0).eq(y.gt(0)).double().mean(),
      };
    },
  }),

  program('softmax regression', {
    python: `${irisesInPython}
model = nn.Linear(4, 3).double()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, weight_decay=1e-3)
loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=8, shuffle=True)
losses = []
for epoch in range(8):
    for xb, yb in loader:
        loss = F.cross_entropy(model(xb), yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
{"losses": losses, "scores": model(x), "predictions": model(x).argmax(1)}`,
    run({ repeat, step }) {
      const [x, y] = irises();
      const model = new nn.Linear(4, 3).double();
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, weightDecay: 1e-3 });
      const loader = new data.DataLoader(new data.TensorDataset(x, y), { batchSize: 8, shuffle: true });
      const train = step((xb: Tensor, yb: Tensor) => {
        const loss = F.crossEntropy(model.forward(xb), yb);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(8, () => {
        const epoch: number[] = [];
        for (const [xb, yb] of loader) epoch.push(train(xb, yb).item());
        return epoch;
      });
      return { losses, scores: model.forward(x), predictions: model.forward(x).argmax(1) };
    },
  }),

  program('linear support vector machine', {
    python: `${cloudsInPython}
w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
b = torch.zeros(1, dtype=torch.float64, requires_grad=True)
losses = []
for i in range(30):
    margin = y * (x @ w + b)
    loss = 0.5 * w.dot(w) + 10 * torch.clamp(1 - margin, min=0).mean()
    loss.backward()
    with torch.no_grad():
        for p in (w, b):
            p -= 0.02 * p.grad
            p.grad.zero_()
    losses.append(loss.item())
{"losses": losses, "w": w, "b": b, "support": (margin < 1).sum()}`,
    run({ repeat }) {
      const [x, y] = clouds();
      const w = zeros([2], { dtype: 'float64', requiresGrad: true });
      const b = zeros([1], { dtype: 'float64', requiresGrad: true });
      let support = 0;
      const losses = repeat(30, () => {
        const margin = y.mul(x.matmul(w).add(b));
        const hinge = margin.rsub(1).clamp({ min: 0 }).mean();
        const loss = w.dot(w).mul(0.5).add(hinge.mul(10));
        loss.backward();
        noGrad(() => {
          for (const p of [w, b]) {
            p.sub_(p.grad!, { alpha: 0.02 });
            p.grad!.zero_();
          }
        });
        support = margin.lt(1).sum().item();
        return loss.item();
      });
      return { losses, w, b, support };
    },
  }),
];
