/** The input's list and the view of the prompt in a real Chromium, by keys, mouse, and what a screen reader is told. */
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import type { HostMessage, PanelMessage } from '../../src/protocol/panel';
import { parsePanelMessage } from '../../src/protocol/panel';
import type { CompletionItem } from '../../src/protocol/panel-composer';
import { findChromium, launchChromium } from '../support/chromium';
import { startHarness } from './harness';
import { event } from './scenes';

const found: CompletionItem[] = [
  { kind: 'file', label: 'stats.py', detail: 'src', insert: '@src/stats.py' },
  { kind: 'file', label: 'test stats.py', detail: 'test', insert: '@"test/test stats.py"' },
  { kind: 'symbol', label: '<img src=x>', detail: 'function, src/a.ts', insert: '@src/a.ts#img' },
];

describe('input of the panel in Chromium', function () {
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
    page = await browser.newPage({ viewport: { width: 340, height: 620 } });
  });
  after(async () => {
    await (browser as Browser | undefined)?.close();
    (server as typeof server | undefined)?.close();
  });
  afterEach(async () => {
    assert.deepEqual(
      await page.evaluate(() => window.violations),
      [],
      'the content security policy was violated',
    );
    await page.evaluate(() => sessionStorage.clear());
  });

  const open = async (scene: string): Promise<void> => {
    await page.goto(`${server.url}/?scene=${scene}&theme=dark`);
    await page.waitForSelector('textarea');
    await page.locator('textarea').click();
  };
  const send = (message: HostMessage): Promise<void> => page.evaluate((value) => window.send(value), message);
  const posted = async (): Promise<PanelMessage[]> =>
    (await page.evaluate(() => window.posted.splice(0))).map((message) => {
      const parsed = parsePanelMessage(message);
      assert.ok(parsed, `the host would refuse ${JSON.stringify(message)}`);
      return parsed;
    });
  const input = () => page.locator('textarea');
  const labels = (): Promise<string[]> => page.locator('[role=option] .suggest-label').allInnerTexts();
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const draft = (): Promise<string> => input().inputValue();
  /** Waits until the host is asked for a mention, and answers. */
  const answer = async (items: CompletionItem[]): Promise<PanelMessage> => {
    await page.waitForFunction(() =>
      window.posted.some((message) => (message as PanelMessage).type === 'complete'),
    );
    const asked = (await posted()).findLast((message) => message.type === 'complete');
    assert.ok(asked?.type === 'complete');
    await send({ type: 'completions', request: asked.request, items });
    if (items[0]) await page.getByText(items[0].label, { exact: true }).waitFor();
    return asked;
  };

  it('offers the commands that begin with what is typed, and Tab takes one', async () => {
    await open('empty');
    await page.keyboard.type('/');
    assert.deepEqual(await labels(), ['/explain', '/fix', '/tests', '/doc', '/review', '/commit']);
    await page.keyboard.type('te');
    assert.deepEqual(await labels(), ['/tests']);
    await press('Tab');
    assert.equal(await draft(), '/tests ');
    assert.deepEqual(await labels(), []);
    assert.ok(await input().evaluate((element) => document.activeElement === element));
  });

  it('moves with the arrows and around the ends, and tells which row is active', async () => {
    await open('empty');
    await page.keyboard.type('/');
    const active = (): Promise<string | undefined> =>
      input().evaluate(
        (element) =>
          document
            .getElementById(element.getAttribute('aria-activedescendant') ?? '')
            ?.innerText.split(/\s/)[0],
      );
    assert.equal(await active(), '/explain');
    assert.equal(
      await page.getByRole('listbox').getAttribute('id'),
      await input().getAttribute('aria-controls'),
    );
    await press('ArrowDown', 'ArrowDown');
    assert.equal(await active(), '/tests');
    await press('ArrowUp', 'ArrowUp', 'ArrowUp');
    assert.equal(await active(), '/commit');
    assert.equal(await page.locator('[role=option][aria-selected=true]').count(), 1);
    await press('Enter');
    assert.equal(await draft(), '/commit ');
    assert.deepEqual(
      (await posted()).map(({ type }) => type),
      ['ready'],
      'Enter took the row and sent nothing',
    );
    await press('Enter');
    assert.deepEqual((await posted()).at(-1), { type: 'send', text: '/commit' });
  });

  it('closes with Escape alone, without stopping the task, and opens for the next mention', async () => {
    await open('empty');
    await send(event({ type: 'run-started', runId: 'r', text: 'go', attachments: [], at: 0 }));
    await page.keyboard.type('why @');
    assert.ok((await labels()).includes('@selection'));
    await press('Escape');
    assert.deepEqual(await labels(), []);
    assert.ok(!(await posted()).some(({ type }) => type === 'stop'));
    await page.keyboard.type('sel');
    assert.deepEqual(await labels(), [], 'it stays closed for this mention');
    await page.keyboard.type(' and @sel');
    assert.deepEqual(await labels(), ['@selection']);
    await press('Escape', 'Escape');
    assert.ok((await posted()).some(({ type }) => type === 'stop'));
  });

  it('asks for files and symbols once the typing rests, and puts the chosen one into the text', async () => {
    await open('empty');
    await page.keyboard.type('fix @fi');
    await press('Enter');
    assert.equal(await draft(), 'fix @file:');
    await page.keyboard.type('stat', { delay: 5 });
    const asked = await answer(found.slice(0, 2));
    assert.deepEqual(asked, { ...asked, kind: 'file', query: 'stat' });
    assert.deepEqual(await labels(), ['stats.py', 'test stats.py']);
    await press('ArrowDown', 'Enter');
    assert.equal(await draft(), 'fix @"test/test stats.py" ');
    await page.keyboard.type('now');
    assert.equal(await draft(), 'fix @"test/test stats.py" now');
  });

  it('works by mouse, keeps the focus, and shows names as text', async () => {
    await open('empty');
    await page.keyboard.type('@st');
    await answer(found);
    assert.deepEqual(await labels(), ['stats.py', 'test stats.py', '<img src=x>']);
    assert.equal(await page.locator('.suggest img').count(), 0);
    await page.getByRole('option', { name: 'stats.py src', exact: true }).hover();
    await page.getByRole('option', { name: 'stats.py src', exact: true }).click();
    assert.equal(await draft(), '@src/stats.py ');
    assert.ok(await input().evaluate((element) => document.activeElement === element));
  });

  it('does not show what was found for another mention', async () => {
    await open('empty');
    await page.keyboard.type('@st');
    await answer(found);
    await page.keyboard.type(' @');
    assert.ok(!(await labels()).includes('stats.py'));
  });

  it('leaves arrows and Enter alone where there is no list', async () => {
    await open('empty');
    await page.keyboard.type('mail me@example.com');
    assert.equal(await page.getByRole('listbox').count(), 0);
    await press('Enter');
    assert.deepEqual((await posted()).at(-1), { type: 'send', text: 'mail me@example.com' });
  });

  it('marks command and mentions in the message that was sent', async () => {
    await open('empty');
    const text = '/fix the sum in @src/a.py, see `@b.py` and @dataclass';
    await send(event({ type: 'run-started', runId: 'r', text, attachments: [], at: 0 }));
    await page.waitForSelector('.bubble');
    assert.deepEqual(await page.locator('.bubble .mention').allInnerTexts(), ['/fix', '@src/a.py']);
    assert.equal(await page.locator('.bubble').innerText(), text);
  });

  it('opens what the model sees by keys, and gives the focus back', async () => {
    await open('prompt');
    await press('Tab', 'Tab', 'Tab', 'Tab');
    while (!(await page.evaluate(() => document.activeElement?.classList.contains('usage'))))
      await press('Tab');
    await posted();
    await press('Enter');
    await page.getByRole('heading', { name: 'What the model sees' }).waitFor();
    // The question is put once the view is drawn.
    await page.waitForFunction(() => window.posted.length > 0);
    assert.deepEqual(await posted(), [{ type: 'show-prompt' }]);
    const text = await page.locator('.prompt-body').innerText();
    for (const part of [
      '<|im_start|>system',
      '90 tokens, cached',
      '84 tokens',
      '<b>not markup</b>',
      'Of stats.py, the first 80',
    ])
      assert.ok(text.includes(part), part);
    assert.equal(await page.locator('.prompt-body b').count(), 0);
    await press('Escape');
    await page.waitForFunction(() => document.activeElement?.classList.contains('usage'));
    assert.deepEqual(await posted(), [], 'Escape closed the view and stopped nothing');
  });

  it('asks anew when a turn ends while the view is open', async () => {
    await open('prompt');
    // The panel's first message, that it is ready.
    await posted();
    await page.locator('.usage').click();
    await page.waitForFunction(() => window.posted.length > 0);
    await posted();
    await send(event({ type: 'usage', usage: { used: 5, cached: 1, contextSize: 9, tokensPerSecond: 1 } }));
    await page.waitForFunction(() => window.posted.length > 0);
    assert.deepEqual(await posted(), [{ type: 'show-prompt' }]);
    await send({ type: 'prompt', view: null });
    await page.getByText('Nothing has been sent').waitFor();
  });
});
