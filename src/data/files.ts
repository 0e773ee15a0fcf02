import type * as fsPromises from 'node:fs/promises';
import { FormatError, WasmgradError } from '../core/errors.js';

/** Where a data set's files lie: a directory (Node), a base URL (browsers, and Node for `http:` and `https:`), or a `URL`. */
export type Location = string | URL;

/** The bytes of a file that was found, unpacked, and the name it was found under. */
export interface FoundFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly name: string;
}

/** More than any published data set that is read whole; a gzip file that unpacks to more is refused. */
const maxUnpackedBytes = 2 ** 30;

/** Node's file system where there is one. `getBuiltinModule` keeps it out of the sight of bundlers. */
function nodeFs(): typeof fsPromises | undefined {
  return globalThis.process?.getBuiltinModule?.('node:fs/promises');
}

function isRemote(location: Location): boolean {
  return location instanceof URL ? location.protocol !== 'file:' : /^(https?|blob|data):/.test(location);
}

function join(location: Location, name: string): Location {
  if (location instanceof URL) {
    const base = location.href.endsWith('/') ? location : new URL(`${location.href}/`);
    return new URL(name, base);
  }
  return location === '' ? name : `${location.replace(/\/+$/, '')}/${name}`;
}

/** The bytes at a path or URL, or null where there is no such file. */
async function readIfThere(file: Location): Promise<Uint8Array<ArrayBuffer> | null> {
  const fs = nodeFs();
  if (fs && !isRemote(file)) {
    try {
      return new Uint8Array(await fs.readFile(file));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' || code === 'ENOTDIR') return null;
      throw new WasmgradError(
        `${String(file)}: cannot be read (${error instanceof Error ? error.message : String(error)})`,
        { cause: error },
      );
    }
  }
  let response: Response;
  try {
    response = await fetch(file);
  } catch (error) {
    throw new WasmgradError(
      `${String(file)}: cannot be fetched (${error instanceof Error ? error.message : String(error)})`,
      { cause: error },
    );
  }
  if (response.status === 404) return null;
  if (!response.ok)
    throw new WasmgradError(`${String(file)}: the server answered ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * Unpacks gzip bytes; other bytes are returned as they are. Told apart by content, since servers may unpack `.gz` files on the way.
 *
 * @throws FormatError when the gzip data is damaged or cut short, or unpacks to more than `limit` bytes
 */
export async function gunzip(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  limit: number = maxUnpackedBytes,
): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    let chunk: Uint8Array | undefined;
    try {
      chunk = (await reader.read()).value;
    } catch (error) {
      // What exactly is wrong every engine words in its own way, or not at all.
      throw new FormatError(`${name}: damaged or incomplete gzip data`, { cause: error });
    }
    if (!chunk) break;
    length += chunk.length;
    if (length > limit) {
      await reader.cancel();
      throw new FormatError(`${name}: unpacks to more than ${limit} bytes`);
    }
    chunks.push(chunk);
  }
  const unpacked = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    unpacked.set(chunk, offset);
    offset += chunk.length;
  }
  return unpacked;
}

/**
 * Reads a file of a data set, gzipped (`name.gz`) or not (`name`), and unpacks it.
 *
 * @param set the data set's name, for messages
 * @returns null where neither is there
 * @throws FormatError when the gzip data is damaged; WasmgradError when a file is there but cannot be read
 */
export async function findFile(location: Location, name: string): Promise<FoundFile | null> {
  for (const candidate of [`${name}.gz`, name]) {
    const bytes = await readIfThere(join(location, candidate));
    if (bytes) return { bytes: await gunzip(bytes, candidate), name: candidate };
  }
  return null;
}

/**
 * Reads a file of a data set as `findFile` does, and insists that it is there.
 *
 * @throws WasmgradError that names the files tried, when none is there
 */
export async function requireFile(set: string, location: Location, name: string): Promise<FoundFile> {
  const found = await findFile(location, name);
  if (found) return found;
  const tried = [`${name}.gz`, name].map((candidate) => String(join(location, candidate)));
  throw new WasmgradError(`${set}: file not found, tried ${tried.join(' and ')}`);
}

/**
 * Reads one file as it is and unpacks it where it is gzipped.
 *
 * @throws WasmgradError when it is not there
 */
export async function readFile(set: string, file: Location): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readIfThere(file);
  if (!bytes) throw new WasmgradError(`${set}: file not found, tried ${String(file)}`);
  return gunzip(bytes, String(file));
}
