import {
  F,
  arange,
  cat,
  cdist,
  eye,
  multinomial,
  nn,
  optim,
  randint,
  randn,
  randnLike,
  randperm,
  tensor,
} from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { program } from './program.js';

function projector(): nn.Sequential {
  return new nn.Sequential(new nn.Linear(6, 12), new nn.ReLU(), new nn.Linear(12, 4));
}

class SkipGram extends nn.Module {
  inside: nn.Embedding;
  outside: nn.Embedding;

  constructor(words: number, size: number) {
    super();
    this.inside = new nn.Embedding(words, size);
    this.outside = new nn.Embedding(words, size);
  }

  /** −log σ(v·u) − Σ log σ(−v·n) of words [N], their neighbours [N] and negative samples [N, K]. */
  forward(words: Tensor, neighbours: Tensor, negatives: Tensor): Tensor {
    const v = this.inside.forward(words);
    const near = F.logsigmoid(v.mul(this.outside.forward(neighbours)).sum(1));
    const far = F.logsigmoid(this.outside.forward(negatives).bmm(v.unsqueeze(2)).squeeze(2).neg()).sum(1);
    return near.add(far).mean().neg();
  }
}

const sentences = 'a cat sat on the mat and the dog sat on the rug while a cat saw the dog'.split(' ');

