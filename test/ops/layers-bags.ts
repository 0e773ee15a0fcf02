import { IndexError, ShapeError, WasmgradError, nn, ones, tensor, zeros } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, row, values, type Row } from './table.js';

const x = values([0, 3, 3, 4, 1, 2], 'int32');
const o = values([0, 2, 2, 5], 'int32');
const table = [
  [1, 2],
  [3, 4],
  [5, 6],
  [7, 8],
  [9, 8],
];

function text(string: string) {
  return tensor(
    Uint8Array.from(string, (character) => character.charCodeAt(0)),
    { dtype: 'uint8' },
  );
}

const dropConnect = (make: string, p: number): string =>
  `m = ${make}; c = type("DropConnect", (nn.Linear,), {` +
  `"forward": lambda self, x: F.linear(x, F.dropout(self.weight, ${p}, self.training), self.bias), ` +
  `"extra_repr": lambda self: nn.Linear.extra_repr(self) + ", p=${p}"}); m.__class__ = c; m`;
const stochasticDepth = (p: number, mode: string, size: string): string =>
  `type("StochasticDepth", (nn.Module,), {"forward": lambda self, x: ` +
  `x * torch.empty(${size}, dtype=x.dtype).bernoulli_(1 - ${p}).div_(1 - ${p}) if self.training else x, ` +
  `"extra_repr": lambda self: "p=${p}, mode=${mode}"})()`;

