import { IndexError, ShapeError, WasmgradError, nn, tensor, zeros } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { across, edges } from '../harness/graph-edges.js';
import { layer } from '../harness/layer.js';
import { f, row, type Row } from './table.js';

const graph = { x: f([5, 3]), e: edges };
/** Nodes on both sides with different features. */
const two = { x: f([5, 3]), z: f([3, 2]), e: across };
/** Nodes on both sides with features of one kind. */
const alike = { x: f([5, 3]), z: f([3, 3]), e: across };
const weight = f([9], { min: 0.3, max: 2 });
const mlp = (inputs: number): nn.RowNetwork =>
  new nn.Sequential(new nn.Linear(inputs, 4), new nn.Tanh(), new nn.Linear(4, 2)) as nn.RowNetwork;
const torchMlp = (inputs: number): string => `nn.Sequential(nn.Linear(${inputs}, 4), nn.Tanh(), nn.Linear(4, 2))`;
const int = (list: number[][]): Tensor => tensor(list, { dtype: 'int32' });

type Pairs = (x: nn.Nodes, edgeIndex: Tensor, ...more: unknown[]) => Tensor;

/** How a layer is called with nodes on both sides: with and without those that receive. */
const both = {
  call: (module: nn.Module, { x, z, e }: Record<'x' | 'z' | 'e', Tensor>): Tensor =>
    (module.forward as Pairs)([x, z], e),
  torchCall: 'm((x, z), e)',
};

/** A base that shows what a message is made of. */
function products(): { forward(x: nn.Nodes, edgeIndex: Tensor, size?: nn.GraphSize): Tensor } {
  class Gated extends nn.MessagePassing {
    override forward(x: nn.Nodes, edgeIndex: Tensor, size?: nn.GraphSize): Tensor {
      return this.propagate(edgeIndex, x, undefined, size);
    }
    override message({ xI, xJ }: nn.Edges): Tensor {
      return xI.tanh().mul(xJ);
    }
  }
  return new Gated();
}

