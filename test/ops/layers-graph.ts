import { DTypeError, IndexError, ShapeError, WasmgradError, nn, tensor, zeros } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { edges } from '../harness/graph-edges.js';
import { layer } from '../harness/layer.js';
import { f, row, values, type Row } from './table.js';

const x = f([5, 3]);
const weight = f([9], { min: 0.3, max: 2 });
const features = f([9, 2]);
const graph = { x, e: edges };
const int = (list: number[][]): Tensor => tensor(list, { dtype: 'int32' });
const mlp = (inputs: number): nn.RowNetwork =>
  new nn.Sequential(new nn.Linear(inputs, 4), new nn.Tanh(), new nn.Linear(4, 2)) as nn.RowNetwork;
const torchMlp = (inputs: number): string => `nn.Sequential(nn.Linear(${inputs}, 4), nn.Tanh(), nn.Linear(4, 2))`;

/** Σ over edges of tanh(xᵢ) xⱼ, scaled. The class is made when it is asked for: fixtures are computed without the library. */
function gated(options: nn.MessagePassingOptions = {}): { forward(nodes: Tensor, edgeIndex: Tensor): Tensor } {
  class Gated extends nn.MessagePassing<number> {
    override forward(nodes: Tensor, edgeIndex: Tensor): Tensor {
      return this.propagate(edgeIndex, nodes, 0.5);
    }
    override message({ xI, xJ }: nn.Edges<number>): Tensor {
      return xI.tanh().mul(xJ);
    }
    override update(y: Tensor, { given }: nn.Edges<number>): Tensor {
      return y.mul(given);
    }
  }
  return new Gated(options);
}

/** Plain neighbours. */
function neighbours(options: nn.MessagePassingOptions = {}): { forward(nodes: Tensor, edgeIndex: Tensor): Tensor } {
  class Neighbours extends nn.MessagePassing {
    override forward(nodes: Tensor, edgeIndex: Tensor): Tensor {
      return this.propagate(edgeIndex, nodes);
    }
  }
  return new Neighbours(options);
}

