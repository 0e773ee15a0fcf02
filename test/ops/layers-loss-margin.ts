import { WasmgradError, nn, tensor } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, ints, values, type Row } from './table.js';

const signs = values([1, -1, 1, -1], 'int32');
const positive = { min: 0.1, max: 2 };
const triple = { a: f([4, 3]), p: f([4, 3]), n: f([4, 3]) };

export const rows: Row[] = [
  layer('HingeEmbeddingLoss', {
    cases: [
      {
        make: () => new nn.HingeEmbeddingLoss({ margin: 0.4, reduction: 'sum' }),
        torch: "nn.HingeEmbeddingLoss(margin=0.4, reduction='sum')",
        in: { x: f([4]), t: signs },
      },
    ],
  }),
  layer('MarginRankingLoss', {
    cases: [
      {
        make: () => new nn.MarginRankingLoss({ margin: 0.4 }),
        torch: 'nn.MarginRankingLoss(margin=0.4)',
        in: { x: f([4]), y: f([4]), t: signs },
      },
    ],
  }),
  layer('MultiMarginLoss', {
    cases: [
      {
        make: () => new nn.MultiMarginLoss({ p: 2, margin: 0.5, weight: tensor([1, 2, 0.5]) }),
        torch: 'nn.MultiMarginLoss(p=2, margin=0.5, weight=torch.tensor([1, 2, 0.5]))',
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
      },
    ],
    errors: [
      {
        run: () => new nn.MultiMarginLoss({ weights: 1 } as object),
        type: WasmgradError,
        message: "MultiMarginLoss: unknown option 'weights' (known: weight, p, margin, reduction)",
      },
    ],
  }),
  layer('MultiLabelMarginLoss', {
    cases: [
      {
        make: () => new nn.MultiLabelMarginLoss({ reduction: 'none' }),
        torch: "nn.MultiLabelMarginLoss(reduction='none')",
        in: {
          x: f([2, 3]),
          t: values(
            [
              [1, 0, -1],
              [2, -1, 0],
            ],
            'int32',
          ),
        },
      },
    ],
  }),
  layer('MultiLabelSoftMarginLoss', {
    cases: [
      {
        make: () => new nn.MultiLabelSoftMarginLoss({ weight: tensor([1, 2, 0.5]), reduction: 'sum' }),
        torch: "nn.MultiLabelSoftMarginLoss(weight=torch.tensor([1, 2, 0.5]), reduction='sum')",
        in: { x: f([2, 3]), t: ints([2, 3], 0, 2) },
      },
    ],
  }),
  layer('SoftMarginLoss', {
    cases: [
      {
        make: () => new nn.SoftMarginLoss({ reduction: 'sum' }),
        torch: "nn.SoftMarginLoss(reduction='sum')",
        torchCall: 'm(x, t.to(x.dtype))',
        in: { x: f([4]), t: signs },
      },
    ],
  }),
  layer('CosineEmbeddingLoss', {
    cases: [
      {
        make: () => new nn.CosineEmbeddingLoss({ margin: -0.3 }),
        torch: 'nn.CosineEmbeddingLoss(margin=-0.3)',
        in: { x: f([4, 3]), y: f([4, 3]), t: signs },
      },
    ],
  }),
  layer('TripletMarginLoss', {
    cases: [
      {
        make: () => new nn.TripletMarginLoss({ margin: 2, p: 1, eps: 0.01, swap: true, reduction: 'sum' }),
        torch: "nn.TripletMarginLoss(margin=2, p=1, eps=0.01, swap=True, reduction='sum')",
        in: triple,
      },
    ],
  }),
  layer('TripletMarginWithDistanceLoss', {
    cases: [
      {
        make: () => new nn.TripletMarginWithDistanceLoss(),
        torch: 'nn.TripletMarginWithDistanceLoss()',
        in: triple,
      },
      {
        make: () => {
          const distanceFunction = new nn.PairwiseDistance({ p: 3 });
          return new nn.TripletMarginWithDistanceLoss({ distanceFunction, margin: 2, swap: true, reduction: 'none' });
        },
        torch:
          "nn.TripletMarginWithDistanceLoss(distance_function=nn.PairwiseDistance(3), margin=2, swap=True, reduction='none')",
        in: triple,
      },
      {
        make: () =>
          new nn.TripletMarginWithDistanceLoss({ distanceFunction: (x, y) => x.sub(y).abs().sum(1), reduction: 'sum' }),
        torch: "nn.TripletMarginWithDistanceLoss(distance_function=lambda x, y: (x - y).abs().sum(1), reduction='sum')",
        in: triple,
      },
    ],
  }),
  layer('GaussianNLLLoss', {
    cases: [
      {
        make: () => new nn.GaussianNLLLoss({ full: true, eps: 0.3, reduction: 'sum' }),
        torch: "nn.GaussianNLLLoss(full=True, eps=0.3, reduction='sum')",
        in: { x: f([3, 4]), t: f([3, 4]), v: f([3, 4], { ...positive, grad: false }) },
      },
    ],
  }),
  layer('PoissonNLLLoss', {
    cases: [
      {
        make: () => new nn.PoissonNLLLoss({ logInput: false, full: true, eps: 0.2, reduction: 'sum' }),
        torch: "nn.PoissonNLLLoss(log_input=False, full=True, eps=0.2, reduction='sum')",
        in: { x: f([3, 4], positive), t: f([3, 4], { min: 0.2, max: 5, grad: false }) },
      },
    ],
  }),
];
