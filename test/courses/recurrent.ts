import {
  F,
  cat,
  multinomial,
  nn,
  noGrad,
  optim,
  rand,
  randint,
  randn,
  stack,
  tensor,
  uniqueConsecutive,
  zeros,
} from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { program } from './program.js';

class CharRNN extends nn.Module {
  lstm = new nn.LSTM(6, 10, { numLayers: 2, batchFirst: true });
  embedding: nn.Embedding;
  head: nn.Linear;

  constructor(characters: number) {
    super();
    this.embedding = new nn.Embedding(characters, 6);
    this.head = new nn.Linear(10, characters);
  }

  forward(x: Tensor, state?: [Tensor, Tensor]): [Tensor, [Tensor, Tensor]] {
    const [y, after] = this.lstm.forward(this.embedding.forward(x), state);
    return [this.head.forward(y), after];
  }
}

class Seq2Seq extends nn.Module {
  embedding = new nn.Embedding(7, 6);
  encoder = new nn.GRU(6, 8, { batchFirst: true, bidirectional: true });
  bridge = new nn.Linear(16, 8);
  query = new nn.Linear(8, 8, { bias: false });
  key = new nn.Linear(16, 8, { bias: false });
  energy = new nn.Linear(8, 1, { bias: false });
  decoder = new nn.GRUCell(6 + 16, 8);
  head = new nn.Linear(8 + 16, 7);

  /** Bahdanau's attention: softmax over v·tanh(W·s + U·h). */
  attend(state: Tensor, memory: Tensor): Tensor {
    const scores = this.energy.forward(this.query.forward(state).unsqueeze(1).add(this.key.forward(memory)).tanh());
    return scores.softmax(1).mul(memory).sum(1);
  }

  forward(source: Tensor, target: Tensor, forced: readonly boolean[]): Tensor {
    const [memory, last] = this.encoder.forward(this.embedding.forward(source));
    let state = this.bridge.forward(cat([last.select(0, 0), last.select(0, 1)], 1)).tanh();
    let token = zeros([source.shape[0]!], { dtype: 'int32' });
    const scores: Tensor[] = [];
    for (let t = 0; t < target.shape[1]!; t++) {
      const context = this.attend(state, memory);
      state = this.decoder.forward(cat([this.embedding.forward(token), context], 1), state);
      scores.push(this.head.forward(cat([state, context], 1)));
      token = forced[t] ? target.select(1, t) : scores.at(-1)!.argmax(1);
    }
    return stack(scores, 1);
  }
}

class Tagger extends nn.Module {
  lstm = new nn.LSTM(4, 5, { bidirectional: true });
  head = new nn.Linear(10, 2);

  forward(x: Tensor, lengths: Tensor): Tensor {
    const packed = nn.utils.rnn.packPaddedSequence(x, lengths, { enforceSorted: false });
    const [, [h]] = this.lstm.forward(packed);
    return this.head.forward(cat([h.select(0, 0), h.select(0, 1)], 1));
  }
}

class Recogniser extends nn.Module {
  conv = new nn.Conv1d(4, 8, 3, { padding: 1 });
  rnn = new nn.GRU(8, 6, { bidirectional: true });
  head = new nn.Linear(12, 5);

  forward(x: Tensor): Tensor {
    const [y] = this.rnn.forward(this.conv.forward(x).relu().permute([2, 0, 1]));
    return F.logSoftmax(this.head.forward(y), 2);
  }
}

