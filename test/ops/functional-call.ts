import { WasmgradError, func, nn, ones, tensor, zeros } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, row, type Row } from './table.js';

const x = f([2, 3]);
const w = f([3, 3]);
const b = f([3]);

/** A call of a module that nobody needs any more afterwards. */
function once<M extends nn.Module, R>(module: M, use: (module: M) => R): R {
  const result = use(module);
  for (const kept of [...module.parameters(), ...module.buffers()]) kept.dispose();
  return result;
}

/** Made when a case runs: the fixtures are computed without the package. */
const counter = () =>
  new (class Counter extends nn.Module {
    total = zeros([3]);
    override forward(a: ReturnType<typeof ones>): ReturnType<typeof ones> {
      this.total = this.total.add(a.sum(0));
      return a.mul(this.total);
    }
  })();

const square = () => new nn.Linear(3, 3, { bias: false });

/** A parameter and a buffer of its own, and a layer with both. */
const pair = () =>
  new (class Pair extends nn.Module {
    scale = new nn.Parameter(ones([2]));
    norm = new nn.BatchNorm1d(2);
    constructor() {
      super();
      this.registerBuffer('shift', zeros([2]));
    }
    override forward(): never {
      throw new Error('only its names matter');
    }
  })();

/** One layer under two names. */
const twice = () => {
  const layer = new nn.Linear(2, 2, { bias: false });
  return new nn.Sequential(layer, layer);
};

/** Lists of names as a tensor of their characters. */
function names(lists: readonly (readonly [string, unknown][])[]): ReturnType<typeof ones> {
  const text = lists.map((list) => list.map(([name]) => name).join(' ')).join('; ');
  return tensor(
    Uint8Array.from(text, (character) => character.charCodeAt(0)),
    { dtype: 'uint8' },
  );
}

const namesInPython = `
class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(2))
        self.norm = nn.BatchNorm1d(2)
        self.register_buffer("shift", torch.zeros(2))
m = Pair()
names = lambda *lists: torch.tensor([ord(c) for c in '; '.join(' '.join(n for n, _ in part) for part in lists)], dtype=torch.uint8)
`;

