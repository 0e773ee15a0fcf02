/** `readFileSync` for test files that run in a page and read their fixtures when they are imported. */
export function readFileSync(url: URL): string {
  const request = new XMLHttpRequest();
  request.open('GET', url, false);
  request.send();
  if (request.status !== 200) throw new Error(`${url.href}: ${request.status} ${request.statusText}`);
  return request.responseText;
}
