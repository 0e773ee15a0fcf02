import { F, manualSeed, noGrad, nn, optim, scope, tensor } from 'wasmgrad';
import { count, numbers } from './inputs.mjs';

const given = (shape, seed = 1, scale = 1) => tensor(numbers(count(shape), seed, scale), { shape }).keep();
const forward = (fn) => () => scope(() => void noGrad(fn));
const labels = (n, classes) => tensor(Int32Array.from({ length: n }, (_, i) => i % classes)).keep();

/** The gradients of fn(…inputs) with respect to the inputs. */
function backward(fn, ...inputs) {
  for (const x of inputs) x.requiresGrad = true;
  const y = fn(...inputs);
  const dy = noGrad(() => y.detach().clone()).keep();
  const graph = y.keep();
  return () =>
    scope(() => {
      for (const x of inputs) x.grad = null;
      graph.backward(dy, { retainGraph: true });
    });
}

const matmul = (m, k, n) => () => {
  const [a, b] = [given([m, k]), given([k, n], 2)];
  return forward(() => a.matmul(b));
};

const conv = (x, w, options) => () => {
  const [input, weight] = [given(x), given(w, 2, 0.2)];
  return forward(() => F.conv2d(input, weight, null, options));
};

const convBackward = (x, w, options) => () =>
  backward((input, weight) => F.conv2d(input, weight, null, options), given(x), given(w, 2, 0.2));

/** Sizes whose operands stay in a second-level cache, so that other programs' memory traffic does not count. */
const unary =
  (op, shape = [64, 1024]) =>
  () => {
    const x = given(shape);
    return forward(() => op(x));
  };

/** Rows by the peak they are held against (bench/yardsticks.mjs): multiply and add; those that wait for loads and stores; those that are JavaScript. */
const flops = (setUp) => ({ setUp, bound: 'flops' });
const bytes = (setUp) => ({ setUp, bound: 'bytes' });
const calls = (setUp) => ({ setUp, bound: 'calls' });