export const programs = [
  program('SimCLR', {
    python: `
x = torch.randn(8, 6, dtype=torch.float64)
model = nn.Sequential(nn.Linear(6, 12), nn.ReLU(), nn.Linear(12, 4)).double()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
losses = []
for i in range(20):
    first = x + 0.1 * torch.randn_like(x)
    second = F.dropout(x, 0.25)
    z = F.normalize(model(torch.cat([first, second])), dim=1)
    scores = (z @ z.T / 0.5).masked_fill(torch.eye(16, dtype=torch.bool), -math.inf)
    loss = F.cross_entropy(scores, (torch.arange(16) + 8) % 16)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
{"losses": losses, "similarity": F.cosine_similarity(model(x).unsqueeze(1), model(x).unsqueeze(0), dim=2)}`,
    run({ step, repeat }) {
      const x = randn([8, 6], { dtype: 'float64' });
      const model = projector().double();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      const train = step(() => {
        const first = x.add(randnLike(x).mul(0.1));
        const second = F.dropout(x, { p: 0.25 });
        const z = F.normalize(model.forward(cat([first, second])), { dim: 1 });
        const scores = z
          .matmul(z.T)
          .div(0.5)
          .maskedFill(eye(16, { dtype: 'bool' }), -Infinity);
        const loss = F.crossEntropy(scores, arange(16).add(8).remainder(16));
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(20, () => train().item());
      const codes = model.forward(x);
      return { losses, similarity: F.cosineSimilarity(codes.unsqueeze(1), codes.unsqueeze(0), { dim: 2 }) };
    },
  }),

  program('contrast with InfoNCE of two encoders', {
    python: `
images, texts = torch.randn(6, 5, dtype=torch.float64), torch.randn(6, 3, dtype=torch.float64)
eye_of, ear_of = nn.Linear(5, 4).double(), nn.Linear(3, 4).double()
scale = nn.Parameter(torch.tensor(math.log(1 / 0.07), dtype=torch.float64))
optimizer = torch.optim.AdamW([*eye_of.parameters(), *ear_of.parameters(), scale], lr=0.02)
losses = []
for i in range(15):
    scores = scale.exp() * F.normalize(eye_of(images)) @ F.normalize(ear_of(texts)).T
    truth = torch.arange(6)
    loss = (F.cross_entropy(scores, truth) + F.cross_entropy(scores.T, truth)) / 2
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
{"losses": losses, "scale": scale}`,
    run({ step, repeat }) {
      const images = randn([6, 5], { dtype: 'float64' });
      const texts = randn([6, 3], { dtype: 'float64' });
      const eyeOf = new nn.Linear(5, 4).double();
      const earOf = new nn.Linear(3, 4).double();
      const scale = new nn.Parameter(tensor(Math.log(1 / 0.07), { dtype: 'float64' }));
      const optimizer = new optim.AdamW([...eyeOf.parameters(), ...earOf.parameters(), scale], { lr: 0.02 });
      const train = step(() => {
        const scores = scale
          .exp()
          .mul(F.normalize(eyeOf.forward(images)))
          .matmul(F.normalize(earOf.forward(texts)).T);
        const truth = arange(6);
        const loss = F.crossEntropy(scores, truth).add(F.crossEntropy(scores.T, truth)).div(2);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(15, () => train().item());
      return { losses, scale };
    },
  }),

  program('siamese network with triplets', {
    python: `
y = torch.arange(3).repeat_interleave(4)
x = torch.randn(12, 6, dtype=torch.float64) + 2 * F.one_hot(y, 6)
model = nn.Sequential(nn.Linear(6, 12), nn.ReLU(), nn.Linear(12, 4)).double()
criterion = nn.TripletMarginLoss(margin=0.5)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
losses = []
for i in range(20):
    anchor = torch.randint(0, 12, (8,))
    positive = y[anchor] * 4 + torch.randint(0, 4, (8,))
    negative = (y[anchor] + torch.randint(1, 3, (8,))) % 3 * 4 + torch.randint(0, 4, (8,))
    loss = criterion(model(x[anchor]), model(x[positive]), model(x[negative]))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
{"losses": losses, "distances": torch.cdist(model(x), model(x))}`,
    run({ step, repeat }) {
      const y = arange(3).repeatInterleave(4);
      const x = randn([12, 6], { dtype: 'float64' }).add(F.oneHot(y, { numClasses: 6 }).mul(2));
      const model = projector().double();
      const criterion = new nn.TripletMarginLoss({ margin: 0.5 });
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.05 });
      const train = step(() => {
        const anchor = randint(0, 12, [8]);
        const kind = y.index(anchor);
        const positive = kind.mul(4).add(randint(0, 4, [8]));
        const negative = kind
          .add(randint(1, 3, [8]))
          .remainder(3)
          .mul(4)
          .add(randint(0, 4, [8]));
        const [a, p, n] = [anchor, positive, negative].map((at) => model.forward(x.index(at))) as [
          Tensor,
          Tensor,
          Tensor,
        ];
        const loss = criterion.forward(a, p, n);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(20, () => train().item());
      return { losses, distances: cdist(model.forward(x), model.forward(x)) };
    },
  }),

  program('word2vec with negative sampling', {
    python: `
words = "${sentences.join(' ')}".split(" ")
vocabulary = sorted(set(words))
ids = torch.tensor([vocabulary.index(w) for w in words])
V = len(vocabulary)
pairs = torch.tensor([(i, j) for i in range(len(words)) for j in range(len(words)) if 0 < abs(i - j) <= 2])
frequencies = torch.bincount(ids, minlength=V).double() ** 0.75

class SkipGram(nn.Module):
    def __init__(self, words, size):
        super().__init__()
        self.inside = nn.Embedding(words, size, sparse=True)
        self.outside = nn.Embedding(words, size, sparse=True)

    def forward(self, words, neighbours, negatives):
        v = self.inside(words)
        near = F.logsigmoid((v * self.outside(neighbours)).sum(1))
        far = F.logsigmoid(-torch.bmm(self.outside(negatives), v.unsqueeze(2)).squeeze(2)).sum(1)
        return -(near + far).mean()

model = SkipGram(V, 5).double()
for p in model.parameters():
    nn.init.uniform_(p, -0.5, 0.5)
optimizer = torch.optim.SparseAdam(list(model.parameters()), lr=0.05)
losses = []
for i in range(20):
    batch = pairs[torch.randperm(len(pairs))[:6]]
    negatives = torch.multinomial(frequencies, 6 * 3, replacement=True).view(6, 3)
    loss = model(ids[batch[:, 0]], ids[batch[:, 1]], negatives)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
v = F.normalize(model.inside.weight)
{"losses": losses, "similarity": v @ v.T, "nearest": (v @ v.T - 2 * torch.eye(V)).argmax(1)}`,
    run({ step, repeat }) {
      const vocabulary = [...new Set(sentences)].sort();
      const ids = tensor(
        sentences.map((word) => vocabulary.indexOf(word)),
        { dtype: 'int32' },
      );
      const near = sentences.flatMap((_, i) =>
        sentences.flatMap((_, j) => (i !== j && Math.abs(i - j) <= 2 ? [[i, j]] : [])),
      );
      const pairs = tensor(near, { dtype: 'int32' });
      const frequencies = ids.bincount({ minlength: vocabulary.length }).double().pow(0.75);
      const model = new SkipGram(vocabulary.length, 5).double();
      for (const p of model.parameters()) nn.init.uniform_(p, -0.5, 0.5);
      const optimizer = new optim.SparseAdam(model.parameters(), { lr: 0.05 });
      const train = step(() => {
        const batch = ids.index(pairs.index(randperm(pairs.shape[0]!).narrow(0, 0, 6)));
        const negatives = multinomial(frequencies, 6 * 3, { replacement: true }).view([6, 3]);
        const loss = model.forward(batch.select(1, 0), batch.select(1, 1), negatives);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(20, () => train().item());
      const v = F.normalize(model.inside.weight);
      const similarity = v.matmul(v.T);
      return { losses, similarity, nearest: similarity.sub(eye(vocabulary.length).mul(2)).argmax(1) };
    },
  }),

  program('text classifier of bags of words', {
    python: `
text = torch.randint(0, 20, (30,))
offsets = torch.tensor([0, 4, 9, 11, 18, 25])
y = torch.tensor([0, 1, 2, 0, 1, 2])
bag = nn.EmbeddingBag(20, 6).double()
head = nn.Linear(6, 3).double()
nn.init.uniform_(bag.weight, -0.5, 0.5)
optimizer = torch.optim.SGD([*bag.parameters(), *head.parameters()], lr=1.0)
scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=1, factor=0.5)
losses = []
for i in range(20):
    optimizer.zero_grad()
    loss = F.cross_entropy(head(bag(text, offsets)), y)
    loss.backward()
    nn.utils.clip_grad_norm_(bag.parameters(), 0.1)
    optimizer.step()
    scheduler.step(loss.item())
    losses += [loss.item(), optimizer.param_groups[0]["lr"]]
{"losses": losses, "scores": head(bag(text, offsets))}`,
    run({ step, repeat }) {
      const text = randint(0, 20, [30]);
      const offsets = tensor([0, 4, 9, 11, 18, 25], { dtype: 'int32' });
      const y = tensor([0, 1, 2, 0, 1, 2], { dtype: 'int32' });
      const bag = new nn.EmbeddingBag(20, 6).double();
      const head = new nn.Linear(6, 3).double();
      nn.init.uniform_(bag.weight, -0.5, 0.5);
      const optimizer = new optim.SGD([...bag.parameters(), ...head.parameters()], { lr: 1 });
      const scheduler = new optim.lrScheduler.ReduceLROnPlateau(optimizer, { patience: 1, factor: 0.5 });
      const train = step(() => {
        optimizer.zeroGrad();
        const loss = F.crossEntropy(head.forward(bag.forward(text, offsets)), y);
        loss.backward();
        nn.utils.clipGradNorm_(bag.parameters(), 0.1);
        optimizer.step();
        return loss;
      });
      const losses = repeat(20, () => {
        const loss = train().item();
        scheduler.step(loss);
        return [loss, optimizer.paramGroups[0]!.lr];
      });
      return { losses, scores: head.forward(bag.forward(text, offsets)) };
    },
  }),
];
