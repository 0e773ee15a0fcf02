import { nn, zeros, type Tensor } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, type Row } from './table.js';

/** A lazy layer that has seen an input of zeros, in float32 as in PyTorch. */
function settled(
  name: string,
  shape: readonly number[],
  ...cases: readonly (readonly [() => nn.Module, string])[]
): Row {
  const spec = layer(name, {
    cases: cases.map(([make, torch]) => ({
      make() {
        const module = make() as nn.Module & { forward(x: Tensor): Tensor };
        const { dtype } = module.parameters()[0] ?? { dtype: 'float32' };
        module.eval().forward(zeros(shape, { dtype }));
        return module.train();
      },
      torch: `m = nn.${name}(${torch}).eval(); m(torch.zeros(${shape.join(', ')})); m.train()`,
      in: { x: f(shape) },
    })),
  });
  return { ...spec, settles: true };
}

const conv = { stride: 2, padding: 1, dilation: 2, groups: 2, bias: false, paddingMode: 'circular' } as const;
const CONV = "stride=2, padding=1, dilation=2, groups=2, bias=False, padding_mode='circular'";
const turned = { stride: 2, padding: 1, outputPadding: 1, groups: 2, bias: false, dilation: 2, paddingMode: 'zeros' } as const; // prettier-ignore
const TURNED = 'stride=2, padding=1, output_padding=1, groups=2, bias=False, dilation=2';
const batch = { eps: 0.1, momentum: 0.5, affine: false };
const BATCH = 'eps=0.1, momentum=0.5, affine=False';
const still = { trackRunningStats: false };
const STILL = 'track_running_stats=False';
const tracked = { eps: 0.1, momentum: 0.5, affine: true, trackRunningStats: true };
const TRACKED = 'eps=0.1, momentum=0.5, affine=True, track_running_stats=True';

export const rows: Row[] = [
  settled('LazyLinear', [2, 3], [() => new nn.LazyLinear(4), '4'], [() => new nn.LazyLinear(4, { bias: false }), '4, bias=False']), // prettier-ignore
  settled('LazyConv1d', [2, 4, 5], [() => new nn.LazyConv1d(2, 3), '2, 3'], [() => new nn.LazyConv1d(2, 3, conv), `2, 3, ${CONV}`]), // prettier-ignore
  settled('LazyConv2d', [1, 2, 4, 4], [() => new nn.LazyConv2d(2, 3), '2, 3'], [() => new nn.LazyConv2d(2, 3, conv), `2, 3, ${CONV}`]), // prettier-ignore
  settled('LazyConv3d', [1, 2, 3, 3, 3], [() => new nn.LazyConv3d(2, 2), '2, 2'], [() => new nn.LazyConv3d(2, 2, conv), `2, 2, ${CONV}`]), // prettier-ignore
  settled('LazyConvTranspose1d', [2, 2, 4], [() => new nn.LazyConvTranspose1d(2, 3), '2, 3'], [() => new nn.LazyConvTranspose1d(2, 3, turned), `2, 3, ${TURNED}`]), // prettier-ignore
  settled('LazyConvTranspose2d', [1, 4, 2, 3], [() => new nn.LazyConvTranspose2d(2, 2), '2, 2'], [() => new nn.LazyConvTranspose2d(2, 2, turned), `2, 2, ${TURNED}`]), // prettier-ignore
  settled('LazyConvTranspose3d', [1, 2, 2, 2, 2], [() => new nn.LazyConvTranspose3d(2, 2), '2, 2'], [() => new nn.LazyConvTranspose3d(2, 2, turned), `2, 2, ${TURNED}`]), // prettier-ignore
  settled('LazyBatchNorm1d', [4, 3], [() => new nn.LazyBatchNorm1d(), ''], [() => new nn.LazyBatchNorm1d(batch), BATCH], [() => new nn.LazyBatchNorm1d(still), STILL]), // prettier-ignore
  settled('LazyBatchNorm2d', [2, 3, 2, 2], [() => new nn.LazyBatchNorm2d(), ''], [() => new nn.LazyBatchNorm2d(batch), BATCH], [() => new nn.LazyBatchNorm2d(still), STILL]), // prettier-ignore
  settled('LazyBatchNorm3d', [2, 2, 1, 2, 2], [() => new nn.LazyBatchNorm3d(), ''], [() => new nn.LazyBatchNorm3d(batch), BATCH], [() => new nn.LazyBatchNorm3d(still), STILL]), // prettier-ignore
  settled('LazyInstanceNorm1d', [2, 3, 4], [() => new nn.LazyInstanceNorm1d(tracked), TRACKED]),
  settled('LazyInstanceNorm2d', [2, 3, 2, 2], [() => new nn.LazyInstanceNorm2d(tracked), TRACKED]),
  settled('LazyInstanceNorm3d', [2, 3, 1, 2, 2], [() => new nn.LazyInstanceNorm3d(tracked), TRACKED]),
];
