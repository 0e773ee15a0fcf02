import { FormatError, ShapeError, WasmgradError } from '../core/errors.js';
import { tensor } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import { checkOptions } from '../tensor/options.js';
import { TensorDataset } from './dataset.js';
import { readFile, type Location } from './files.js';

/** What becomes of a cell that is empty, or `NA`, `N/A`, `NaN`, `null` or `?`. */
export type Missing = 'error' | 'nan' | 'drop' | 'mean';

/** A column: its number, from 0 (negative: from the end), or its name. */
export type Column = number | string;

/** Options of {@link CSV}. */
export interface CsvOptions {
  /** The first line holds names. Default: whether it holds a cell that is no number. */
  readonly header?: boolean;
  /** Default: found out (comma, tab, pipe, semicolon). */
  readonly delimiter?: string;
  /** The column of targets. Default: the last one; null where there is none. */
  readonly target?: Column | null;
  /** The columns of features, in order. Default: all but the target. */
  readonly features?: readonly Column[];
  /** 'class': targets are classes, whatever they are called; 'number': values. Default: classes where they are words or whole numbers. */
  readonly task?: 'class' | 'number';
  /** The classes' names in the order of their indices. Default: sorted, numbers as numbers. */
  readonly classes?: readonly string[];
  /** Default 'error'; 'drop' leaves out the row, 'mean' takes the column's mean. */
  readonly missing?: Missing;
}

const OPTIONS = ['header', 'delimiter', 'target', 'features', 'task', 'classes', 'missing'] as const;
const ABSENT = /^(|na|n\/a|nan|null|\?)$/i;

const isAbsent = (cell: string): boolean => ABSENT.test(cell.trim());
const isNumber = (cell: string): boolean => cell.trim() !== '' && !Number.isNaN(Number(cell));

/** A table of numbers read from text: sample i is `[features [D], target]`, or `[features [D]]` without a target. */
export class CsvDataset extends TensorDataset {
  /** The names of the features' columns: those of the header, or their numbers. */
  readonly columns: readonly string[];
  /** The names of the classes; empty where targets are values. */
  readonly classes: readonly string[];

  constructor(tensors: readonly Tensor[], columns: readonly string[], classes: readonly string[]) {
    super(...tensors);
    this.columns = columns;
    this.classes = classes;
  }

  /** The features, float32 [N, D]. */
  get features(): Tensor {
    return this.tensors[0]!;
  }

  /** The targets, int32 or float32 [N]; undefined where there are none. */
  get targets(): Tensor | undefined {
    return this.tensors[1];
  }
}

interface Table {
  readonly names: readonly string[];
  readonly rows: readonly Row[];
}

interface Row {
  readonly cells: readonly string[];
  /** The line of the text where it begins, from 1. */
  readonly line: number;
}

/** Rows with their lines: a cell in quotes may hold line ends. */
function rowsOf(data: readonly (readonly string[])[]): Row[] {
  let next = 1;
  return data.map((cells) => {
    const line = next;
    next += 1 + cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0);
    return { cells, line };
  });
}

async function parse(text: string, options: CsvOptions): Promise<Table> {
  const { default: papa } = await import('papaparse');
  // Empty lines would mislead the guess, but count where an error says its line.
  const delimiter =
    options.delimiter ?? papa.parse<string[]>(text, { preview: 10, skipEmptyLines: 'greedy' }).meta.delimiter;
  const { data, errors } = papa.parse<string[]>(text, { delimiter });
  const lines = rowsOf(data);
  const serious = errors.find(({ type }) => type === 'Quotes');
  if (serious) throw new FormatError(`CSV: line ${lines[serious.row ?? 0]?.line ?? 1}: ${serious.message}`);
  const all = lines.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  const first = all[0]?.cells;
  if (!first) throw new FormatError('CSV: no lines');
  const header = options.header ?? first.some((cell) => !isNumber(cell) && !isAbsent(cell));
  const rows = header ? all.slice(1) : all;
  if (rows.length === 0) throw new FormatError('CSV: no lines but the header');
  for (const { cells, line } of rows) {
    if (cells.length === first.length) continue;
    throw new FormatError(`CSV: line ${line} has ${cells.length} cells, expected ${first.length}`);
  }
  return { names: header ? first.map((name) => name.trim()) : first.map((_, i) => String(i)), rows };
}

function columnOf(names: readonly string[], column: Column): number {
  const i = typeof column === 'string' ? names.indexOf(column) : column < 0 ? column + names.length : column;
  if (names[i] === undefined)
    throw new WasmgradError(`CSV: no column ${JSON.stringify(column)} (there are ${names.join(', ')})`);
  return i;
}

