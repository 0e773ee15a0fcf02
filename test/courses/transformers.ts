import { F, arange, cat, multinomial, nn, noGrad, optim, randint, randn, zeros } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { program } from './program.js';

const [vocabulary, context, width, heads] = [11, 12, 16, 2];

class Attention extends nn.Module {
  qkv = new nn.Linear(width, 3 * width);
  proj = new nn.Linear(width, width);

  forward(x: Tensor, cache?: nn.KVCache): Tensor {
    const [N, L] = x.shape as [number, number];
    let [q, k, v] = this.qkv.forward(x).chunk(3, -1) as [Tensor, Tensor, Tensor];
    if (cache) [k, v] = cache.append(this, k, v);
    const split = (y: Tensor): Tensor => y.view([N, -1, heads, width / heads]).transpose(1, 2);
    // One new position sees all before it.
    const y = F.scaledDotProductAttention(split(q), split(k), split(v), { isCausal: L > 1 });
    return this.proj.forward(y.transpose(1, 2).reshape([N, L, width]));
  }
}

class Block extends nn.Module {
  ln1 = new nn.LayerNorm(width);
  attn = new Attention();
  ln2 = new nn.LayerNorm(width);
  mlp = new nn.Sequential(
    new nn.Linear(width, 4 * width),
    new nn.GELU({ approximate: 'tanh' }),
    new nn.Linear(4 * width, width),
  );

  forward(x: Tensor, cache?: nn.KVCache): Tensor {
    const y = x.add(this.attn.forward(this.ln1.forward(x), cache));
    return y.add(this.mlp.forward(this.ln2.forward(y)));
  }
}

class GPT extends nn.Module {
  wte = new nn.Embedding(vocabulary, width);
  wpe = new nn.Embedding(context, width);
  blocks = [new Block(), new Block()];
  lnF = new nn.LayerNorm(width);
  head = new nn.Linear(width, vocabulary, { bias: false });

  constructor() {
    super();
    this.head.weight = this.wte.weight;
  }

  forward(ids: Tensor, cache?: nn.KVCache): Tensor {
    const begin = cache?.length ?? 0;
    const positions = arange(begin, begin + ids.shape[1]!);
    let x = this.wte.forward(ids).add(this.wpe.forward(positions));
    for (const block of this.blocks) x = block.forward(x, cache);
    return this.head.forward(this.lnF.forward(x));
  }
}

const gptInPython = `
V, C, W, H = 11, 12, 16, 2

class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(W, 3 * W)
        self.proj = nn.Linear(W, W)

    def forward(self, x):
        N, L, _ = x.shape
        q, k, v = (y.view(N, L, H, W // H).transpose(1, 2) for y in self.qkv(x).chunk(3, -1))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.proj(y.transpose(1, 2).reshape(N, L, W))

class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln1 = nn.LayerNorm(W)
        self.attn = Attention()
        self.ln2 = nn.LayerNorm(W)
        self.mlp = nn.Sequential(nn.Linear(W, 4 * W), nn.GELU(approximate="tanh"), nn.Linear(4 * W, W))

    def forward(self, x):
        x = x + self.attn(self.ln1(x))
        return x + self.mlp(self.ln2(x))

class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.wte = nn.Embedding(V, W)
        self.wpe = nn.Embedding(C, W)
        self.blocks = nn.ModuleList([Block(), Block()])
        self.ln_f = nn.LayerNorm(W)
        self.head = nn.Linear(W, V, bias=False)
        self.head.weight = self.wte.weight

    def forward(self, ids):
        x = self.wte(ids) + self.wpe(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.ln_f(x))

def initialise(m):
    if isinstance(m, (nn.Linear, nn.Embedding)):
        nn.init.normal_(m.weight, 0.0, 0.02)
    if isinstance(m, nn.Linear) and m.bias is not None:
        nn.init.zeros_(m.bias)

model = GPT().double()
model.apply(initialise)
`;

function initialise(module: nn.Module): void {
  if (module instanceof nn.Linear || module instanceof nn.Embedding) nn.init.normal_(module.weight, 0, 0.02);
  if (module instanceof nn.Linear && module.bias) nn.init.zeros_(module.bias);
}

class VisionTransformer extends nn.Module {
  patches = new nn.Conv2d(1, 12, 4, { stride: 4 });
  token = new nn.Parameter(zeros([1, 1, 12]));
  positions = new nn.Parameter(zeros([1, 5, 12]));
  encoder = new nn.TransformerEncoder(
    new nn.TransformerEncoderLayer(12, 3, {
      dimFeedforward: 24,
      dropout: 0,
      activation: 'gelu',
      batchFirst: true,
      normFirst: true,
    }),
    2,
    { norm: new nn.LayerNorm(12) },
  );
  head = new nn.Linear(12, 3);

  forward(x: Tensor): Tensor {
    const patches = this.patches.forward(x).flatten(2).transpose(1, 2);
    const tokens = cat([this.token.expand([x.shape[0]!, -1, -1]), patches], 1).add(this.positions);
    return this.head.forward(this.encoder.forward(tokens).select(1, 0));
  }
}

