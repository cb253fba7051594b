import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedStack, startEmbeddedStack } from '../../src/backends/embedded-stack.ts';
import { readStackRules, stackRulesFile } from '../../src/backends/stack-rules.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { realSuite } from '../helpers/prometheus.ts';

const { chromium } = createRequire(import.meta.url)('playwright-core') as typeof import('playwright-core');

/** Where Linux distributions put it; playwright's own browsers are not asked for. */
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

const SIZES = [
  { width: 360, height: 740 },
  { width: 1200, height: 800 },
] as const;

realSuite(
  'the page in a browser',
  [],
  () => {
    let stack: EmbeddedStack;
    let browser: Browser;

    beforeAll(async () => {
      const io = fakeIo();
      const t0Ms = Math.floor(Date.now() / 15_000) * 15_000;
      stack = await startEmbeddedStack(
        {
          scenario: { t0Ms, seed: 1, historyMs: 6 * 3_600_000 },
          continuing: [],
          rules: await readStackRules(stackRulesFile()),
          host: '127.0.0.1',
          ports: { prometheus: 0, apps: [0, 0] },
        },
        { now: Date.now, random: Math.random, readings: io.readings, log: () => undefined, logOf: () => undefined },
      );
      browser = await chromium.launch({
        ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
        args: ['--no-sandbox'],
      });
    });
    afterAll(async () => {
      await browser?.close();
      await stack?.close();
    });

    /** A page of that size, which must never overflow its width nor complain. */
    async function look(
      size: (typeof SIZES)[number],
      visit: (page: Page) => Promise<void>,
      colorScheme: 'light' | 'dark' = 'light',
    ) {
      const page = await browser.newPage({ viewport: size, colorScheme });
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`));
      try {
        await visit(page);
        expect(complaints).toEqual([]);
      } finally {
        await page.close();
      }
    }

    async function fits(page: Page): Promise<void> {
      const over = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
      expect(over, page.url()).toBeLessThanOrEqual(0);
    }

    describe.each(SIZES)('%j', (size) => {
      it('takes a query, shows its table, then its graph, and moves in time', () =>
        look(size, async (page) => {
          await page.goto(stack.prometheusUrl);
          await fits(page);
          // The field has the focus: typing and Enter is all it takes.
          await page.keyboard.type('sum by (provider) (rate(sse_requests_total[5m]))');
          await page.keyboard.press('Enter');
          await page.waitForURL(/g0\.expr=/);
          await fits(page);
          const rows = await page.locator('table.result tbody tr').allInnerTexts();
          expect(rows.map((row) => /provider="(\w+)"/.exec(row)?.[1])).toEqual(['anthropic', 'mistral', 'openai']);

          await page.getByRole('link', { name: 'Graph', exact: true }).click();
          await fits(page);
          const drawn = page.locator('svg.graph:visible');
          expect(await drawn.count()).toBe(1);
          expect(await drawn.locator('.lines path').count()).toBe(3);
          const box = await drawn.boundingBox();
          expect(box?.width ?? 0).toBeGreaterThan(size.width * 0.75);
          const label = await drawn.locator('.axis text').first().boundingBox();
          expect(label?.height ?? 0).toBeGreaterThan(9);

          await page.getByLabel('Time range', { exact: true }).selectOption('6h');
          await page.getByRole('button', { name: 'Execute' }).click();
          await page.waitForURL(/range_input=6h/);
          await page.getByRole('link', { name: '6h earlier' }).click();
          await page.waitForURL(/end_input=/);
          await fits(page);
          expect(await page.getByLabel(/Up to/).inputValue()).toMatch(/^\d{4}-/);
          await page.getByRole('link', { name: 'now', exact: true }).click();
          expect(new URL(page.url()).searchParams.get('g0.end_input')).toBeNull();
        }));

      it.each([
        ['an error', 'sum(rate(sse_requests_total[5m])', 'unclosed left parenthesis'],
        ['a long query', `${'sse_requests_total + '.repeat(40)}nonsense nonsense`, 'error:'],
        ['nothing', 'sse_request_total', 'There is no metric'],
        ['a warning', 'histogram_quantile(2, rate(sse_request_duration_seconds_bucket[5m]))', 'warning:'],
        ['a range', 'sse_requests_total[1m]', 'sse_requests_total'],
        ['many rows', '{__name__=~".+"}', 'sse_requests_total{'],
      ])('shows %s within its width', (_, query, said) =>
        look(size, async (page) => {
          await page.goto(`${stack.prometheusUrl}/graph?${new URLSearchParams({ 'g0.expr': query })}`);
          await fits(page);
          const shown = await page.locator('main').innerText();
          expect(shown.includes(said), shown.slice(0, 500)).toBe(true);
        }),
      );

      it.each(['targets', 'alerts', 'rules'])('shows %s within its width, in the dark too', (name) =>
        look(
          size,
          async (page) => {
            await page.goto(`${stack.prometheusUrl}/`);
            await page
              .getByRole('link', { name: new RegExp(`^${name}$`, 'i') })
              .first()
              .click();
            await fits(page);
            expect((await page.locator('h1').innerText()).toLowerCase()).toBe(name);
            const ground = await page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
            expect(Math.max(...(ground.match(/\d+/g) ?? ['255']).map(Number))).toBeLessThan(60);
          },
          'dark',
        ),
      );
    });

    it('can be used with the keyboard alone: every control is reached and is seen to be', () =>
      look(SIZES[1], async (page) => {
        await page.goto(`${stack.prometheusUrl}/graph?g0.expr=up&g0.tab=0`);
        const seen: string[] = [];
        for (let presses = 0; presses < 40; presses++) {
          await page.keyboard.press('Tab');
          const focused = await page.evaluate<{ name: string; outline: string } | null>(FOCUSED);
          if (focused === null) break;
          expect(focused.outline, focused.name).not.toBe('none');
          seen.push(focused.name);
        }
        for (const name of ['g0-expr', 'Execute', 'g0-range', 'g0-end', 'g0-step', 'Table', 'Graph', '1h earlier']) {
          expect(seen).toContain(name);
        }
      }));

    it('lets text be read: contrast of at least 4.5 in both schemes', async () => {
      for (const scheme of ['light', 'dark'] as const) {
        await look(
          SIZES[1],
          async (page) => {
            await page.goto(`${stack.prometheusUrl}/graph?g0.expr=rate(sse_requests_total%5B5m%5D)&g0.tab=0`);
            const weak = await page.evaluate<string[]>(`(${CONTRAST_BELOW})(4.5)`);
            expect(weak, scheme).toEqual([]);
          },
          scheme,
        );
      }
    });
  },
  () => (CHROMIUM === undefined ? 'no chromium: apt-get install chromium' : undefined),
);

// What runs in the page is text here: these types are those of Node, which has no documents.

/** What has the focus; null at the end of the page. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return null;
  return { name: element.id || element.textContent.trim(), outline: getComputedStyle(element).outlineStyle };
})()`;

/** The texts whose colour is too near to the ground they stand on. https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
const CONTRAST_BELOW = `(least) => {
  const parse = (colour) => (colour.match(/[0-9.]+/g) ?? []).map(Number);
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    if (element === null) return [255, 255, 255];
    const colour = parse(getComputedStyle(element).backgroundColor);
    return colour.length === 3 || colour[3] > 0 ? colour.slice(0, 3) : groundOf(element.parentElement);
  };
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
    if (!own || element.closest('.unseen, datalist, title, option') !== null) continue;
    const style = getComputedStyle(element);
    const ink = parse(element instanceof SVGElement ? style.fill : style.color).slice(0, 3);
    const [a, b] = [light(ink), light(groundOf(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < least) found.push(element.tagName + '.' + element.getAttribute('class') + ': ' + element.textContent);
  }
  return [...new Set(found)];
}`;