/** The numbers of a column; NaN where a cell is absent. */
function numbersIn({ names, rows }: Table, column: number, missing: Missing): number[] {
  const values = rows.map(({ cells, line }) => {
    const cell = cells[column]!;
    if (isNumber(cell)) return Number(cell);
    if (!isAbsent(cell)) {
      throw new FormatError(`CSV: line ${line}, column ${names[column]}: '${cell}' is not a number`);
    }
    if (missing === 'error') {
      throw new FormatError(`CSV: line ${line}, column ${names[column]}: missing (see the option \`missing\`)`);
    }
    return NaN;
  });
  if (missing !== 'mean') return values;
  const there = values.filter((value) => !Number.isNaN(value));
  if (there.length === 0) throw new FormatError(`CSV: column ${names[column]} has no values to take the mean of`);
  const mean = there.reduce((a, b) => a + b, 0) / there.length;
  return values.map((value) => (Number.isNaN(value) ? mean : value));
}

/** What tells a class: 1 and 1.0 are the same. */
const classKey = (cell: string): string | number => (isNumber(cell) ? Number(cell) : cell);

/** Classes in order: as given, numbers as numbers, or words. */
function classesOf(cells: readonly string[], given: readonly string[] | undefined): readonly string[] {
  if (given) return given;
  const named = new Map<string | number, string>();
  for (const cell of cells) if (!named.has(classKey(cell))) named.set(classKey(cell), cell);
  const found = [...named.values()];
  return found.every(isNumber) ? found.sort((a, b) => Number(a) - Number(b)) : found.sort();
}

function targetsOf(table: Table, column: number, options: CsvOptions): { targets: Tensor; classes: readonly string[] } {
  const cells = table.rows.map((row) => row.cells[column]!.trim());
  const absent = cells.findIndex(isAbsent);
  if (absent >= 0)
    throw new FormatError(`CSV: line ${table.rows[absent]!.line}: no target in column ${table.names[column]}`);
  const wholes = cells.every((cell) => isNumber(cell) && Number.isInteger(Number(cell)));
  const task = options.task ?? (options.classes || wholes || !cells.every(isNumber) ? 'class' : 'number');
  if (task === 'number') {
    const values = numbersIn(table, column, 'error');
    return { targets: tensor(values, { dtype: 'float32' }), classes: [] };
  }
  const classes = classesOf(cells, options.classes);
  const places = new Map(classes.map((name, i) => [classKey(name), i]));
  const indices = cells.map((cell, i) => {
    const index = places.get(classKey(cell));
    if (index === undefined)
      throw new FormatError(`CSV: line ${table.rows[i]!.line}: class '${cell}' is none of ${classes.join(', ')}`);
    return index;
  });
  return { targets: tensor(indices, { dtype: 'int32' }), classes };
}

/**
 * A table from comma-separated text: `[features float32 [D], target]` for each line. Quotes, other delimiters and line ends, a header and
 * missing cells are dealt with; words in the target's column are classes.
 *
 * MNIST as CSV (`label, pixel0, pixel1, …`) is `CSV(file, { target: 0 })`.
 *
 * @param source the text itself where it has a line end, else a path (Node) or URL; gzipped or not
 * @throws FormatError, with the line, when a cell is no number, a line has more or fewer cells, or a value is missing; WasmgradError for a
 *   column that is not there
 *
 * @example
 * ```ts
 * import { data } from 'wasmgrad';
 * const table = await data.datasets.CSV('length,width,kind\n5.1,3.5,setosa\n6.2,2.9,virginica\n');
 * table.classes; // ['setosa', 'virginica']
 * table.get(1)[0].tolist(); // [6.2, 2.9]
 * ```
 */
export async function CSV(source: Location, options: CsvOptions = {}): Promise<CsvDataset> {
  checkOptions('CSV', options, OPTIONS);
  const { missing = 'error' } = options;
  if (!['error', 'nan', 'drop', 'mean'].includes(missing)) {
    throw new WasmgradError(`CSV: missing must be 'error', 'nan', 'drop' or 'mean', got '${String(missing)}'`);
  }
  const isText = typeof source === 'string' && /[\r\n]/.test(source);
  const text = isText ? source : new TextDecoder().decode(await readFile('CSV', source));
  const whole = await parse(text.replace(/^\uFEFF/, ''), options);
  const target = options.target === null ? null : columnOf(whole.names, options.target ?? -1);
  const columns = options.features
    ? options.features.map((column) => columnOf(whole.names, column))
    : whole.names.flatMap((_, i) => (i === target ? [] : [i]));
  if (columns.length === 0) throw new ShapeError('CSV: no columns of features');
  const used = target === null ? columns : [...columns, target];
  const rows =
    missing === 'drop'
      ? whole.rows.filter(({ cells }) => !used.some((column) => isAbsent(cells[column]!)))
      : whole.rows;
  if (rows.length === 0) throw new FormatError('CSV: every line lacks something, so none is left');
  const table = { ...whole, rows };
  const lists = columns.map((column) => numbersIn(table, column, missing));
  const flat = new Float32Array(rows.length * columns.length);
  lists.forEach((list, d) => list.forEach((value, n) => (flat[n * columns.length + d] = value)));
  const features = tensor(flat, { shape: [rows.length, columns.length] });
  const names = columns.map((column) => whole.names[column]!);
  if (target === null) return new CsvDataset([features], names, []);
  const { targets, classes } = targetsOf(table, target, options);
  return new CsvDataset([features, targets], names, classes);
}
