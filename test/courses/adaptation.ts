import { F, arange, autograd, emptyLike, nn, noGrad, optim, rand, randn } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { program } from './program.js';

function classifier(width: number): nn.Sequential {
  return new nn.Sequential(new nn.Linear(4, width), new nn.ReLU(), new nn.Linear(width, 3)).double();
}

/** Three clouds. */
function clouds(): [x: Tensor, y: Tensor] {
  const y = arange(3).repeatInterleave(8);
  return [randn([24, 4], { dtype: 'float64' }).add(F.oneHot(y, { numClasses: 4 }).mul(2)), y];
}

const cloudsInPython = `
def classifier(width):
    return nn.Sequential(nn.Linear(4, width), nn.ReLU(), nn.Linear(width, 3)).double()

y = torch.arange(3).repeat_interleave(8)
x = torch.randn(24, 4, dtype=torch.float64) + 2 * F.one_hot(y, 4)
`;

const trainingInPython = `
def train(model, steps, lr):
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=lr)
    losses = []
    for i in range(steps):
        loss = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
`;

type Network = nn.Module & { forward(x: Tensor): Tensor };

/** The plain step of training what is not frozen. */
function training(model: Network, x: Tensor, y: Tensor, lr: number): () => Tensor {
  const optimizer = new optim.SGD(
    model.parameters().filter((p) => p.requiresGrad),
    { lr },
  );
  return () => {
    const loss = F.crossEntropy(model.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss;
  };
}

class Features extends nn.Module {
  conv1 = new nn.Conv2d(1, 4, 3, { padding: 1 });
  conv2 = new nn.Conv2d(4, 6, 3, { padding: 1 });

  forward(x: Tensor): Tensor[] {
    const a = this.conv1.forward(x).relu();
    return [a, this.conv2.forward(F.avgPool2d(a, 2)).relu()];
  }
}

export const programs = [
  program('knowledge distillation', {
    python: `${cloudsInPython}${trainingInPython}
teacher, student = classifier(16), classifier(3)
first = train(teacher, 15, 0.2)
teacher.eval()
optimizer = torch.optim.SGD(student.parameters(), lr=0.2)
T, losses = 3.0, []
for i in range(15):
    with torch.no_grad():
        soft = F.softmax(teacher(x) / T, dim=1)
    scores = student(x)
    distilled = F.kl_div(F.log_softmax(scores / T, dim=1), soft, reduction="batchmean") * T**2
    loss = 0.3 * F.cross_entropy(scores, y) + 0.7 * distilled
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
{"teacher": first, "losses": losses, "scores": student(x)}`,
    run({ step, repeat }) {
      const [x, y] = clouds();
      const [teacher, student] = [classifier(16), classifier(3)];
      const teach = step(training(teacher, x, y, 0.2));
      const first = repeat(15, () => teach().item());
      teacher.eval();
      const optimizer = new optim.SGD(student.parameters(), { lr: 0.2 });
      const T = 3;
      const train = step(() => {
        const soft = noGrad(() => F.softmax(teacher.forward(x).div(T), { dim: 1 }));
        const scores = student.forward(x);
        const distilled = F.klDiv(F.logSoftmax(scores.div(T), { dim: 1 }), soft, { reduction: 'batchmean' }).mul(
          T ** 2,
        );
        const loss = F.crossEntropy(scores, y).mul(0.3).add(distilled.mul(0.7));
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(15, () => train().item());
      return { teacher: first, losses, scores: student.forward(x) };
    },
  }),

  program('transfer learning', {
    python: `${cloudsInPython}${trainingInPython}
model = classifier(8)
first = train(model, 8, 0.2)
for p in model.parameters():
    p.requires_grad_(False)
frozen = model[0].weight.clone()
model[2] = nn.Linear(8, 2).double()
y = (y > 0).long()
second = train(model, 8, 0.2)
model[0].requires_grad_(True)
third = train(model, 8, 0.05)
{"first": first, "second": second, "third": third, "moved": (model[0].weight - frozen).norm(), "scores": model(x)}`,
    run({ step, repeat }) {
      const [x, y] = clouds();
      const model = classifier(8);
      const lesson = (target: Tensor, lr: number): number[] => {
        const train = step(training(model, x, target, lr));
        return repeat(8, () => train().item());
      };
      const first = lesson(y, 0.2);
      model.requiresGrad_(false);
      const hidden = model.at(0) as nn.Linear;
      const frozen = hidden.weight.clone();
      model.set(2, new nn.Linear(8, 2).double());
      const truth = y.gt(0).int();
      const second = lesson(truth, 0.2);
      hidden.requiresGrad_(true);
      const third = lesson(truth, 0.05);
      return { first, second, third, moved: hidden.weight.sub(frozen).norm(), scores: model.forward(x) };
    },
  }),

  program('low-rank adaptation', {
    python: `${cloudsInPython}${trainingInPython}
class LoRA(nn.Module):
    def __init__(self, base, rank, alpha):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.lora_A = nn.Parameter(torch.empty(rank, base.in_features, dtype=torch.float64))
        self.lora_B = nn.Parameter(torch.zeros(base.out_features, rank, dtype=torch.float64))
        nn.init.kaiming_uniform_(self.lora_A, a=math.sqrt(5))
        self.scale = alpha / rank

    def forward(self, x):
        return self.base(x) + x @ self.lora_A.T @ self.lora_B.T * self.scale

model = classifier(8)
model.requires_grad_(False)
model[0] = LoRA(model[0], 2, 8)
model[2] = LoRA(model[2], 2, 8)
losses = train(model, 15, 0.1)
merged = model[2].base.weight + model[2].lora_B @ model[2].lora_A * model[2].scale
{"losses": losses, "merged": merged, "learned": sum(p.numel() for p in model.parameters() if p.requires_grad)}`,
    run({ step, repeat }) {
      const [x, y] = clouds();
      const model = classifier(8);
      model.requiresGrad_(false);
      model.set(0, new nn.LoRALinear(model.at(0) as nn.Linear, 2, { alpha: 8 }));
      const head = new nn.LoRALinear(model.at(2) as nn.Linear, 2, { alpha: 8 });
      model.set(2, head);
      const train = step(training(model, x, y, 0.1));
      const losses = repeat(15, () => train().item());
      const learned = model.parameters().reduce((sum, p) => sum + (p.requiresGrad ? p.numel : 0), 0);
      return { losses, merged: head.merge().base.weight, learned };
    },
  }),

  program('adversarial examples and adversarial training', {
    python: `${cloudsInPython}${trainingInPython}
model = classifier(8)
first = train(model, 10, 0.2)

def fgsm(x, y, epsilon):
    x = x.clone().requires_grad_()
    (dx,) = torch.autograd.grad(F.cross_entropy(model(x), y), x)
    return (x + epsilon * dx.sign()).detach()

def pgd(x, y, epsilon, alpha, steps):
    adversarial = x + torch.empty_like(x).uniform_(-epsilon, epsilon)
    for i in range(steps):
        adversarial = fgsm(adversarial, y, alpha)
        adversarial = x + torch.clamp(adversarial - x, -epsilon, epsilon)
    return adversarial

optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
losses = []
for i in range(8):
    loss = F.cross_entropy(model(pgd(x, y, 0.3, 0.1, 4)), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
accuracy = lambda x: (model(x).argmax(1) == y).double().mean().item()
{"first": first, "losses": losses, "accuracy": [accuracy(x), accuracy(fgsm(x, y, 0.5))], "attacked": pgd(x, y, 0.5, 0.2, 3)}`,
    run({ step, repeat }) {
      const [x, y] = clouds();
      const model = classifier(8);
      const learn = step(training(model, x, y, 0.2));
      const first = repeat(10, () => learn().item());
      const fgsm = (clean: Tensor, epsilon: number): Tensor => {
        const input = clean.detach().clone().requiresGrad_();
        const [dx] = autograd.grad(F.crossEntropy(model.forward(input), y), input) as [Tensor];
        return input.add(dx.sign().mul(epsilon)).detach();
      };
      const pgd = (clean: Tensor, epsilon: number, alpha: number, steps: number): Tensor => {
        let adversarial = clean.add(emptyLike(clean).uniform_(-epsilon, epsilon));
        for (let i = 0; i < steps; i++) {
          adversarial = fgsm(adversarial, alpha);
          adversarial = clean.add(adversarial.sub(clean).clamp(-epsilon, epsilon));
        }
        return adversarial;
      };
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      const train = step(() => {
        const loss = F.crossEntropy(model.forward(pgd(x, 0.3, 0.1, 4)), y);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(8, () => train().item());
      const accuracy = (input: Tensor): number => model.forward(input).argmax(1).eq(y).double().mean().item();
      return { first, losses, accuracy: [accuracy(x), accuracy(fgsm(x, 0.5))], attacked: pgd(x, 0.5, 0.2, 3) };
    },
  }),

  program('neural style with Gram matrices', {
    python: `
class Features(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
        self.conv2 = nn.Conv2d(4, 6, 3, padding=1)

    def forward(self, x):
        a = F.relu(self.conv1(x))
        return [a, F.relu(self.conv2(F.avg_pool2d(a, 2)))]

def gram(x):
    features = x.flatten(2).squeeze(0)
    return features @ features.T / features.numel()

features = Features().double().requires_grad_(False)
content, style = torch.rand(1, 1, 8, 8, dtype=torch.float64), torch.rand(1, 1, 8, 8, dtype=torch.float64)
wanted, grams = features(content)[1], [gram(f) for f in features(style)]
image = content.clone().requires_grad_()
optimizer = torch.optim.LBFGS([image], max_iter=4)
losses = []
for i in range(5):
    def closure():
        with torch.no_grad():
            image.clamp_(0, 1)
        optimizer.zero_grad()
        found = features(image)
        loss = F.mse_loss(found[1], wanted) + 1000 * sum(F.mse_loss(gram(f), g) for f, g in zip(found, grams))
        loss.backward()
        losses.append(loss.item())
        return loss
    optimizer.step(closure)
{"losses": losses, "image": image}`,
    run() {
      const gram = (x: Tensor): Tensor => {
        const features = x.flatten(2).squeeze(0);
        return features.matmul(features.T).div(features.numel);
      };
      const features = new Features().double().requiresGrad_(false);
      const content = rand([1, 1, 8, 8], { dtype: 'float64' });
      const style = rand([1, 1, 8, 8], { dtype: 'float64' });
      const wanted = features.forward(content)[1]!;
      const grams = features.forward(style).map(gram);
      const image = content.clone().requiresGrad_();
      const optimizer = new optim.LBFGS([image], { maxIter: 4 });
      const losses: number[] = [];
      for (let i = 0; i < 5; i++) {
        optimizer.step(() => {
          noGrad(() => image.clamp_(0, 1));
          optimizer.zeroGrad();
          const found = features.forward(image);
          const styles = found.map((f, k) => F.mseLoss(gram(f), grams[k]!)).reduce((a, b) => a.add(b));
          const loss = F.mseLoss(found[1]!, wanted).add(styles.mul(1000));
          loss.backward();
          losses.push(loss.item());
          return loss;
        });
      }
      return { losses, image };
    },
  }),
];