export const rows: Row[] = [
  row('MessagePassing', {
    cases: [
      {
        in: alike,
        run: ({ x, z, e }) => [products().forward([x, z], e), products().forward([x, z], e, [5, null])],
        torch: "y = graph.aggregate(z[e[1]].tanh() * x[e[0]], e[1], 3, 'sum'); [y, y]",
      },
    ],
    errors: [
      {
        run: () => products().forward([zeros([2, 3]), null], int([[1], [0]])),
        type: WasmgradError,
        message: 'MessagePassing: the nodes that receive have no features',
      },
      {
        run: () => products().forward([zeros([2, 3]), zeros([4, 3])], int([[1], [0]]), [2, 3]),
        type: ShapeError,
        message: 'Gated: size must be that of x, which is 3 at 1, got x [4, 3]',
      },
      {
        run: () => products().forward([zeros([2, 3]), zeros([4, 3])], int([[3], [1]])),
        type: IndexError,
        message: 'Gated: edgeIndex[0] holds 3, which is out of range for 2',
      },
      {
        run: () => products().forward([zeros([2, 3]), zeros([4, 3])], int([[1], [4]])),
        type: IndexError,
        message: 'Gated: edgeIndex[1] holds 4, which is out of range for 4',
      },
    ],
  }),
  layer('SAGEConv', {
    cases: [
      { make: () => new nn.SAGEConv([3, 2], 4), torch: 'graph.SAGEConv((3, 2), 4)', in: two, ...both },
      {
        make: () => new nn.SAGEConv(3, 2, { project: true }),
        torch: 'graph.SAGEConv(3, 2, project=True)',
        in: { x: f([5, 3]), e: across },
        call: (module, { x, e }) => (module.forward as Pairs)([x, null], e, [null, 4]),
        torchCall: 'm((x, None), e, (None, 4))',
      },
    ],
  }),
  layer('GraphConv', {
    cases: [
      { make: () => new nn.GraphConv(3, 4), torch: 'graph.GraphConv(3, 4)', in: graph },
      {
        make: () => new nn.GraphConv(3, 2, { bias: false, aggr: 'max', flow: 'target_to_source' }),
        torch: "graph.GraphConv(3, 2, bias=False, aggr='max', flow='target_to_source')",
        in: { ...graph, w: weight },
      },
      { make: () => new nn.GraphConv([3, 2], 4), torch: 'graph.GraphConv((3, 2), 4)', in: two, ...both },
      {
        make: () => new nn.GraphConv(3, 2),
        torch: 'graph.GraphConv(3, 2)',
        in: { x: f([5, 3]), e: across },
        call: (module, { x, e }) => (module.forward as Pairs)([x, null], e, null, [5, 3]),
        torchCall: 'm((x, None), e, None, (5, 3))',
      },
    ],
  }),
  layer('GINConv', {
    cases: [
      {
        make: () => new nn.GINConv(mlp(3), { eps: 0.3 }),
        torch: `graph.GINConv(${torchMlp(3)}, eps=0.3)`,
        in: alike,
        ...both,
      },
      {
        make: () => new nn.GINConv(mlp(3)),
        torch: `graph.GINConv(${torchMlp(3)})`,
        in: { x: f([5, 3]), e: across },
        call: (module, { x, e }) => (module.forward as Pairs)([x, null], e, [null, 3]),
        torchCall: 'm((x, None), e, None, (None, 3))',
      },
    ],
  }),
  layer('GINEConv', {
    cases: [
      {
        make: () => new nn.GINEConv(mlp(3), { eps: 0.3 }),
        torch: `graph.GINEConv(${torchMlp(3)}, eps=0.3)`,
        in: { ...graph, a: f([9, 3]) },
      },
      {
        make: () =>
          new nn.GINEConv(mlp(3), { eps: 0.5, trainEps: true, edgeDim: 2, aggr: 'mean', flow: 'target_to_source' }),
        torch: `graph.GINEConv(${torchMlp(3)}, eps=0.5, train_eps=True, edge_dim=2, aggr='mean', flow='target_to_source')`,
        in: { ...graph, a: f([9, 2]) },
      },
      {
        make: () => new nn.GINEConv(mlp(3)),
        torch: `graph.GINEConv(${torchMlp(3)})`,
        in: { x: f([5, 3]), e: across, a: f([6, 3]) },
        call: (module, { x, e, a }) => (module.forward as Pairs)([x, null], e, a, [5, 3]),
        torchCall: 'm((x, None), e, a, (5, 3))',
      },
    ],
    errors: [
      {
        run: () => new nn.GINEConv(mlp(3)).forward(zeros([2, 3]), int([[0], [1]]), zeros([1, 2])),
        type: ShapeError,
        message: 'GINEConv: features of edges must be [1, 3], got edgeAttr [1, 2] (give edgeDim)',
      },
      {
        run: () => new nn.GINEConv(new nn.Identity() as nn.RowNetwork, { edgeDim: 2 }),
        type: WasmgradError,
        message: 'GINEConv: edgeDim needs a linear layer in nn, which tells the number of channels',
      },
    ],
  }),
  layer('GATConv', {
    cases: [
      {
        make: () => new nn.GATConv([3, 2], 2, { heads: 3, residual: true }),
        torch: 'graph.GATConv((3, 2), 2, heads=3, residual=True)',
        in: two,
        ...both,
      },
      {
        make: () => new nn.GATConv(3, 2, { heads: 3, edgeDim: 2 }),
        torch: 'graph.GATConv(3, 2, heads=3, edge_dim=2)',
        in: { ...alike, a: f([6, 2]) },
        call: (module, { x, z, e, a }) => (module.forward as Pairs)([x, z], e, a),
        torchCall: 'm((x, z), e, a)',
      },
      {
        make: () => new nn.GATConv(3, 2, { addSelfLoops: false }),
        torch: 'graph.GATConv(3, 2, add_self_loops=False)',
        in: { x: f([5, 3]), e: across },
        call: (module, { x, e }) => (module.forward as Pairs)([x, null], e, null, [5, 3]),
        torchCall: 'm((x, None), e, None, (5, 3))',
      },
    ],
  }),
  layer('GATv2Conv', {
    cases: [
      { make: () => new nn.GATv2Conv(3, 4), torch: 'graph.GATv2Conv(3, 4)', in: graph },
      {
        make: () => new nn.GATv2Conv(3, 2, { heads: 3, negativeSlope: 0.5, shareWeights: true, residual: true }),
        torch: 'graph.GATv2Conv(3, 2, heads=3, negative_slope=0.5, share_weights=True, residual=True)',
        in: graph,
      },
      {
        make: () => new nn.GATv2Conv(3, 2, { heads: 2, concat: false, edgeDim: 1, fillValue: 0.5, residual: true }),
        torch: 'graph.GATv2Conv(3, 2, heads=2, concat=False, edge_dim=1, fill_value=0.5, residual=True)',
        in: { ...graph, w: weight },
      },
      {
        make: () => new nn.GATv2Conv(3, 2, { heads: 2, dropout: 0.4, bias: false, addSelfLoops: false, aggr: 'max' }),
        torch: "graph.GATv2Conv(3, 2, heads=2, dropout=0.4, bias=False, add_self_loops=False, aggr='max')",
        in: graph,
        eval: true,
      },
      {
        make: () => new nn.GATv2Conv(3, 2, { edgeDim: 2, fillValue: 'max', flow: 'target_to_source' }),
        torch: "graph.GATv2Conv(3, 2, edge_dim=2, fill_value='max', flow='target_to_source')",
        in: { ...graph, a: f([9, 2]) },
      },
      { make: () => new nn.GATv2Conv([3, 2], 2), torch: 'graph.GATv2Conv((3, 2), 2)', in: two, ...both },
      {
        make: () => new nn.GATv2Conv(3, 2),
        torch: 'graph.GATv2Conv(3, 2)',
        in: { x: f([5, 3]), e: across },
        call: (module, { x, e }) => (module.forward as Pairs)([x, null], e, null, [5, 3]),
        torchCall: 'm((x, None), e, None, (5, 3))',
      },
    ],
    errors: [
      {
        run: () => new nn.GATv2Conv(3, 2, { edgeDim: 2 }).forward(zeros([2, 3]), int([[0], [1]]), zeros([1, 3])),
        type: ShapeError,
        message: 'GATv2Conv: features of edges must be [1, edgeDim], edgeDim 2, got edgeAttr [1, 3]',
      },
    ],
  }),
];
