/** Pins and crosses of the code that goes along, in a real Chromium: by mouse, by keys, and what is told of it. */
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { type PanelMessage, parsePanelMessage } from '../../src/protocol/panel';
import { findChromium, launchChromium } from '../support/chromium';
import { startHarness } from './harness';

describe('code that goes along, in Chromium', function () {
  this.timeout(60_000);
  let browser: Browser;
  let page: Page;
  let server: Awaited<ReturnType<typeof startHarness>>;

  before(async function () {
    const chromium = findChromium();
    if (!chromium) {
      this.skip();
      return;
    }
    server = await startHarness();
    browser = await launchChromium(chromium);
    page = await browser.newPage({ viewport: { width: 340, height: 720 } });
  });
  after(async () => {
    await (browser as Browser | undefined)?.close();
    (server as typeof server | undefined)?.close();
  });
  beforeEach(async () => {
    await page.goto(`${server.url}/?scene=context&theme=dark`);
    await page.getByRole('heading', { name: 'Code that goes along' }).waitFor();
    // The question is put once the view is drawn.
    await page.waitForFunction(() => window.posted.length > 1);
    await posted();
  });
  afterEach(async () => {
    assert.deepEqual(await page.evaluate(() => window.violations), []);
  });

  /** What the panel posted since the last call; every message must be one that the host takes. */
  async function posted(): Promise<PanelMessage[]> {
    return (await page.evaluate(() => window.posted.splice(0))).map((message) => {
      const parsed = parsePanelMessage(message);
      assert.ok(parsed, `the host would refuse ${JSON.stringify(message)}`);
      return parsed;
    });
  }
  const list = (name: string) => page.getByRole('region', { name, exact: true });
  const cart = { path: 'src/shop/<b>cart</b>.py', symbol: 'Cart.total' };

  it('tells of each definition where it is from, why it goes along, and what it costs', async () => {
    const shown = await list('With the last completion').innerText();
    for (const part of ['Cart.total', cart.path, 'imported on line 3, not used yet', '1,204 tokens'])
      assert.ok(shown.includes(part), `${part} in ${shown}`);
    assert.equal(await page.locator('.prompt-body b').count(), 0, 'a path is no markup');
    const pinned = await list('Pinned').innerText();
    assert.ok(pinned.includes('64 tokens') && pinned.includes('not found in src/shop/rates.py any more'));
  });

  const cases: Record<string, [list: string, button: string, PanelMessage, told: string]> = {
    pins: [
      'With the last completion',
      'Pin Cart.total',
      { type: 'pin-span', ...cart, line: 30 },
      'Cart.total is pinned',
    ],
    drops: [
      'With the last completion',
      'Do not offer Cart.total any more',
      { type: 'drop-span', ...cart },
      'Cart.total is not offered any more',
    ],
    unpins: [
      'Pinned',
      'Unpin Money.plus',
      { type: 'unpin-span', path: 'src/shop/money.py', symbol: 'Money.plus' },
      'Money.plus is not pinned any more',
    ],
    'takes back': [
      'Not offered any more',
      'Offer total_of_everything_that_was_ever_sold again',
      {
        type: 'take-back-span',
        path: 'src/legacy/sums.py',
        symbol: 'total_of_everything_that_was_ever_sold',
      },
      'total_of_everything_that_was_ever_sold is offered again',
    ],
  };
  for (const [name, [where, button, message, told]] of Object.entries(cases)) {
    it(`${name} by a button, says so to a screen reader, and keeps the focus in the view`, async () => {
      await list(where).getByRole('button', { name: button, exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('status').filter({ hasText: told }).waitFor({ state: 'attached' });
      assert.deepEqual(await posted(), [message]);
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Code that goes along');
    });
  }

  it('pins the definition at the cursor', async () => {
    await page.getByRole('button', { name: 'Pin the definition at the cursor' }).click();
    assert.deepEqual(await posted(), [{ type: 'pin-at-cursor' }]);
  });

  it('opens a definition at its lines', async () => {
    await list('Pinned')
      .getByRole('button', { name: /^Money\.plus/ })
      .click();
    const path = 'src/shop/money.py';
    assert.deepEqual(await posted(), [{ type: 'open-file', path, line: 12, endLine: 19 }]);
  });

  it('fits into a narrow panel', async () => {
    await page.setViewportSize({ width: 220, height: 720 });
    const body = page.locator('.prompt-body');
    const { width, needed } = await body.evaluate((element) => ({
      width: element.clientWidth,
      needed: element.scrollWidth,
    }));
    assert.ok(needed <= width, `${needed} of ${width}`);
    await page.setViewportSize({ width: 340, height: 720 });
  });
});
