import type { Page } from 'puppeteer-core';

type Stroke = readonly (readonly [x: number, y: number])[];

/** Points on an arc of an ellipse; angles in degrees, 0 to the right, 90 down. */
function arc(cx: number, cy: number, rx: number, ry: number, from: number, to: number): [number, number][] {
  const count = Math.max(2, Math.ceil(Math.abs(to - from) / 15));
  return Array.from({ length: count + 1 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / count) * Math.PI) / 180;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
  });
}

/** Digits as a hand writes them, in the unit square. */
export const DIGITS: readonly (readonly Stroke[])[] = [
  [arc(0.5, 0.5, 0.22, 0.32, -90, -450)],
  [
    [
      [0.53, 0.18],
      [0.5, 0.5],
      [0.47, 0.84],
    ],
  ],
  [[...arc(0.5, 0.34, 0.18, 0.16, -160, 30), [0.32, 0.8], [0.72, 0.8]]],
  [[...arc(0.48, 0.33, 0.18, 0.15, -150, 90), ...arc(0.48, 0.65, 0.2, 0.17, -90, 150)]],
  [
    [
      [0.4, 0.18],
      [0.28, 0.52],
      [0.7, 0.52],
    ],
    [
      [0.64, 0.22],
      [0.58, 0.84],
    ],
  ],
  [[[0.68, 0.18], [0.38, 0.18], [0.35, 0.46], ...arc(0.46, 0.62, 0.2, 0.2, -110, 140)]],
  [[[0.6, 0.16], [0.45, 0.3], [0.36, 0.5], ...arc(0.5, 0.66, 0.16, 0.16, 180, -180)]],
  [
    [
      [0.28, 0.22],
      [0.7, 0.22],
      [0.46, 0.82],
    ],
  ],
  [[...arc(0.5, 0.33, 0.14, 0.15, 90, -270), ...arc(0.5, 0.66, 0.17, 0.17, -90, 270)]],
  [[...arc(0.5, 0.36, 0.16, 0.17, 0, -360), [0.65, 0.4], [0.62, 0.84]]],
];

/** Draws strokes on the pad with the mouse. */
export async function draw(page: Page, strokes: readonly Stroke[]): Promise<void> {
  const pad = await page.waitForSelector('[data-testid="pad"]');
  await pad?.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  const box = await pad?.boundingBox();
  if (!box) throw new Error('the pad is not to be seen');
  for (const stroke of strokes) {
    let down = false;
    for (const [x, y] of stroke) {
      await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
      if (!down) await page.mouse.down();
      down = true;
    }
    await page.mouse.up();
  }
}

/** The text of the element with this test id. */
export function text(page: Page, id: string): Promise<string> {
  return page.$eval(`[data-testid="${id}"]`, (element) => element.textContent?.trim() ?? '');
}

/** Waits until the text of an element contains `part`. */
export async function waitForText(page: Page, id: string, part: string, timeout = 60_000): Promise<void> {
  await page
    .waitForFunction(
      (wantedId: string, wanted: string) =>
        document.querySelector(`[data-testid="${wantedId}"]`)?.textContent?.includes(wanted),
      { timeout, polling: 50 },
      id,
      part,
    )
    .catch(async (error: unknown) => {
      throw new Error(`waited for "${part}" in ${id}, it shows "${await text(page, id)}"`, { cause: error });
    });
}
