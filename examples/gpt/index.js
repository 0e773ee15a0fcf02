// @ts-check
// A small GPT learns to write, character by character: node examples/gpt [text file, such as tiny Shakespeare] [--quick]
import { readFile } from 'node:fs/promises';
import { stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { F, arange, capture, data, init, manualSeed, nn, optim, randint, tensor } from 'wasmgrad';
import { sparkline } from 'wasmgrad/viz';

/** @typedef {import('wasmgrad').Tensor} Tensor */

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, steps: { type: 'string' }, prompt: { type: 'string' } },
  allowPositionals: true,
});

/** What is learnt without a file: Shakespeare's sonnets 18 and 116. */
const sonnets = `Shall I compare thee to a summer's day?
Thou art more lovely and more temperate:
Rough winds do shake the darling buds of May,
And summer's lease hath all too short a date:
Sometime too hot the eye of heaven shines,
And often is his gold complexion dimm'd;
And every fair from fair sometime declines,
By chance, or nature's changing course, untrimm'd;
But thy eternal summer shall not fade,
Nor lose possession of that fair thou ow'st;
Nor shall Death brag thou wander'st in his shade,
When in eternal lines to time thou grow'st:
So long as men can breathe or eyes can see,
So long lives this, and this gives life to thee.

Let me not to the marriage of true minds
Admit impediments. Love is not love
Which alters when it alteration finds,
Or bends with the remover to remove:
O no; it is an ever-fixed mark,
That looks on tempests, and is never shaken;
It is the star to every wandering bark,
Whose worth's unknown, although his height be taken.
Love's not Time's fool, though rosy lips and cheeks
Within his bending sickle's compass come;
Love alters not with his brief hours and weeks,
But bears it out even to the edge of doom.
If this be error and upon me proved,
I never writ, nor no man ever loved.
`;

const config = values.quick
  ? { steps: 30, batch: 8, context: 32, width: 32, heads: 2, layers: 2, dropout: 0 }
  : { steps: 800, batch: 16, context: 64, width: 64, heads: 4, layers: 3, dropout: 0.1 };
const steps = values.steps === undefined ? config.steps : Number(values.steps);
const { batch, context, width, heads, layers, dropout } = config;

/** Causal self-attention. */
class Attention extends nn.Module {
  qkv = new nn.Linear(width, 3 * width);
  proj = new nn.Linear(width, width);

  /**
   * @param {Tensor} x [N, L, width]
   * @param {nn.KVCache | null} cache
   */
  forward(x, cache) {
    const [N, L] = x.shape;
    let [q, k, v] = this.qkv.forward(x).chunk(3, -1);
    if (cache) [k, v] = cache.append(this, k, v);
    const [a, b, c] = [q, k, v].map((y) => y.view([N, -1, heads, width / heads]).transpose(1, 2));
    const options = { isCausal: L > 1, dropoutP: this.training ? dropout : 0 };
    const y = F.scaledDotProductAttention(a, b, c, options);
    return this.proj.forward(y.transpose(1, 2).reshape([N, L, width]));
  }
}

class Block extends nn.Module {
  ln1 = new nn.LayerNorm(width);
  attention = new Attention();
  ln2 = new nn.LayerNorm(width);
  mlp = new nn.Sequential(
    new nn.Linear(width, 4 * width),
    new nn.GELU(),
    new nn.Linear(4 * width, width),
    new nn.Dropout(dropout),
  );

  /**
   * @param {Tensor} x
   * @param {nn.KVCache | null} cache
   */
  forward(x, cache) {
    const y = x.add(this.attention.forward(this.ln1.forward(x), cache));
    return y.add(this.mlp.forward(this.ln2.forward(y)));
  }
}

class GPT extends nn.Module {
  /** @param {number} vocabulary */
  constructor(vocabulary) {
    super();
    this.tokens = new nn.Embedding(vocabulary, width);
    this.positions = new nn.Embedding(context, width);
    this.blocks = Array.from({ length: layers }, () => new Block());
    this.norm = new nn.LayerNorm(width);
    this.head = new nn.Linear(width, vocabulary, { bias: false });
    this.apply((module) => {
      if (module instanceof nn.Linear || module instanceof nn.Embedding) nn.init.normal_(module.weight, 0, 0.02);
    });
    this.head.weight = this.tokens.weight;
  }

  /**
   * @param {Tensor} ids [N, L]
   * @param {nn.KVCache | null} [cache] keys and values of the positions before
   * @returns {Tensor} scores of the characters that follow
   */
  forward(ids, cache = null) {
    const begin = cache ? cache.length : 0;
    let x = this.tokens.forward(ids).add(this.positions.forward(arange(begin, begin + ids.shape[1])));
    for (const block of this.blocks) x = block.forward(x, cache);
    return this.head.forward(this.norm.forward(x));
  }
}

const text = positionals[0] ? await readFile(positionals[0], 'utf8') : sonnets;
const tokenizer = new data.CharTokenizer(text);
await init();
manualSeed(42);
const ids = tensor(tokenizer.encode(text), { dtype: 'int32' });
const model = new GPT(tokenizer.vocabSize);
const parameters = model.parameters();
const optimizer = new optim.AdamW(
  [
    { params: parameters.filter((p) => p.ndim >= 2), weightDecay: 0.1 },
    { params: parameters.filter((p) => p.ndim < 2), weightDecay: 0 },
  ],
  { lr: 3e-3, betas: [0.9, 0.95] },
);
const warmUp = Math.max(1, Math.floor(steps / 20));
const scheduler = new optim.lrScheduler.LambdaLR(optimizer, (i) =>
  i < warmUp ? (i + 1) / warmUp : 0.55 + 0.45 * Math.cos((Math.PI * (i - warmUp)) / (steps - warmUp)),
);

const step = capture(() => {
  // Windows of the text, anywhere in it.
  const at = randint(0, ids.numel - context, [batch, 1]).add(arange(context));
  optimizer.zeroGrad();
  const loss = F.crossEntropy(model.forward(ids.index(at)).flatten(0, 1), ids.index(at.add(1)).flatten());
  loss.backward();
  nn.utils.clipGradNorm_(parameters, 1);
  optimizer.step();
  scheduler.step();
  return loss;
});

const size = parameters.reduce((sum, p) => sum + p.numel, 0);
console.log(
  `${text.length.toLocaleString('en')} characters (${tokenizer.vocabSize} different), ${size.toLocaleString('en')} parameters, ${steps} steps`,
);
const losses = [];
const started = performance.now();
for (let i = 1; i <= steps; i++) {
  losses.push(step().item());
  if (i % Math.ceil(steps / 10) !== 0 && i !== steps) continue;
  const rate = (i * batch * context * 1000) / (performance.now() - started);
  console.log(
    `step ${String(i).padStart(5)}  loss ${losses.at(-1)?.toFixed(4)}  ${Math.round(rate)} characters a second`,
  );
}
console.log(`${sparkline(losses)}\n`);

model.eval();
const prompt = values.prompt ?? text.slice(0, 5);
const start = tensor([tokenizer.encode(prompt)], { dtype: 'int32' });
const maxNewTokens = context - start.shape[1];
for (let i = 0; i < (values.quick ? 1 : 4); i++) {
  const written = nn.generate((tokens, cache) => model.forward(tokens, cache), start, {
    maxNewTokens,
    temperature: 0.8,
    topK: 20,
  });
  stdout.write(`${tokenizer.decode(written.select(0, 0).toTypedArray())}\n---\n`);
}