export const programs = [
  program('character model with truncated backpropagation through time', {
    python: `
class CharRNN(nn.Module):
    def __init__(self, characters):
        super().__init__()
        self.lstm = nn.LSTM(6, 10, num_layers=2, batch_first=True)
        self.embedding = nn.Embedding(characters, 6)
        self.head = nn.Linear(10, characters)

    def forward(self, x, state=None):
        y, state = self.lstm(self.embedding(x), state)
        return self.head(y), state

text = "the quick brown fox jumps over the lazy dog. the dog sleeps on. " * 2
vocabulary = sorted(set(text))
ids = torch.tensor([vocabulary.index(c) for c in text])
streams = ids[: len(ids) // 4 * 4].view(4, -1)
model = CharRNN(len(vocabulary)).double()
nn.init.uniform_(model.embedding.weight, -1, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
losses = []
for epoch in range(4):
    state = (torch.zeros(2, 4, 10, dtype=torch.float64), torch.zeros(2, 4, 10, dtype=torch.float64))
    for begin in range(0, streams.shape[1] - 8, 8):
        x, y = streams[:, begin : begin + 8], streams[:, begin + 1 : begin + 9]
        state = tuple(s.detach() for s in state)
        optimizer.zero_grad()
        scores, state = model(x, state)
        loss = F.cross_entropy(scores.flatten(0, 1), y.flatten())
        loss.backward()
        norm = nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
        losses += [loss.item(), norm.item()]
with torch.no_grad():
    token, state, sampled = ids[:1].view(1, 1), None, []
    for i in range(20):
        scores, state = model(token, state)
        token = torch.multinomial(F.softmax(scores[0] / 0.8, -1), 1)
        sampled.append(token.item())
{"losses": losses, "sampled": sampled}`,
    run({ step, repeat }) {
      const text = 'the quick brown fox jumps over the lazy dog. the dog sleeps on. '.repeat(2);
      const vocabulary = [...new Set(text)].sort();
      const ids = tensor(
        [...text].map((c) => vocabulary.indexOf(c)),
        { dtype: 'int32' },
      );
      const streams = ids.narrow(0, 0, Math.floor(text.length / 4) * 4).view([4, -1]);
      const model = new CharRNN(vocabulary.length).double();
      nn.init.uniform_(model.embedding.weight, -1, 1);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
      const train = step((x: Tensor, y: Tensor, h: Tensor, c: Tensor) => {
        optimizer.zeroGrad();
        const [scores, [nextH, nextC]] = model.forward(x, [h, c]);
        const loss = F.crossEntropy(scores.flatten(0, 1), y.flatten());
        loss.backward();
        const norm = nn.utils.clipGradNorm_(model.parameters(), 0.5);
        optimizer.step();
        return { loss, norm, state: [nextH.detach(), nextC.detach()] as const };
      });
      const losses = repeat(4, () => {
        let state: readonly [Tensor, Tensor] = [
          zeros([2, 4, 10], { dtype: 'float64' }),
          zeros([2, 4, 10], { dtype: 'float64' }),
        ];
        const curve: number[] = [];
        for (let begin = 0; begin < streams.shape[1]! - 8; begin += 8) {
          const x = streams.narrow(1, begin, 8);
          const y = streams.narrow(1, begin + 1, 8);
          const { loss, norm, state: after } = train(x, y, ...state);
          curve.push(loss.item(), norm.item());
          state = after;
        }
        return curve;
      });
      const sampled: number[] = [];
      noGrad(() => {
        let token = ids.narrow(0, 0, 1).view([1, 1]);
        let state: [Tensor, Tensor] | undefined;
        for (let i = 0; i < 20; i++) {
          const [scores, after] = model.forward(token, state);
          token = multinomial(F.softmax(scores.select(0, 0).div(0.8), -1), 1);
          state = after;
          sampled.push(token.item());
        }
      });
      return { losses, sampled };
    },
  }),

  program('translation with attention and teacher forcing', {
    python: `
class Seq2Seq(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(7, 6)
        self.encoder = nn.GRU(6, 8, batch_first=True, bidirectional=True)
        self.bridge = nn.Linear(16, 8)
        self.query = nn.Linear(8, 8, bias=False)
        self.key = nn.Linear(16, 8, bias=False)
        self.energy = nn.Linear(8, 1, bias=False)
        self.decoder = nn.GRUCell(6 + 16, 8)
        self.head = nn.Linear(8 + 16, 7)

    def attend(self, state, memory):
        scores = self.energy(torch.tanh(self.query(state).unsqueeze(1) + self.key(memory)))
        return (torch.softmax(scores, 1) * memory).sum(1)

    def forward(self, source, target, forced):
        memory, last = self.encoder(self.embedding(source))
        state = torch.tanh(self.bridge(torch.cat([last[0], last[1]], 1)))
        token = torch.zeros(source.shape[0], dtype=torch.int64)
        scores = []
        for t in range(target.shape[1]):
            context = self.attend(state, memory)
            state = self.decoder(torch.cat([self.embedding(token), context], 1), state)
            scores.append(self.head(torch.cat([state, context], 1)))
            token = target[:, t] if forced[t] else scores[-1].argmax(1)
        return torch.stack(scores, 1)

model = Seq2Seq().double()
nn.init.uniform_(model.embedding.weight, -1, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
losses = []
for i in range(12):
    source = torch.randint(1, 7, (6, 4))
    target = source.flip(1)
    forced = torch.rand(4) < 0.5
    loss = F.cross_entropy(model(source, target, forced).transpose(1, 2), target)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_value_(model.parameters(), 0.1)
    optimizer.step()
    losses.append(loss.item())
source = torch.randint(1, 7, (6, 4))
{"losses": losses, "answers": model(source, source, [False] * 4).argmax(2)}`,
    run({ repeat }) {
      const model = new Seq2Seq().double();
      nn.init.uniform_(model.embedding.weight, -1, 1);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
      const losses = repeat(12, () => {
        const source = randint(1, 7, [6, 4]);
        const target = source.flip(1);
        const forced = rand([4]).lt(0.5).tolist() as boolean[];
        const loss = F.crossEntropy(model.forward(source, target, forced).transpose(1, 2), target);
        optimizer.zeroGrad();
        loss.backward();
        nn.utils.clipGradValue_(model.parameters(), 0.1);
        optimizer.step();
        return loss.item();
      });
      const source = randint(1, 7, [6, 4]);
      const answers = model.forward(source, source, [false, false, false, false]).argmax(2);
      return { losses, answers };
    },
  }),

  program('classifier of packed sequences', {
    python: `
class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(4, 5, bidirectional=True)
        self.head = nn.Linear(10, 2)

    def forward(self, x, lengths):
        packed = nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
        _, (h, _) = self.lstm(packed)
        return self.head(torch.cat([h[0], h[1]], 1))

lengths = torch.tensor([3, 7, 5, 1, 6, 2])
sequences = [torch.randn(n, 4, dtype=torch.float64) for n in lengths]
x = nn.utils.rnn.pad_sequence(sequences)
y = torch.tensor([int(s.sum() > 0) for s in sequences])
model = Tagger().double()
optimizer = torch.optim.Adagrad(model.parameters(), lr=0.1)
losses = []
for i in range(15):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x, lengths), y)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
{"losses": losses, "scores": model(x, lengths)}`,
    run({ repeat }) {
      const lengths = tensor([3, 7, 5, 1, 6, 2], { dtype: 'int32' });
      const sequences = [...lengths.toTypedArray()].map((n) => randn([n, 4], { dtype: 'float64' }));
      const x = nn.utils.rnn.padSequence(sequences);
      const y = tensor(
        sequences.map((s) => (s.sum().item() > 0 ? 1 : 0)),
        { dtype: 'int32' },
      );
      const model = new Tagger().double();
      const optimizer = new optim.Adagrad(model.parameters(), { lr: 0.1 });
      const losses = repeat(15, () => {
        optimizer.zeroGrad();
        const loss = F.crossEntropy(model.forward(x, lengths), y);
        loss.backward();
        optimizer.step();
        return loss.item();
      });
      return { losses, scores: model.forward(x, lengths) };
    },
  }),

  program('recogniser with connectionist temporal classification', {
    python: `
class Recogniser(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(4, 8, 3, padding=1)
        self.rnn = nn.GRU(8, 6, bidirectional=True)
        self.head = nn.Linear(12, 5)

    def forward(self, x):
        y, _ = self.rnn(F.relu(self.conv(x)).permute(2, 0, 1))
        return F.log_softmax(self.head(y), 2)

x = torch.randn(3, 4, 12, dtype=torch.float64)
targets = torch.randint(1, 5, (3, 4))
sizes, lengths = torch.tensor([12, 12, 10]), torch.tensor([4, 3, 2])
model = Recogniser().double()
criterion = nn.CTCLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
losses = []
for i in range(20):
    optimizer.zero_grad()
    loss = criterion(model(x), targets, sizes, lengths)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
path = torch.unique_consecutive(model(x)[:, 0].argmax(1))
{"losses": losses, "decoded": path[path != 0]}`,
    run({ step, repeat }) {
      const x = randn([3, 4, 12], { dtype: 'float64' });
      const targets = randint(1, 5, [3, 4]);
      const sizes = tensor([12, 12, 10], { dtype: 'int32' });
      const lengths = tensor([4, 3, 2], { dtype: 'int32' });
      const model = new Recogniser().double();
      const criterion = new nn.CTCLoss();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
      const train = step(() => {
        optimizer.zeroGrad();
        const loss = criterion.forward(model.forward(x), targets, sizes, lengths);
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(20, () => train().item());
      const path = uniqueConsecutive(model.forward(x).select(1, 0).argmax(1)) as Tensor;
      return { losses, decoded: path.index(path.ne(0)) };
    },
  }),
];