class Copier extends nn.Module {
  embedding = new nn.Embedding(8, 16);
  positions = new nn.SinusoidalPositionalEncoding(16, { maxLen: 8, dropout: 0.1, batchFirst: true });
  transformer = new nn.Transformer({
    dModel: 16,
    nhead: 2,
    numEncoderLayers: 1,
    numDecoderLayers: 1,
    dimFeedforward: 32,
    dropout: 0.1,
    batchFirst: true,
  });
  head = new nn.Linear(16, 8);

  forward(source: Tensor, target: Tensor): Tensor {
    const embed = (ids: Tensor): Tensor => this.positions.forward(this.embedding.forward(ids).mul(4));
    const tgtMask = nn.Transformer.generateSquareSubsequentMask(target.shape[1]!);
    return this.head.forward(this.transformer.forward(embed(source), embed(target), { tgtMask }));
  }
}

export const programs = [
  program('GPT with tied weights, groups and warm-up', {
    python: `${gptInPython}
decay = [p for p in model.parameters() if p.dim() >= 2]
rest = [p for p in model.parameters() if p.dim() < 2]
optimizer = torch.optim.AdamW(
    [{"params": decay, "weight_decay": 0.1}, {"params": rest, "weight_decay": 0.0}], lr=0.01, betas=(0.9, 0.95)
)
warm_up, total = 4, 16
scheduler = torch.optim.lr_scheduler.LambdaLR(
    optimizer,
    lambda i: (i + 1) / warm_up if i < warm_up else 0.1 + 0.45 * (1 + math.cos(math.pi * (i - warm_up) / (total - warm_up))),
)
stream = (torch.arange(200) ** 2 + torch.arange(200) // 3) % V
losses = []
for i in range(total):
    at = torch.randint(0, 200 - C - 1, (4,))
    x = torch.stack([stream[j : j + C] for j in at])
    y = torch.stack([stream[j + 1 : j + C + 1] for j in at])
    loss = F.cross_entropy(model(x).view(-1, V), y.view(-1))
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    losses += [loss.item(), scheduler.get_last_lr()[0]]
    scheduler.step()
with torch.no_grad():
    ids = stream[:2].view(1, 2)
    for i in range(C - 2):
        scores = model(ids)[:, -1] / 0.9
        least = torch.topk(scores, 5).values[:, -1:]
        probabilities = F.softmax(scores.masked_fill(scores < least, -math.inf), -1)
        ids = torch.cat([ids, torch.multinomial(probabilities, 1)], 1)
    logits = model(ids)
{"losses": losses, "ids": ids, "logits": logits, "parameters": sum(p.numel() for p in model.parameters())}`,
    run({ step, repeat }) {
      const model = new GPT().double();
      model.apply(initialise);
      const decay = model.parameters().filter((p) => p.ndim >= 2);
      const rest = model.parameters().filter((p) => p.ndim < 2);
      const optimizer = new optim.AdamW(
        [
          { params: decay, weightDecay: 0.1 },
          { params: rest, weightDecay: 0 },
        ],
        { lr: 0.01, betas: [0.9, 0.95] },
      );
      const [warmUp, total] = [4, 16];
      const scheduler = new optim.lrScheduler.LambdaLR(optimizer, (i) =>
        i < warmUp ? (i + 1) / warmUp : 0.1 + 0.45 * (1 + Math.cos((Math.PI * (i - warmUp)) / (total - warmUp))),
      );
      const stream = arange(200).square().add(arange(200).floorDivide(3)).remainder(vocabulary);
      const train = step((x: Tensor, y: Tensor) => {
        const loss = F.crossEntropy(model.forward(x).view([-1, vocabulary]), y.view([-1]));
        optimizer.zeroGrad();
        loss.backward();
        nn.utils.clipGradNorm_(model.parameters(), 1);
        optimizer.step();
        return loss;
      });
      const losses = repeat(total, () => {
        const at = randint(0, 200 - context - 1, [4])
          .unsqueeze(1)
          .add(arange(context));
        const loss = train(stream.index(at), stream.index(at.add(1))).item();
        const [lr] = scheduler.getLastLr() as [number];
        scheduler.step();
        return [loss, lr];
      });
      return noGrad(() => {
        let ids = stream.narrow(0, 0, 2).view([1, 2]);
        const cache = new nn.KVCache();
        let logits = model.forward(ids, cache);
        for (let i = 0; i < context - 2; i++) {
          const scores = logits.select(1, -1).div(0.9);
          const least = scores.topk(5)[0].narrow(1, 4, 1);
          const probabilities = F.softmax(scores.maskedFill(scores.lt(least), -Infinity), -1);
          const next = multinomial(probabilities, 1);
          ids = cat([ids, next], 1);
          // The logits of new positions alone; with those before they are what the model answers without a cache.
          logits = cat([logits, model.forward(next, cache)], 1);
        }
        cache.clear();
        const parameters = model.parameters().reduce((sum, p) => sum + p.numel, 0);
        return { losses, ids, logits, parameters };
      });
    },
  }),

  program('vision transformer', {
    python: `
class VisionTransformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(1, 12, 4, stride=4)
        self.token = nn.Parameter(torch.zeros(1, 1, 12))
        self.positions = nn.Parameter(torch.zeros(1, 5, 12))
        layer = nn.TransformerEncoderLayer(
            12, 3, dim_feedforward=24, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, 2, norm=nn.LayerNorm(12))
        self.head = nn.Linear(12, 3)

    def forward(self, x):
        patches = self.patches(x).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.token.expand(x.shape[0], -1, -1), patches], 1) + self.positions
        return self.head(self.encoder(tokens)[:, 0])

x = torch.randn(8, 1, 8, 8, dtype=torch.float64)
y = torch.arange(8) % 3
model = VisionTransformer().double()
nn.init.trunc_normal_(model.positions, std=0.02)
optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.05)
scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=5e-3, total_steps=12)
losses = []
for i in range(12):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y, label_smoothing=0.1)
    loss.backward()
    optimizer.step()
    scheduler.step()
    losses.append(loss.item())
{"losses": losses, "scores": model(x)}`,
    run({ step, repeat }) {
      const x = randn([8, 1, 8, 8], { dtype: 'float64' });
      const y = arange(8).remainder(3);
      const model = new VisionTransformer().double();
      nn.init.truncNormal_(model.positions, 0, 0.02);
      const optimizer = new optim.AdamW(model.parameters(), { lr: 5e-3, weightDecay: 0.05 });
      const scheduler = new optim.lrScheduler.OneCycleLR(optimizer, 5e-3, { totalSteps: 12 });
      const train = step(() => {
        optimizer.zeroGrad();
        const loss = F.crossEntropy(model.forward(x), y, { labelSmoothing: 0.1 });
        loss.backward();
        optimizer.step();
        scheduler.step();
        return loss;
      });
      const losses = repeat(12, () => train().item());
      return { losses, scores: model.forward(x) };
    },
  }),

  program('transformer that copies', {
    python: `
class Positions(nn.Module):
    def __init__(self):
        super().__init__()
        angles = torch.arange(8.0).unsqueeze(1) * torch.exp(torch.arange(0, 16, 2) * (-math.log(10000.0) / 16))
        pe = torch.zeros(8, 16)
        pe[:, 0::2] = torch.sin(angles)
        pe[:, 1::2] = torch.cos(angles)
        self.register_buffer("pe", pe)

    def forward(self, x):
        return F.dropout(x + self.pe[: x.shape[1]], 0.1, self.training)

class Copier(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(8, 16)
        self.positions = Positions()
        self.transformer = nn.Transformer(
            d_model=16, nhead=2, num_encoder_layers=1, num_decoder_layers=1, dim_feedforward=32, dropout=0.1, batch_first=True
        )
        self.head = nn.Linear(16, 8)

    def forward(self, source, target):
        embed = lambda ids: self.positions(self.embedding(ids) * 4)
        mask = nn.Transformer.generate_square_subsequent_mask(target.shape[1])
        return self.head(self.transformer(embed(source), embed(target), tgt_mask=mask))

model = Copier()
nn.init.uniform_(model.embedding.weight, -0.5, 0.5)
optimizer = torch.optim.Adam(model.parameters(), lr=0.005, betas=(0.9, 0.98), eps=1e-9)
losses = []
for i in range(12):
    source = torch.randint(1, 8, (6, 5))
    start = torch.cat([torch.zeros(6, 1, dtype=torch.int64), source[:, :-1]], 1)
    optimizer.zero_grad()
    loss = F.cross_entropy(model(source, start).transpose(1, 2), source)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
model.eval()
source = torch.randint(1, 8, (6, 5))
copy = torch.zeros(6, 1, dtype=torch.int64)
for t in range(5):
    copy = torch.cat([copy, model(source, copy)[:, -1].argmax(1, keepdim=True)], 1)
{"losses": losses, "copy": copy, "scores": model(source, copy[:, :-1])}`,
    // In float32, whose draws of dropout are those of a student's program; a dozen steps of Adam amplify the rounding of sums.
    tolerance: 1e-4,
    run({ step, repeat }) {
      const model = new Copier();
      nn.init.uniform_(model.embedding.weight, -0.5, 0.5);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.005, betas: [0.9, 0.98], eps: 1e-9 });
      const shifted = (ids: Tensor): Tensor => cat([zeros([6, 1], { dtype: 'int32' }), ids.narrow(1, 0, 4)], 1);
      const train = step((source: Tensor) => {
        optimizer.zeroGrad();
        const loss = F.crossEntropy(model.forward(source, shifted(source)).transpose(1, 2), source);
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(12, () => train(randint(1, 8, [6, 5])).item());
      model.eval();
      const source = randint(1, 8, [6, 5]);
      let copy = zeros([6, 1], { dtype: 'int32' });
      for (let t = 0; t < 5; t++) {
        copy = cat([copy, model.forward(source, copy).select(1, -1).argmax(1, true)], 1);
      }
      return { losses, copy, scores: model.forward(source, copy.narrow(1, 0, 5)) };
    },
  }),
];