export const rows: Row[] = [
  row('functionalCall', {
    cases: [
      {
        in: { x, w, b },
        run: ({ x, w, b }) => once(new nn.Linear(3, 3), (m) => func.functionalCall(m, { weight: w, bias: b }, x)),
        torch: "torch.nn.utils.stateless.functional_call(nn.Linear(3, 3), {'weight': w, 'bias': b}, (x,))",
      },
      {
        in: { x, w, b },
        run: ({ x, w, b }) => {
          const model = new nn.Sequential(new nn.Linear(3, 3), new nn.Tanh(), new nn.Linear(3, 3));
          const dicts = [
            { '0.weight': w, '0.bias': b },
            { '2.weight': w.mul(2), '2.bias': b.sub(1) },
          ];
          return once(model, () => func.functionalCall(model, dicts, [x], { strict: true }));
        },
        torch:
          'm = nn.Sequential(nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 3)); torch.nn.utils.stateless.functional_call(m, ' +
          "{'0.weight': w, '0.bias': b, '2.weight': w * 2, '2.bias': b - 1}, (x,))",
      },
      {
        // Buffers in training mode: the given ones are written to.
        in: { x: f([4, 3]), w: b, b },
        run: ({ x, w, b }) => {
          const running_mean = zeros([3], { dtype: x.dtype });
          const running_var = ones([3], { dtype: x.dtype });
          return once(new nn.BatchNorm1d(3), (model) => {
            const y = func.functionalCall(model, { weight: w, bias: b, running_mean, running_var }, x);
            return [y, running_mean, running_var, model.running_mean!.clone()];
          });
        },
        torch:
          "m = nn.BatchNorm1d(3); d = {'weight': w, 'bias': b, 'running_mean': torch.zeros(3), 'running_var': torch.ones(3)}; " +
          "y = torch.nn.utils.stateless.functional_call(m, d, (x,)); [y, d['running_mean'], d['running_var'], m.running_mean.float()]",
      },
      {
        // A field that forward puts another tensor into.
        in: { x },
        run: ({ x }) => {
          const model = counter();
          model.registerBuffer('total', zeros([3]));
          const dict = { total: ones([3], { dtype: x.dtype }) };
          return once(model, () => [func.functionalCall(model, dict, x), dict.total, model.total.clone()]);
        },
        torch: '[x * (1 + x.sum(0)), 1 + x.sum(0), torch.zeros(3, dtype=torch.float32)]',
      },
      {
        in: { x, w },
        run: ({ x, w }) => {
          const first = square();
          const model = new nn.Sequential(first, new nn.Sigmoid(), first);
          return once(model, () => func.functionalCall(model, { '0.weight': w }, x));
        },
        torch: 'torch.sigmoid(x @ w.T) @ w.T',
      },
      {
        in: { x, w },
        run: ({ x, w }) => {
          const [first, second] = [square(), square()];
          first.weight.dispose();
          first.weight = second.weight;
          const model = new nn.Sequential(first, new nn.Sigmoid(), second);
          return once(model, () => func.functionalCall(model, { '0.weight': w }, x));
        },
        torch: 'torch.sigmoid(x @ w.T) @ w.T  # tied',
      },
      {
        in: { x, w },
        run: ({ x, w }) => {
          // The two layers share their weight; without tieWeights only the one that is named is replaced.
          const [first, second] = [square(), square()];
          nn.init.eye_(second.weight);
          if (x.dtype === 'float64') second.double();
          first.weight.dispose();
          first.weight = second.weight;
          const model = new nn.Sequential(first, new nn.Sigmoid(), second);
          return once(model, () => func.functionalCall(model, { '0.weight': w }, x, { tieWeights: false }));
        },
        torch: 'torch.sigmoid(x @ w.T)',
      },
      {
        // Whether what is not named is the module's own, or missing.
        in: { w },
        run: ({ w }) =>
          once(new nn.Linear(3, 3).to(w.dtype), (m) =>
            [{ strict: true }, {}].map((options) => {
              try {
                func.functionalCall(m, { weight: w.detach() }, zeros([1, 3], { dtype: w.dtype }), options).dispose();
                return true;
              } catch {
                return false;
              }
            }),
          ),
        torch: '[False, True]',
      },
    ],
    errors: [
      {
        run: () => func.functionalCall(square(), { weight: 1 as never }, ones([1, 3])),
        type: WasmgradError,
        message: "functionalCall: 'weight' must be a tensor, got number",
      },
      {
        run: () => func.functionalCall(square(), [{ weight: ones([3, 3]) }, { weight: ones([3, 3]) }], ones([1, 3])),
        type: WasmgradError,
        message: "functionalCall: 'weight' appears in several dictionaries",
      },
      {
        run: () => func.functionalCall(new nn.Linear(3, 3), { weights: ones([3, 3]) }, ones([1, 3]), { strict: true }),
        type: WasmgradError,
        message: 'functionalCall: the names do not match (strict): missing weight, bias; unexpected weights',
      },
      {
        run: () => func.functionalCall(square(), { 'fc.weight': ones([3, 3]) }, ones([1, 3])),
        type: WasmgradError,
        message: "functionalCall: Linear has no module 'fc'",
      },
      {
        run: () => {
          const first = square();
          const dict = { '0.weight': ones([3, 3]), '1.weight': zeros([3, 3]) };
          return func.functionalCall(new nn.Sequential(first, first), dict, ones([1, 3]));
        },
        type: WasmgradError,
        message: "functionalCall: got several values for '0.weight' and '1.weight', which are tied (see tieWeights)",
      },
    ],
  }),
  layer('deepcopy', {
    cases: [
      {
        // One parameter under two names stays one.
        make: () => {
          const shared = square();
          return once(new nn.Sequential(shared, new nn.BatchNorm1d(3), shared).eval(), (m) => nn.utils.deepcopy(m));
        },
        torch:
          "[m := nn.Linear(3, 3, bias=False), __import__('copy').deepcopy(nn.Sequential(m, nn.BatchNorm1d(3), m).eval())][1]",
        in: { x },
      },
      {
        make: () => once(new nn.ModuleList([new nn.Linear(3, 2), new nn.Linear(3, 2)]), (m) => nn.utils.deepcopy(m)),
        torch: "__import__('copy').deepcopy(nn.ModuleList([nn.Linear(3, 2), nn.Linear(3, 2)]))",
        in: { x },
        call: (m, { x }) => (m as nn.ModuleList).at(1).forward(x as never) as ReturnType<typeof ones>,
        torchCall: 'm[1](x)',
      },
    ],
  }),
  row('namedParameters', {
    cases: [
      {
        run: () =>
          once(pair(), (m) => names([m.namedParameters({ prefix: 'net' }), m.namedParameters('', { recurse: false })])),
        torch: `${namesInPython}names(m.named_parameters(prefix='net'), m.named_parameters(recurse=False))`,
      },
      {
        run: () => once(twice(), (m) => names([m.namedParameters(), m.namedParameters({ removeDuplicate: false })])),
        torch: `${namesInPython}names([('0.weight', 0)], [('0.weight', 0), ('1.weight', 0)])`,
      },
    ],
  }),
  row('namedBuffers', {
    cases: [
      {
        run: () =>
          once(pair(), (m) => names([m.namedBuffers({ prefix: 'net' }), m.namedBuffers('', { recurse: false })])),
        torch: `${namesInPython}names(m.named_buffers(prefix='net'), m.named_buffers(recurse=False))`,
      },
      {
        run: () => {
          const norm = new nn.BatchNorm1d(2, { affine: false });
          const model = new nn.Sequential(norm, norm);
          return once(model, (m) => names([m.namedBuffers(), m.namedBuffers({ removeDuplicate: false })]));
        },
        torch:
          `${namesInPython}once = [(f'0.{n}', 0) for n in ('running_mean', 'running_var', 'num_batches_tracked')]\n` +
          "names(once, once + [('1' + n[1:], 0) for n, _ in once])",
      },
    ],
  }),
];