export const rows: Row[] = [
  row('MessagePassing', {
    cases: [
      {
        in: graph,
        run: ({ x: nodes, e }) => [
          gated().forward(nodes, e),
          gated({ aggr: 'mean', flow: 'target_to_source' }).forward(nodes, e),
        ],
        torch:
          "m = x[e[1]].tanh() * x[e[0]]; w = x[e[0]].tanh() * x[e[1]]; [0.5 * graph.aggregate(m, e[1], 5, 'sum'), 0.5 * graph.aggregate(w, e[0], 5, 'mean')]",
      },
      {
        in: graph,
        run: ({ x: nodes, e }) =>
          (['add', 'mean', 'max', 'min', 'mul'] as const).map((aggr) => neighbours({ aggr }).forward(nodes, e)),
        torch: "[graph.aggregate(x[e[0]], e[1], 5, a) for a in ('add', 'mean', 'max', 'min', 'mul')]",
      },
    ],
    errors: [
      {
        run: () =>
          neighbours().forward(
            zeros([3, 2]),
            int([
              [0, 1],
              [1, 3],
            ]),
          ),
        type: IndexError,
        message: 'Neighbours: edgeIndex holds 3, which is out of range for 3',
      },
      {
        run: () =>
          neighbours().forward(
            zeros([3, 2]),
            int([
              [0, -1],
              [1, 2],
            ]),
          ),
        type: IndexError,
        message: 'Neighbours: edgeIndex holds -1, which is out of range for 3',
      },
      {
        run: () => neighbours().forward(zeros([3, 2]), int([[0, 1]])),
        type: ShapeError,
        message: 'Neighbours: edges must be [2, E], got edgeIndex [1, 2]',
      },
      {
        run: () => neighbours().forward(zeros([3, 2]), zeros([2, 4])),
        type: DTypeError,
        message: 'Neighbours: indices must be int32, got edgeIndex float32 (use x.int())',
      },
      {
        run: () => neighbours({ aggr: 'median' as 'sum' }),
        type: WasmgradError,
        message: "Neighbours: aggr must be 'sum', 'add', 'mean', 'max', 'min' or 'mul', got 'median'",
      },
      {
        run: () => neighbours({ aggregation: 'max' } as object),
        type: WasmgradError,
        message: "Neighbours: unknown option 'aggregation' (known: aggr, flow)",
      },
      {
        run: () => neighbours({ flow: 'back' as 'source_to_target' }),
        type: WasmgradError,
        message: "Neighbours: flow must be 'source_to_target' or 'target_to_source', got 'back'",
      },
    ],
  }),
  layer('GCNConv', {
    cases: [
      { make: () => new nn.GCNConv(3, 4), torch: 'graph.GCNConv(3, 4)', in: graph },
      {
        make: () => new nn.GCNConv(3, 4, { improved: true, bias: false, flow: 'target_to_source' }),
        torch: "graph.GCNConv(3, 4, improved=True, bias=False, flow='target_to_source')",
        in: { ...graph, w: weight },
      },
      {
        make: () => new nn.GCNConv(3, 4, { addSelfLoops: false }),
        torch: 'graph.GCNConv(3, 4, add_self_loops=False)',
        in: { ...graph, w: weight },
      },
      {
        make: () => new nn.GCNConv(3, 4, { normalize: false, aggr: 'max' }),
        torch: "graph.GCNConv(3, 4, normalize=False, aggr='max')",
        in: { ...graph, w: weight },
      },
      {
        make: () => new nn.GCNConv(3, 2, { cached: true }),
        torch: 'graph.GCNConv(3, 2, cached=True)',
        // The second graph is not looked at.
        call: (module, { x: nodes, e }) => {
          const conv = module as nn.GCNConv;
          const outputs = [conv.forward(nodes, e), conv.forward(nodes, e.mul(0))];
          for (const kept of conv.buffers()) kept.dispose();
          return outputs;
        },
        torchCall: '[m(x, e), m(x, e)]',
        in: graph,
      },
    ],
    errors: [
      {
        run: () => new nn.GCNConv(3, 4, { normalize: false, addSelfLoops: true }),
        type: WasmgradError,
        message: 'GCNConv: addSelfLoops needs normalize (use graph.addSelfLoops() on the edges)',
      },
      {
        run: () => new nn.GCNConv(3, 4, { heads: 2 } as object),
        type: WasmgradError,
        message: "GCNConv: unknown option 'heads' (known: improved, cached, addSelfLoops, normalize, bias, aggr, flow)",
      },
      {
        run: () => new nn.GCNConv(3, 4).forward(zeros([3, 3]), int([[3], [0]])),
        type: IndexError,
        message: 'GCNConv: edgeIndex holds 3, which is out of range for 3',
      },
    ],
  }),
  layer('GATConv', {
    cases: [
      { make: () => new nn.GATConv(3, 4), torch: 'graph.GATConv(3, 4)', in: graph },
      {
        make: () => new nn.GATConv(3, 2, { heads: 3, negativeSlope: 0.5, flow: 'target_to_source' }),
        torch: "graph.GATConv(3, 2, heads=3, negative_slope=0.5, flow='target_to_source')",
        in: graph,
      },
      {
        make: () => new nn.GATConv(3, 2, { heads: 2, concat: false, addSelfLoops: false, aggr: 'max' }),
        torch: "graph.GATConv(3, 2, heads=2, concat=False, add_self_loops=False, aggr='max')",
        in: graph,
      },
      {
        make: () => new nn.GATConv(3, 2, { heads: 2, dropout: 0.4, bias: false, addSelfLoops: false }),
        torch: 'graph.GATConv(3, 2, heads=2, dropout=0.4, bias=False, add_self_loops=False)',
        in: graph,
        eval: true,
      },
      {
        make: () => new nn.GATConv(3, 2, { heads: 2, edgeDim: 2, residual: true }),
        torch: 'graph.GATConv(3, 2, heads=2, edge_dim=2, residual=True)',
        in: { ...graph, a: features },
      },
      {
        make: () => new nn.GATConv(3, 2, { heads: 2, concat: false, edgeDim: 1, fillValue: 0.5, residual: true }),
        torch: 'graph.GATConv(3, 2, heads=2, concat=False, edge_dim=1, fill_value=0.5, residual=True)',
        in: { ...graph, w: weight },
      },
      {
        make: () => new nn.GATConv(3, 2, { heads: 3, edgeDim: 2, fillValue: 'max', flow: 'target_to_source' }),
        torch: "graph.GATConv(3, 2, heads=3, edge_dim=2, fill_value='max', flow='target_to_source')",
        in: { ...graph, a: features },
      },
      {
        make: () => new nn.GATConv(3, 2, { heads: 2, edgeDim: 2, fillValue: tensor([1, -2]) }),
        torch: 'graph.GATConv(3, 2, heads=2, edge_dim=2, fill_value=torch.tensor([1.0, -2.0]))',
        in: { ...graph, a: features },
      },
      {
        make: () => new nn.GATConv(3, 2, { edgeDim: 2, addSelfLoops: false }),
        torch: 'graph.GATConv(3, 2, edge_dim=2, add_self_loops=False)',
        in: { ...graph, a: features },
      },
    ],
    errors: [
      {
        run: () => new nn.GATConv(3, 2, { edgeDim: 2 }).forward(zeros([2, 3]), int([[0], [1]]), zeros([1, 3])),
        type: ShapeError,
        message: 'GATConv: features of edges must be [1, edgeDim], edgeDim 2, got edgeAttr [1, 3]',
      },
      {
        run: () => new nn.GATConv(3, 2).forward(zeros([2, 3]), int([[0], [1]]), zeros([1])),
        type: ShapeError,
        message: 'GATConv: features of edges must be [1, edgeDim], edgeDim null, got edgeAttr [1]',
      },
      {
        run: () => new nn.GATConv(3, 2, { fillValue: 'none' as 'sum' }),
        type: WasmgradError,
        message: "GATConv: aggr must be 'sum', 'add', 'mean', 'max', 'min' or 'mul', got 'none'",
      },
    ],
  }),
  layer('SAGEConv', {
    cases: [
      {
        make: () => new nn.SAGEConv(3, 4, { project: true }),
        torch: 'graph.SAGEConv(3, 4, project=True)',
        in: graph,
      },
      { make: () => new nn.SAGEConv(3, 4), torch: 'graph.SAGEConv(3, 4)', in: graph },
      {
        make: () => new nn.SAGEConv(3, 4, { aggr: 'max', normalize: true, flow: 'target_to_source' }),
        torch: "graph.SAGEConv(3, 4, aggr='max', normalize=True, flow='target_to_source')",
        in: graph,
      },
      {
        make: () => new nn.SAGEConv(3, 4, { rootWeight: false, bias: false }),
        torch: 'graph.SAGEConv(3, 4, root_weight=False, bias=False)',
        in: graph,
      },
    ],
  }),
  layer('GINConv', {
    cases: [
      {
        make: () => new nn.GINConv(mlp(3), { eps: 0.3 }),
        torch: `graph.GINConv(${torchMlp(3)}, eps=0.3)`,
        in: graph,
      },
      {
        make: () => new nn.GINConv(mlp(3), { eps: 0.5, trainEps: true, aggr: 'mean', flow: 'target_to_source' }),
        torch: `graph.GINConv(${torchMlp(3)}, eps=0.5, train_eps=True, aggr='mean', flow='target_to_source')`,
        in: graph,
      },
    ],
  }),
  layer('EdgeConv', {
    cases: [
      { make: () => new nn.EdgeConv(mlp(6)), torch: `graph.EdgeConv(${torchMlp(6)})`, in: graph },
      {
        make: () => new nn.EdgeConv(mlp(6), { aggr: 'mean', flow: 'target_to_source' }),
        torch: `graph.EdgeConv(${torchMlp(6)}, aggr='mean', flow='target_to_source')`,
        in: graph,
      },
    ],
  }),
  row('addSelfLoops', {
    cases: [
      {
        in: { e: edges, w: weight },
        run: ({ e, w }) => {
          const [looped, weights] = nn.graph.addSelfLoops(e, { edgeWeight: w, fillValue: 3, numNodes: 6 });
          return [looped, weights!, nn.graph.addSelfLoops(e)[0]];
        },
        torch:
          'torch.cat([e, graph.all_loops(6)], 1), torch.cat([w, torch.full((6,), 3.0)]), torch.cat([e, graph.all_loops(5)], 1)',
      },
    ],
    errors: [
      {
        run: () => nn.graph.addSelfLoops(int([[0], [3]]), { numNodes: 3 }),
        type: IndexError,
        message: 'addSelfLoops: edgeIndex holds 3, which is out of range for 3',
      },
    ],
  }),
  row('degree', {
    cases: [
      {
        in: { e: edges },
        run: ({ e }) => [
          nn.graph.degree(e.select(0, 1)),
          nn.graph.degree(e.select(0, 0), { numNodes: 7, dtype: 'int32' }),
        ],
        torch: 'torch.bincount(e[1]).to(torch.float32), torch.bincount(e[0], minlength=7).int()',
        single: true,
      },
    ],
    errors: [
      {
        run: () => nn.graph.degree(int([[0, 1]])),
        type: ShapeError,
        message: 'degree: index must be [E], got index [1, 2]',
      },
    ],
  }),
  row('toDense', {
    cases: [
      {
        in: { e: edges, w: weight },
        run: ({ e, w }) => nn.graph.toDense(e, { edgeWeight: w, numNodes: 6 }),
        torch: 'torch.zeros(6, 6).index_put((e[0], e[1]), w, accumulate=True)',
      },
      {
        in: { e: edges },
        run: ({ e }) => nn.graph.toDense(e),
        torch: 'torch.zeros(5, 5).index_put((e[0], e[1]), torch.ones(9), accumulate=True)',
        single: true,
      },
    ],
  }),
  row('denseToEdges', {
    cases: [
      {
        in: { a: f([3, 3]) },
        run: ({ a }) => nn.graph.denseToEdges(a.relu()),
        torch: 'd = a.relu(); n = d.detach().nonzero().T; [n.int(), d[n[0], n[1]]]',
      },
    ],
    errors: [
      {
        run: () => nn.graph.denseToEdges(zeros([2, 3])),
        type: ShapeError,
        message: 'denseToEdges: the matrix must be square, got adjacency [2, 3]',
      },
    ],
  }),
  row('graphBatch', {
    cases: [
      {
        in: { ...graph, w: weight, z: f([2, 3]), u: f([1]) },
        run: ({ x: nodes, e, w, z, u }) => {
          const second = { x: z, edgeIndex: int([[1], [0]]), edgeWeight: u };
          const all = nn.graph.graphBatch([{ x: nodes, edgeIndex: e, edgeWeight: w }, second]);
          return [all.x, all.edgeIndex, all.edgeWeight!, all.batch, all.numGraphs];
        },
        torch:
          'torch.cat([x, z]), torch.cat([e, torch.tensor([[6], [5]])], 1).int(), torch.cat([w, u]), torch.tensor([0] * 5 + [1] * 2).int(), torch.tensor(2.0, dtype=torch.float64)',
      },
    ],
    errors: [
      {
        run: () => nn.graph.graphBatch([]),
        type: WasmgradError,
        message: 'graphBatch: needs at least one graph',
      },
    ],
  }),
  ...(['globalSumPool', 'globalMeanPool', 'globalMaxPool'] as const).map((name, i) =>
    row(name, {
      cases: [
        {
          in: { x: f([6, 3]), b: values([0, 0, 2, 2, 2, 3], 'int32') },
          run: ({ x: nodes, b }) => [
            nn.graph[name](nodes, b),
            nn.graph[name](nodes, b, 5),
            nn.graph[name](nodes, null),
          ],
          torch: `[graph.aggregate(x, i, n, '${['sum', 'mean', 'max'][i]!}') for i, n in ((b, 4), (b, 5), (b * 0, 1))]`,
        },
      ],
      errors: [
        {
          run: () => nn.graph[name](zeros([2, 3]), tensor([0, 4], { dtype: 'int32' }), 3),
          type: IndexError,
          message: `${name}: batch holds 4, which is out of range for 3`,
        },
      ],
    }),
  ),
];
