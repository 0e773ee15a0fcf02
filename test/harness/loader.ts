/** The only part of the checks that knows where it runs: reads a file of `test/fixtures`, null where there is none. */
export async function readFixtureFile(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  if (typeof process === 'object' && typeof process.versions?.node === 'string') {
    const { readFile } = await import('node:fs/promises');
    try {
      return new Uint8Array(await readFile(new URL(`../fixtures/${path}`, import.meta.url)));
    } catch {
      return null;
    }
  }
  const response = await fetch(`/test/fixtures/${path}`);
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
}
