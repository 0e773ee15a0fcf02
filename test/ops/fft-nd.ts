import { ShapeError, fft, zeros } from '../../src/index.js';
import { f, row, type Case, type Row } from './table.js';

type One = Case<'x'>;

const C = 'c = torch.view_as_complex\nr = torch.view_as_real\n';

/** Transforms of pairs, or of real numbers to halves of theirs. */
function forms(name: 'fftn' | 'ifftn' | 'rfft2' | 'rfftn', real: boolean): One[] {
  const x = f(real ? [2, 3, 4] : [2, 3, 4, 2]);
  const given = real ? 'x' : 'c(x)';
  return [
    { in: { x }, run: ({ x }) => fft[name](x), torch: `${C}r(torch.fft.${name}(${given}))` },
    {
      in: { x },
      run: ({ x }) => fft[name](x, { s: [4, 3], dim: [0, 2], norm: 'ortho' }),
      torch: `${C}r(torch.fft.${name}(${given}, s=(4, 3), dim=(0, 2), norm='ortho'))`,
    },
    {
      in: { x },
      run: ({ x }) => fft[name](x, [2, -1], [1, 2], 'forward'),
      torch: `${C}r(torch.fft.${name}(${given}, (2, 4), (1, 2), 'forward'))`,
    },
  ];
}

function back(name: 'irfft2' | 'irfftn'): One[] {
  const x = f([2, 3, 3, 2]);
  return [
    { in: { x }, run: ({ x }) => fft[name](x), torch: `${C}torch.fft.${name}(c(x))` },
    {
      in: { x },
      run: ({ x }) => fft[name](x, { s: [4, 5], dim: [0, 2], norm: 'ortho' }),
      torch: `${C}torch.fft.${name}(c(x), s=(4, 5), dim=(0, 2), norm='ortho')`,
    },
    {
      in: { x },
      run: ({ x }) => fft[name](x, [2, 4], [1, 2], 'forward'),
      torch: `${C}torch.fft.${name}(c(x), (2, 4), (1, 2), 'forward')`,
    },
  ];
}

export const rows: Row[] = [
  row('fft.fftn', {
    cases: [
      ...forms('fftn', false),
      { in: { x: f([2, 3, 4, 2]) }, run: ({ x }) => fft.fftn(x, [5]), torch: `${C}r(torch.fft.fftn(c(x), (5,)))` },
    ],
    errors: [
      {
        run: () => fft.fftn(zeros([2, 3, 2]), { dim: [0, 0] }),
        type: ShapeError,
        message: 'fftn: a dim comes twice in [0, 0]',
      },
      {
        run: () => fft.rfftn(zeros([2, 3]), [2], [0, 1]),
        type: ShapeError,
        message: 'rfftn: s and dim must be of one length',
      },
    ],
  }),
  row('fft.ifftn', { cases: forms('ifftn', false) }),
  row('fft.rfft2', { cases: forms('rfft2', true) }),
  row('fft.rfftn', { cases: forms('rfftn', true) }),
  row('fft.irfft2', { cases: back('irfft2') }),
  row('fft.irfftn', { cases: back('irfftn') }),
];
