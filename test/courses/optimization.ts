import { F, autograd, optim, tensor } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { network, networkInPython, sine, sineInPython } from '../harness/sine.js';
import { program } from './program.js';

/** x², where it is below 1 in absolute value; else 2·|x| − 1. With its gradient by hand. */
class Smooth extends autograd.Function {
  static forward(ctx: autograd.FunctionContext, x: Tensor): Tensor {
    ctx.saveForBackward(x);
    return x.square().where(x.abs().lt(1), x.abs().mul(2).sub(1));
  }

  static backward(ctx: autograd.FunctionContext, dy: Tensor): Tensor {
    const [x] = ctx.savedTensors as [Tensor];
    return dy.mul(x.clamp(-1, 1)).mul(2);
  }
}

export const programs = [
  program('L-BFGS on the function of Rosenbrock', {
    python: `
p = torch.tensor([-1.2, 1.0], dtype=torch.float64, requires_grad=True)
optimizer = torch.optim.LBFGS([p], lr=1, max_iter=5, history_size=8, line_search_fn="strong_wolfe")
values = []
for i in range(8):
    def closure():
        optimizer.zero_grad()
        value = (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2
        value.backward()
        return value
    values.append(optimizer.step(closure).item())
{"values": values, "p": p}`,
    run() {
      const p = tensor([-1.2, 1.0], { dtype: 'float64', requiresGrad: true });
      const optimizer = new optim.LBFGS([p], {
        lr: 1,
        maxIter: 5,
        historySize: 8,
        lineSearchFn: 'strong_wolfe',
      });
      const values: number[] = [];
      for (let i = 0; i < 8; i++) {
        const value = optimizer.step(() => {
          optimizer.zeroGrad();
          const [a, b] = p.unbind() as [Tensor, Tensor];
          const f = a.rsub(1).square().add(b.sub(a.square()).square().mul(100));
          f.backward();
          return f;
        });
        values.push(value.item());
      }
      return { values, p };
    },
  }),

  program('sharpness-aware minimisation, and weights averaged over the last epochs', {
    python: `${sineInPython}
model = ${networkInPython}
base = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
swa = torch.optim.swa_utils.AveragedModel(model)
scheduler = torch.optim.swa_utils.SWALR(base, swa_lr=0.02, anneal_epochs=4)
losses = []
for i in range(20):
    loss = F.mse_loss(model(x), y)
    base.zero_grad()
    loss.backward()
    norm = torch.stack([p.grad.norm() for p in model.parameters()]).norm()
    with torch.no_grad():
        steps = [p.grad * (0.05 / (norm + 1e-12)) for p in model.parameters()]
        for p, e in zip(model.parameters(), steps):
            p += e
    base.zero_grad()
    F.mse_loss(model(x), y).backward()
    with torch.no_grad():
        for p, e in zip(model.parameters(), steps):
            p -= e
    base.step()
    losses.append(loss.item())
    if i >= 10:
        swa.update_parameters(model)
        scheduler.step()
{"losses": losses, "averaged": swa(x), "rate": scheduler.get_last_lr()}`,
    run({ repeat }) {
      const [x, y] = sine();
      const model = network();
      const base = new optim.SGD(model.parameters(), { lr: 0.05, momentum: 0.9 });
      const sam = new optim.SAM(base, { rho: 0.05 });
      const swa = new optim.swaUtils.AveragedModel(model);
      const scheduler = new optim.swaUtils.SWALR(base, 0.02, { annealEpochs: 4 });
      const evaluate = (): Tensor => {
        sam.zeroGrad();
        const loss = F.mseLoss(model.forward(x), y);
        loss.backward();
        return loss;
      };
      const losses = repeat(20, (i) => {
        const loss = evaluate().item();
        sam.firstStep();
        evaluate();
        sam.secondStep();
        if (i >= 10) {
          swa.updateParameters(model);
          scheduler.step();
        }
        return loss;
      });
      return { losses, averaged: swa.forward(x), rate: scheduler.getLastLr() };
    },
  }),

  program('Lookahead', {
    python: `${sineInPython}
model = ${networkInPython}
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
slow = [p.detach().clone() for p in model.parameters()]
losses = []
for i in range(20):
    loss = F.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if (i + 1) % 5 == 0:
        with torch.no_grad():
            for p, s in zip(model.parameters(), slow):
                s += 0.5 * (p - s)
                p.copy_(s)
    losses.append(loss.item())
{"losses": losses, "predictions": model(x)}`,
    run({ step, repeat }) {
      const [x, y] = sine();
      const model = network();
      const optimizer = new optim.Lookahead(new optim.Adam(model.parameters(), { lr: 0.02 }), { k: 5, alpha: 0.5 });
      const train = step(() => {
        const loss = F.mseLoss(model.forward(x), y);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(20, () => train().item());
      return { losses, predictions: model.forward(x) };
    },
  }),

  program('a loss with its own gradient', {
    python: `
class Smooth(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.where(x.abs() < 1, x.square(), 2 * x.abs() - 1)

    @staticmethod
    def backward(ctx, dy):
        (x,) = ctx.saved_tensors
        return 2 * dy * x.clamp(-1, 1)

${sineInPython}
model = ${networkInPython}
optimizer = torch.optim.Rprop(model.parameters(), lr=0.01)
losses = []
for i in range(15):
    optimizer.zero_grad()
    loss = Smooth.apply(3 * (model(x) - y)).mean()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
{"losses": losses, "predictions": model(x)}`,
    run({ step, repeat }) {
      const [x, y] = sine();
      const model = network();
      const optimizer = new optim.Rprop(model.parameters(), { lr: 0.01 });
      const train = step(() => {
        optimizer.zeroGrad();
        const loss = Smooth.apply(model.forward(x).sub(y).mul(3)).mean();
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(15, () => train().item());
      return { losses, predictions: model.forward(x) };
    },
  }),
];
