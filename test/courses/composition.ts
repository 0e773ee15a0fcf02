import {
  F,
  autograd,
  choleskySolve,
  eye,
  func,
  linalg,
  linspace,
  nn,
  optim,
  rand,
  randn,
  stack,
  tensor,
} from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { network, networkInPython, sine, sineInPython } from '../harness/sine.js';
import { program } from './program.js';

export const programs = [
  program('neural differential equation by Runge and Kutta', {
    python: `
field = nn.Sequential(nn.Linear(2, 12), nn.Tanh(), nn.Linear(12, 2)).double()

def rk4(f, x, h):
    a = f(x)
    b = f(x + h / 2 * a)
    c = f(x + h / 2 * b)
    d = f(x + h * c)
    return x + h / 6 * (a + 2 * b + 2 * c + d)

times = torch.linspace(0, 1.5, 7, dtype=torch.float64)
truth = torch.stack([torch.exp(-0.3 * times) * torch.cos(2 * times), torch.exp(-0.3 * times) * torch.sin(2 * times)], 1)
optimizer = torch.optim.Adam(field.parameters(), lr=0.03)
losses = []
for i in range(15):
    path = [truth[0]]
    for k in range(6):
        path.append(rk4(field, path[-1], 0.25))
    loss = F.mse_loss(torch.stack(path), truth)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
{"losses": losses, "path": torch.stack(path)}`,
    run({ step, repeat }) {
      const field = new nn.Sequential(new nn.Linear(2, 12), new nn.Tanh(), new nn.Linear(12, 2)).double();
      const rk4 = (f: (x: Tensor) => Tensor, x: Tensor, h: number): Tensor => {
        const a = f(x);
        const b = f(x.add(a.mul(h / 2)));
        const c = f(x.add(b.mul(h / 2)));
        const d = f(x.add(c.mul(h)));
        return x.add(
          a
            .add(b.mul(2))
            .add(c.mul(2))
            .add(d)
            .mul(h / 6),
        );
      };
      const times = linspace(0, 1.5, 7, { dtype: 'float64' });
      const decay = times.mul(-0.3).exp();
      const truth = stack([decay.mul(times.mul(2).cos()), decay.mul(times.mul(2).sin())], 1);
      const optimizer = new optim.Adam(field.parameters(), { lr: 0.03 });
      const train = step(() => {
        const points = [truth.select(0, 0)];
        for (let k = 0; k < 6; k++) points.push(rk4((x) => field.forward(x), points.at(-1)!, 0.25));
        const path = stack(points);
        const loss = F.mseLoss(path, truth);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return { loss, path: path.detach() };
      });
      let last: number[] = [];
      const losses = repeat(15, () => {
        const { loss, path } = train();
        last = [...path.toTypedArray()];
        return loss.item();
      });
      return { losses, path: last };
    },
  }),

  program('vanishing gradients in a deep network, and what initialisation does', {
    python: `
x = torch.randn(16, 8, dtype=torch.float64)
norms = []
for start in ("small", "xavier", "orthogonal"):
    layers = []
    for i in range(12):
        layer = nn.Linear(8, 8).double()
        if start == "small":
            nn.init.normal_(layer.weight, 0.0, 0.1)
        elif start == "xavier":
            nn.init.xavier_normal_(layer.weight, gain=nn.init.calculate_gain("tanh"))
        else:
            nn.init.orthogonal_(layer.weight)
        nn.init.zeros_(layer.bias)
        layers += [layer, nn.Tanh()]
    model = nn.Sequential(*layers)
    seen = []
    for m in model[1::2]:
        m.register_forward_hook(lambda m, inputs, output: seen.append(output.std().item()))
    model(x).square().sum().backward()
    norms += seen + [m.weight.grad.norm().item() for m in model[::2]]
{"norms": norms}`,
    run() {
      const x = randn([16, 8], { dtype: 'float64' });
      const norms: number[] = [];
      for (const start of ['small', 'xavier', 'orthogonal']) {
        const linears: nn.Linear[] = [];
        for (let i = 0; i < 12; i++) {
          const layer = new nn.Linear(8, 8).double();
          if (start === 'small') nn.init.normal_(layer.weight, 0, 0.1);
          else if (start === 'xavier') nn.init.xavierNormal_(layer.weight, { gain: nn.init.calculateGain('tanh') });
          else nn.init.orthogonal_(layer.weight);
          nn.init.zeros_(layer.bias!);
          linears.push(layer);
        }
        const model = new nn.Sequential(...linears.flatMap((layer) => [layer, new nn.Tanh()]));
        for (const module of model) {
          if (!(module instanceof nn.Tanh)) continue;
          module.registerForwardHook((_, __, output) => {
            norms.push((output as Tensor).std().item());
          });
        }
        model.forward(x).square().sum().backward();
        norms.push(...linears.map((layer) => layer.weight.grad!.norm().item()));
      }
      return { norms };
    },
  }),

  program('Gaussian process whose kernel is learned', {
    python: `${sineInPython}
x, y = x[::2], y[::2]
log_length = torch.zeros((), dtype=torch.float64, requires_grad=True)
log_noise = torch.tensor(-2.0, dtype=torch.float64, requires_grad=True)
optimizer = torch.optim.Adam([log_length, log_noise], lr=0.1)
kernel = lambda a, b: torch.exp(-0.5 * (a - b.T).square() / log_length.exp() ** 2)
losses = []
for i in range(15):
    K = kernel(x, x) + log_noise.exp() * torch.eye(12, dtype=torch.float64)
    L = torch.linalg.cholesky(K)
    alpha = torch.cholesky_solve(y, L)
    loss = 0.5 * (y.T @ alpha).squeeze() + L.diagonal().log().sum() + 6 * math.log(2 * math.pi)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
t = torch.tensor([[-1.7], [0.1], [2.5]], dtype=torch.float64)
mean = kernel(t, x) @ alpha
half = torch.linalg.solve_triangular(L, kernel(x, t), upper=False)
{"losses": losses, "mean": mean, "variance": 1 - half.square().sum(0)}`,
    run() {
      const [x, y] = sine().map((values) => values.slice(0, 0, null, 2)) as [Tensor, Tensor];
      const logLength = tensor(0, { dtype: 'float64', requiresGrad: true });
      const logNoise = tensor(-2, { dtype: 'float64', requiresGrad: true });
      const optimizer = new optim.Adam([logLength, logNoise], { lr: 0.1 });
      const kernel = (a: Tensor, b: Tensor): Tensor =>
        a.sub(b.T).square().mul(-0.5).div(logLength.exp().square()).exp();
      const losses: number[] = [];
      let [L, alpha] = [x, y];
      for (let i = 0; i < 15; i++) {
        const K = kernel(x, x).add(logNoise.exp().mul(eye(12, { dtype: 'float64' })));
        L = linalg.cholesky(K);
        alpha = choleskySolve(y, L);
        const fit = y.T.matmul(alpha).squeeze().mul(0.5);
        const loss = fit.add(L.diagonal().log().sum()).add(6 * Math.log(2 * Math.PI));
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        losses.push(loss.item());
      }
      const t = tensor([[-1.7], [0.1], [2.5]], { dtype: 'float64' });
      const mean = kernel(t, x).matmul(alpha);
      const half = linalg.solveTriangular(L, kernel(x, t), { upper: false });
      return { losses, mean, variance: half.square().sum(0).rsub(1) };
    },
  }),

  program('model-agnostic meta-learning', {
    python: `
from torch.nn.utils.stateless import functional_call
model = ${networkInPython}
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
losses = []
for i in range(10):
    total = 0
    for task in range(2):
        phase = torch.rand(1, dtype=torch.float64) * 3
        x = torch.rand(2, 6, 1, dtype=torch.float64) * 4 - 2
        y = torch.sin(x + phase)
        params = dict(model.named_parameters())
        for k in range(2):
            loss = F.mse_loss(functional_call(model, params, x[0]), y[0])
            grads = torch.autograd.grad(loss, list(params.values()), create_graph=True)
            params = {name: p - 0.1 * g for (name, p), g in zip(params.items(), grads)}
        total = total + F.mse_loss(functional_call(model, params, x[1]), y[1])
    optimizer.zero_grad()
    total.backward()
    optimizer.step()
    losses.append(total.item())
{"losses": losses, "weight": model[0].weight}`,
    run({ step, repeat }) {
      const model = network();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      const task = (): Tensor => {
        const phase = rand([1], { dtype: 'float64' }).mul(3);
        const x = rand([2, 6, 1], { dtype: 'float64' }).mul(4).sub(2);
        const y = x.add(phase).sin();
        let params: Record<string, Tensor> = Object.fromEntries(model.namedParameters());
        for (let k = 0; k < 2; k++) {
          const loss = F.mseLoss(func.functionalCall(model, params, x.select(0, 0)), y.select(0, 0));
          const grads = autograd.grad(loss, Object.values(params), { createGraph: true });
          params = Object.fromEntries(Object.entries(params).map(([name, p], j) => [name, p.sub(grads[j]!.mul(0.1))]));
        }
        return F.mseLoss(func.functionalCall(model, params, x.select(0, 1)), y.select(0, 1));
      };
      const train = step(() => {
        const total = task().add(task());
        optimizer.zeroGrad();
        total.backward();
        optimizer.step();
        return total;
      });
      const losses = repeat(10, () => train().item());
      return { losses, weight: (model.at(0) as nn.Linear).weight };
    },
  }),

  program('hypernetwork', {
    python: `
from torch.nn.utils.stateless import functional_call
target = nn.Linear(3, 2)
hyper = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 8)).double()
optimizer = torch.optim.Adam(hyper.parameters(), lr=0.02)
codes = torch.eye(2, dtype=torch.float64)
x = torch.randn(2, 10, 3, dtype=torch.float64)
y = torch.stack([x[0, :, :2], x[1, :, 1:]])
losses = []
for i in range(15):
    loss = 0
    for code, a, b in zip(codes, x, y):
        w = hyper(code)
        loss = loss + F.mse_loss(functional_call(target, {"weight": w[:6].view(2, 3), "bias": w[6:]}, a), b)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
{"losses": losses, "weights": hyper(codes)}`,
    run({ step, repeat }) {
      const target = new nn.Linear(3, 2);
      const hyper = new nn.Sequential(new nn.Linear(2, 8), new nn.ReLU(), new nn.Linear(8, 8)).double();
      const optimizer = new optim.Adam(hyper.parameters(), { lr: 0.02 });
      const codes = eye(2, { dtype: 'float64' });
      const x = randn([2, 10, 3], { dtype: 'float64' });
      const y = stack([x.select(0, 0).narrow(1, 0, 2), x.select(0, 1).narrow(1, 1, 2)]);
      const train = step(() => {
        const losses = [0, 1].map((i) => {
          const w = hyper.forward(codes.select(0, i));
          const dict = { weight: w.narrow(0, 0, 6).view([2, 3]), bias: w.narrow(0, 6, 2) };
          return F.mseLoss(func.functionalCall(target, dict, x.select(0, i)), y.select(0, i));
        });
        const loss = losses[0]!.add(losses[1]!);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(15, () => train().item());
      return { losses, weights: hyper.forward(codes) };
    },
  }),
];