/** What the speed check times, by name: `setUp` makes its tensors and answers what to run, up to a millisecond. */
export const kernelRows = {
  'matmul 64×64×64': flops(matmul(64, 64, 64)),
  'matmul 256×256×256': flops(matmul(256, 256, 256)),
  'matmul 64×784×128': flops(matmul(64, 784, 128)),
  'matmul 128×256×10': flops(matmul(128, 256, 10)),
  'matmul 1×784×512': bytes(matmul(1, 784, 512)),
  'matmul batch 32, 64×32×64': flops(() => {
    const [a, b] = [given([32, 64, 32]), given([32, 64, 32], 2)];
    return forward(() => a.matmul(b.transpose(1, 2)));
  }),
  'matmul backward 64×256×128': flops(() => backward((a, b) => a.matmul(b), given([64, 256]), given([256, 128], 2))),
  'conv 3×3 32→64 on 14²': flops(conv([2, 32, 14, 14], [64, 32, 3, 3], { padding: 1 })),
  'conv 3×3 1→32 on 28²': flops(conv([4, 1, 28, 28], [32, 1, 3, 3], { padding: 1 })),
  'conv 1×1 64→64 on 14²': flops(conv([4, 64, 14, 14], [64, 64, 1, 1])),
  'conv 3×3 depthwise 64 on 32²': flops(conv([1, 64, 32, 32], [64, 1, 3, 3], { padding: 1, groups: 64 })),
  'conv backward 3×3 32→64 on 14²': flops(convBackward([2, 32, 14, 14], [64, 32, 3, 3], { padding: 1 })),
  'conv3d 3×3×3 8→16 on 12³': flops(() => {
    const [x, w] = [given([1, 8, 12, 12, 12]), given([16, 8, 3, 3, 3], 2, 0.2)];
    return forward(() => F.conv3d(x, w, null, { padding: 1 }));
  }),
  'conv3d backward 3×3×3 8→16 on 12³': flops(() =>
    backward(
      (x, w) => F.conv3d(x, w, null, { padding: 1 }),
      given([1, 8, 12, 12, 12]),
      given([16, 8, 3, 3, 3], 2, 0.2),
    ),
  ),
  'interpolate 16×16 to 32×32, bilinear': flops(() => {
    const x = given([4, 16, 16, 16]);
    return forward(() => F.interpolate(x, { scaleFactor: 2, mode: 'bilinear' }));
  }),
  'LSTM 8 steps, 16×64': flops(() => {
    const [layer, x] = [new nn.LSTM(64, 64), given([8, 16, 64])];
    return forward(() => layer.forward(x));
  }),
  'LSTM backward 8 steps, 16×64': flops(() => {
    const layer = new nn.LSTM(64, 64);
    return backward((x) => layer.forward(x)[0], given([8, 16, 64]));
  }),
  'CTC and back 50×8×20, 15 labels': flops(() => {
    const target = tensor(
      Int32Array.from({ length: 8 * 15 }, (_, i) => 1 + ((7 * i) % 19)),
      { shape: [8, 15] },
    ).keep();
    const lengths = [50, 15].map((n) => tensor(new Int32Array(8).fill(n)).keep());
    return backward((x) => F.ctcLoss(x.logSoftmax(-1), target, ...lengths), given([50, 8, 20]));
  }),
  'graph aggregation, 4000 edges × 16 into 500': bytes(() => {
    const to = tensor(Int32Array.from({ length: 4000 }, (_, i) => (i * 193) % 500)).keep();
    const [zeros, values] = [given([500, 16], 1, 0), given([4000, 16], 2)];
    return forward(() => zeros.indexAdd(0, to, values));
  }),
  'graph aggregation, the largest': bytes(() => {
    const to = tensor(Int32Array.from({ length: 4000 }, (_, i) => (i * 193) % 500)).keep();
    const [zeros, values] = [given([500, 16], 1, 0), given([4000, 16], 2)];
    const places = to.reshape([4000, 1]).expand([4000, 16]).keep();
    return forward(() => zeros.scatterReduce(0, places, values, 'amax', { includeSelf: false }));
  }),
  'max pool 2×2 and back': bytes(() => backward((x) => F.maxPool2d(x, 2), given([2, 32, 26, 26]))),
  'add 64×1024': bytes(() => {
    const [x, y] = [given([64, 1024]), given([64, 1024], 2)];
    return forward(() => x.add(y));
  }),
  'add a row 64×1024': bytes(() => {
    const [x, y] = [given([64, 1024]), given([1024], 2)];
    return forward(() => x.add(y));
  }),
  'relu 64×1024': bytes(unary((x) => x.relu())),
  'exp 64×1024': flops(unary((x) => x.exp())),
  'log 64×1024': flops(unary((x) => x.log())),
  'sigmoid 64×1024': flops(unary((x) => x.sigmoid())),
  'tanh 64×1024': flops(unary((x) => x.tanh())),
  'gelu 64×1024': flops(unary((x) => F.gelu(x))),
  'sin 64×1024': flops(unary((x) => x.sin())),
  'transposed copy 256×256': bytes(unary((x) => x.T.contiguous(), [256, 256])),
  'sum 64×1024': bytes(unary((x) => x.sum())),
  'sum over rows 64×1024': bytes(unary((x) => x.sum(0))),
  'max over columns 64×1024': flops(unary((x) => x.max(1))),
  'softmax 64×1024': flops(unary((x) => x.softmax(-1))),
  'softmax backward 64×1024': bytes(() => backward((x) => x.softmax(-1), given([64, 1024]))),
  'layerNorm 64×1024': bytes(unary((x) => F.layerNorm(x, [1024]))),
  'layerNorm backward 64×1024': bytes(() => backward((x) => F.layerNorm(x, [1024]), given([64, 1024]))),
  'batchNorm 8×32×14×14': bytes(() => {
    const [layer, x] = [new nn.BatchNorm2d(32), given([8, 32, 14, 14])];
    return forward(() => layer.forward(x));
  }),
  'cross-entropy and back 256×100': bytes(() => {
    const target = labels(256, 100);
    return backward((x) => F.crossEntropy(x, target), given([256, 100]));
  }),
  'embedding backward 256 of 1000×64': bytes(() => {
    const index = labels(256, 1000);
    return backward((w) => F.embedding(index, w), given([1000, 64]));
  }),
  'dropout 64×1024': flops(() => {
    manualSeed(0);
    const x = given([64, 1024]);
    return forward(() => F.dropout(x, 0.5));
  }),
  'sort 64×256': flops(unary((x) => x.sort(1), [64, 256])),
  'Adam 64×1024': bytes(() => {
    const x = new nn.Parameter(given([64, 1024]));
    x.grad = given([64, 1024], 2);
    const optimizer = new optim.Adam([x]);
    return () => optimizer.step();
  }),
  'eager chain of small operations': calls(() => {
    const [x, y] = [given([16]), given([16], 2)];
    return forward(() => {
      for (let i = 0; i < 20; i++) x.mul(y).add(x).relu();
    });
  }),
};
