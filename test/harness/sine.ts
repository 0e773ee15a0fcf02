import { linspace, nn, randn } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';

/** Noisy points of a sine, in Python. */
export const sineInPython: string = `
x = torch.linspace(-2, 2, 24, dtype=torch.float64).unsqueeze(1)
y = torch.sin(2 * x) + 0.1 * torch.randn(24, 1, dtype=torch.float64)
`;

/** Noisy points of a sine. */
export function sine(): [x: Tensor, y: Tensor] {
  const x = linspace(-2, 2, 24, { dtype: 'float64' }).unsqueeze(1);
  return [
    x,
    x
      .mul(2)
      .sin()
      .add(randn([24, 1], { dtype: 'float64' }).mul(0.1)),
  ];
}

/** What learns it. */
export function network(): nn.Sequential {
  return new nn.Sequential(new nn.Linear(1, 10), new nn.Tanh(), new nn.Linear(10, 1)).double();
}

/** The same in Python. */
export const networkInPython: string = 'nn.Sequential(nn.Linear(1, 10), nn.Tanh(), nn.Linear(10, 1)).double()';