export const rows: Row[] = [
  layer('EmbeddingBag', {
    cases: [
      { make: () => new nn.EmbeddingBag(5, 3), torch: 'nn.EmbeddingBag(5, 3)', in: { x, o } },
      {
        make: () => new nn.EmbeddingBag(5, 3, { mode: 'max', paddingIdx: 3 }),
        torch: "nn.EmbeddingBag(5, 3, mode='max', padding_idx=3)",
        in: { x, o },
      },
      {
        make: () => new nn.EmbeddingBag(5, 3, { mode: 'sum', scaleGradByFreq: true, includeLastOffset: true }),
        // PyTorch's CPU kernel divides by the frequency of another row, unless the repeated one is the last.
        torch: "nn.EmbeddingBag(5, 3, mode='sum', scale_grad_by_freq=True, include_last_offset=True)",
        in: { x: values([0, 4, 4, 1, 2], 'int32'), o: values([0, 2, 5], 'int32') },
      },
      {
        make: () => new nn.EmbeddingBag(5, 3, { maxNorm: 1.5, normType: 1 }),
        torch: 'nn.EmbeddingBag(5, 3, max_norm=1.5, norm_type=1.0)',
        in: { x, o },
      },
      {
        make: () => nn.EmbeddingBag.fromPretrained(tensor(table), { mode: 'sum', freeze: false, paddingIdx: 3 }),
        torch: `nn.EmbeddingBag.from_pretrained(torch.tensor(${JSON.stringify(table)}).float(), mode='sum', freeze=False, padding_idx=3)`,
        in: { x, o },
      },
      {
        make: () => new nn.EmbeddingBag(5, 3, { mode: 'sum' }),
        torch: "nn.EmbeddingBag(5, 3, mode='sum')",
        in: { x, o, s: f([6]) },
      },
    ],
    errors: [
      {
        run: () => new nn.EmbeddingBag(5, 3, { sparse: true } as object),
        type: WasmgradError,
        message:
          "EmbeddingBag: unknown option 'sparse' (known: maxNorm, normType, scaleGradByFreq, mode, includeLastOffset, paddingIdx, dtype)",
      },
      {
        run: () => nn.EmbeddingBag.fromPretrained(zeros([3])),
        type: ShapeError,
        message: 'EmbeddingBag.fromPretrained: needs two dims, got 1',
      },
    ],
  }),
  layer('Bilinear', {
    cases: [
      {
        make: () => new nn.Bilinear(2, 3, 4),
        torch: 'nn.Bilinear(2, 3, 4)',
        in: { a: f([5, 2]), b: f([5, 3]) },
      },
      {
        make: () => new nn.Bilinear(2, 3, 4, { bias: false }),
        torch: 'nn.Bilinear(2, 3, 4, bias=False)',
        in: { a: f([2, 2, 2]), b: f([2, 2, 3]) },
      },
    ],
    errors: [
      {
        run: () => new nn.Bilinear(2, 3, 4, { biased: true } as object),
        type: WasmgradError,
        message: "Bilinear: unknown option 'biased' (known: bias, dtype)",
      },
    ],
  }),
  layer('DropConnect', {
    cases: [
      {
        make: () => new nn.DropConnect(4, 3),
        torch: dropConnect('nn.Linear(4, 3)', 0.5),
        in: { x: f([5, 4]) },
        eval: true,
      },
      {
        make: () => new nn.DropConnect(4, 3, { p: 0.25, bias: false }),
        torch: dropConnect('nn.Linear(4, 3, bias=False)', 0.25),
        in: { x: f([5, 4]) },
      },
    ],
    errors: [
      {
        run: () => new nn.DropConnect(2, 2, { p: 2 }),
        type: WasmgradError,
        message: 'DropConnect: p must be from 0 to 1, got 2',
      },
    ],
  }),
  layer('StochasticDepth', {
    cases: [
      {
        make: () => new nn.StochasticDepth(0.25, 'row'),
        torch: stochasticDepth(0.25, 'row', '6, 1'),
        in: { x: f([6, 2]) },
        eval: true,
      },
      {
        make: () => new nn.StochasticDepth(0.5, 'batch'),
        torch: stochasticDepth(0.5, 'batch', '1, 1'),
        in: { x: f([6, 2]) },
      },
    ],
    errors: [
      {
        run: () => new nn.StochasticDepth(0.5, 'column' as 'row'),
        type: WasmgradError,
        message: "StochasticDepth: mode must be 'batch' or 'row', got 'column'",
      },
    ],
  }),
  layer('ModuleDict', {
    cases: [
      {
        make: () => new nn.ModuleDict({ b: new nn.Linear(2, 2), a: new nn.Linear(2, 1) }),
        torch: 'nn.ModuleDict({"b": nn.Linear(2, 2), "a": nn.Linear(2, 1)})',
        in: { x: f([3, 2]) },
        call: (m, { x }) => {
          const dict = m as nn.ModuleDict;
          return (dict.get('a') as nn.Linear).forward((dict.get('b') as nn.Linear).forward(x));
        },
        torchCall: 'm["a"](m["b"](x))',
      },
      {
        make: () => {
          const dict = new nn.ModuleDict([
            ['10', new nn.Linear(1, 1)],
            ['2', new nn.Linear(1, 2)],
          ]);
          dict.update({ last: new nn.ReLU(), gone: new nn.Tanh() });
          dict.pop('gone');
          return dict;
        },
        torch:
          'm = nn.ModuleDict([["10", nn.Linear(1, 1)], ["2", nn.Linear(1, 2)]]); ' +
          'm.update({"last": nn.ReLU(), "gone": nn.Tanh()}); m.pop("gone"); m',
        in: { x: f([3, 1]) },
        call: (m, { x }) => (m as nn.ModuleDict).values().map((part) => part.forward(x as never)) as never,
        torchCall: '[part(x) for part in m.values()]',
      },
    ],
    errors: [
      {
        run: () => new nn.ModuleDict().get('a'),
        type: IndexError,
        message: "ModuleDict: has no key 'a'",
      },
      {
        run: () => new nn.ModuleDict({ pop: new nn.ReLU() }),
        type: WasmgradError,
        message: "ModuleDict: 'pop' cannot be a key, it is a name of its own",
      },
      {
        run: () => new nn.ModuleDict({ a: 1 } as never),
        type: WasmgradError,
        message: "ModuleDict: 'a' is not a module",
      },
    ],
  }),
  layer('Sequential', {
    cases: [
      {
        make: () => {
          const model = new nn.Sequential(new nn.ReLU(), new nn.ReLU());
          model
            .append(new nn.Linear(3, 3))
            .insert(1, new nn.Tanh())
            .extend([new nn.ELU(), new nn.Linear(3, 1), new nn.ELU()]);
          model.pop();
          model.delete(-2);
          return model.set(0, new nn.Linear(2, 3));
        },
        torch:
          'm = nn.Sequential(nn.ReLU(), nn.ReLU()); m.append(nn.Linear(3, 3)); m.insert(1, nn.Tanh()); ' +
          'm.extend(nn.Sequential(nn.ELU(), nn.Linear(3, 1), nn.ELU())); m.pop(-1); del m[-2]; m[0] = nn.Linear(2, 3); m',
        in: { x: f([4, 2]) },
      },
      {
        make: () => new nn.Sequential({ a: new nn.Linear(2, 3), b: new nn.Tanh(), c: new nn.ReLU() }).slice(0, 2),
        torch:
          'from collections import OrderedDict; nn.Sequential(OrderedDict([("a", nn.Linear(2, 3)), ("b", nn.Tanh()), ("c", nn.ReLU())]))[:2]',
        in: { x: f([4, 2]) },
      },
    ],
    errors: [
      {
        run: () => new nn.Sequential(new nn.ReLU()).insert(3, new nn.ReLU()),
        type: IndexError,
        message: 'Sequential: index 3 is out of range for 1 modules',
      },
      {
        run: () => new nn.Sequential().append(1 as never),
        type: WasmgradError,
        message: 'Sequential: only modules can be added',
      },
    ],
  }),
  layer('ModuleList', {
    cases: [
      {
        make: () => {
          const list = new nn.ModuleList([new nn.Linear(2, 2), new nn.Linear(2, 3)]);
          list.insert(-1, new nn.Tanh()).append(new nn.ReLU());
          return list.slice(0, 3);
        },
        torch:
          'm = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 3)]); m.insert(1, nn.Tanh()); m.append(nn.ReLU()); m[:3]',
        in: { x: f([4, 2]) },
        call: (m, { x }) => {
          let y = x;
          for (const part of m as nn.ModuleList) y = part.forward(y as never) as typeof x;
          return y;
        },
        torchCall: 'm[2](m[1](m[0](x)))',
      },
    ],
  }),
  row('ParameterList', {
    cases: [
      {
        in: { x: f([2]) },
        single: true,
        run: ({ x }) => {
          const list = new nn.ParameterList([ones([2, 3]), new nn.Parameter(zeros([2]))]);
          const old = new nn.Parameter(ones([2]));
          list
            .append(ones([1]))
            .extend([old])
            .set(-1, ones([2]).mul(3));
          old.dispose();
          const net = new nn.Sequential({ list: list.slice(1) });
          const y = x.mul(list.at(-1));
          const keys = text([String(list), Object.keys(net.stateDict()).join(), String(list.length)].join('\n'));
          for (const parameter of list) parameter.dispose();
          return [y, keys];
        },
        torch:
          'l = nn.ParameterList([torch.ones(2, 3), nn.Parameter(torch.zeros(2))]); l.append(torch.ones(1)); ' +
          'l.extend([torch.ones(2)]); l[-1] = torch.ones(2) * 3; n = nn.Module(); n.list = l[1:]; ' +
          '[x * l[-1], text("\\n".join([repr(l), ",".join(n.state_dict()), str(len(l))]))]',
      },
    ],
    errors: [
      {
        run: () => new nn.ParameterList([ones([1])]).at(1),
        type: IndexError,
        message: 'ParameterList: index 1 is out of range for 1 parameters',
      },
      {
        run: () => new nn.ParameterList(ones([1]) as never),
        type: WasmgradError,
        message: 'ParameterList: extend takes a list of tensors, got a tensor',
      },
    ],
  }),
  row('ParameterDict', {
    cases: [
      {
        in: { x: f([2]) },
        single: true,
        run: ({ x }) => {
          const dict = new nn.ParameterDict({ w: ones([2]), b: new nn.Parameter(zeros([2, 1])) });
          const gone = new nn.Parameter(ones([3]));
          dict.update([
            ['z', gone],
            ['c', ones([1])],
          ]);
          dict.setdefault('w', zeros([5]));
          dict.setdefault('d', ones([2]).mul(2));
          dict.delete('z');
          gone.dispose();
          const printed = String(dict);
          const [last, value] = dict.popitem();
          const y = x.mul(dict.get('w')).mul(value);
          for (const parameter of [value, ...dict.values()]) parameter.dispose();
          return [
            y,
            text([printed, last, dict.keys().join(), dict.has('z'), dict.length].join('\n').replace('false', 'False')),
          ];
        },
        torch:
          'd = nn.ParameterDict({"w": torch.ones(2), "b": nn.Parameter(torch.zeros(2, 1))}); ' +
          'd.update([["z", torch.ones(3)], ["c", torch.ones(1)]]); d.setdefault("w", torch.zeros(5)); ' +
          'd.setdefault("d", torch.ones(2) * 2); del d["z"]; s = repr(d); k, v = d.popitem(); ' +
          '[x * d["w"] * v, text("\\n".join([s, k, ",".join(d.keys()), str("z" in d), str(len(d))]))]',
      },
    ],
    errors: [
      {
        run: () => new nn.ParameterDict().popitem(),
        type: IndexError,
        message: 'ParameterDict: is empty',
      },
      {
        run: () => new nn.ParameterDict({ a: 3 } as never),
        type: WasmgradError,
        message: "ParameterDict: 'a' is not a tensor",
      },
      {
        run: () => new nn.ParameterDict({ 'a.b': ones([1]) }),
        type: WasmgradError,
        message: "ParameterDict: keys are texts without '.', got 'a.b'",
      },
    ],
  }),
];
