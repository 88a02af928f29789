/** The panel in a real Chromium, on the page that the host makes, against messages as the host sends them. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { HostMessage, PanelMessage } from '../../src/protocol/panel';
import { parsePanelMessage } from '../../src/protocol/panel';
import { findChromium, launchChromium } from '../support/chromium';
import { startHarness } from './harness';
import {
  editStep,
  event,
  filesStep,
  longChat,
  panelState,
  runStep,
  scenes,
  state,
  step,
  work,
} from './scenes';

declare global {
  interface Window {
    posted: unknown[];
    violations: string[];
    send: (message: unknown) => void;
  }
}

describe('panel in Chromium', function () {
  this.timeout(60_000);
  let browser: Browser;
  let page: Page;
  let server: Awaited<ReturnType<typeof startHarness>>;
  const failures: string[] = [];

  before(async function () {
    const chromium = findChromium();
    if (!chromium) {
      this.skip();
      return;
    }
    const bundle = path.resolve(__dirname, '../../dist/webview/panel.js');
    assert.ok(existsSync(bundle), 'Build the panel first: npm run build');
    server = await startHarness();
    browser = await launchChromium(chromium);
    page = await browser.newPage();
    page.on('pageerror', (error) => failures.push(error.message));
  });

  after(async () => {
    await (browser as Browser | undefined)?.close();
    (server as typeof server | undefined)?.close();
  });

  afterEach(async () => {
    const violations = await page.evaluate(() => {
      sessionStorage.clear();
      return window.violations;
    });
    assert.deepEqual(violations, [], 'the content security policy was violated');
    assert.deepEqual(failures.splice(0), [], 'the page threw');
  });

  /** Opens a scene in a page of this width (CSS pixels), and forgets the message `ready`. */
  async function open(scene: string, { width = 400, theme = 'dark' } = {}): Promise<void> {
    await page.setViewportSize({ width, height: 720 });
    await page.goto(`${server.url}/?scene=${scene}&theme=${theme}`);
    await page.waitForSelector('main, .history, .prompt-view, .requests-view, .loading');
    if (scenes[scene]) await page.waitForSelector('main, .history, .prompt-view, .requests-view');
    const first = await page.evaluate(() => window.posted.shift());
    assert.deepEqual(first, { type: 'ready' });
  }

  async function send(...messages: HostMessage[]): Promise<void> {
    await page.evaluate(async (list) => {
      list.forEach((message) => window.send(message));
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50)));
    }, messages);
  }

  /** What the panel posted since the last call; every message must be one that the host takes. */
  async function posted(): Promise<PanelMessage[]> {
    const messages = await page.evaluate(() => window.posted.splice(0));
    return messages.map((message) => {
      const parsed = parsePanelMessage(message);
      assert.ok(parsed, `the host would refuse ${JSON.stringify(message)}`);
      return parsed;
    });
  }

  async function check(act: () => Promise<unknown>, expected: PanelMessage[]): Promise<void> {
    await act();
    assert.deepEqual(await posted(), expected);
  }

  const button = (name: string | RegExp): Promise<void> =>
    page
      .getByRole('button', { name, exact: typeof name === 'string' })
      .first()
      .click();
  const type = async (text: string): Promise<void> => {
    await page.locator('textarea').click();
    await page.keyboard.type(text);
  };

  describe('approvals', () => {
    const stepId = editStep.id;
    const cases: Record<string, [string, string | RegExp, PanelMessage]> = {
      'once, an edit': ['approval', 'Accept', { type: 'approve', stepId, answer: 'once' }],
      'for the chat, edits': [
        'approval',
        'Accept edits in this chat',
        { type: 'approve', stepId, answer: 'session' },
      ],
      'no, an edit': ['approval', 'Reject', { type: 'approve', stepId, answer: 'no' }],
      'the diff in the editor': ['approval', 'Open diff', { type: 'open-diff', stepId }],
      'once, a command': ['command', 'Run', { type: 'approve', stepId: runStep.id, answer: 'once' }],
      'for the chat, commands': [
        'command',
        'Allow commands in this chat',
        { type: 'approve', stepId: runStep.id, answer: 'session' },
      ],
      'no, a command': ['command', 'Do not run', { type: 'approve', stepId: runStep.id, answer: 'no' }],
    };
    for (const [name, [scene, label, expected]] of Object.entries(cases)) {
      it(`answers ${name}`, async () => {
        await open(scene);
        await check(() => button(label), [expected]);
      });
    }

    it('cannot be answered twice', async () => {
      await open('approval');
      await button('Accept');
      await check(async () => {
        assert.ok(await page.getByRole('button', { name: 'Reject' }).isDisabled());
        await page.keyboard.press('Control+Enter');
      }, [{ type: 'approve', stepId, answer: 'once' }]);
    });

    it('sends the hunks that were taken', async () => {
      await open('approval');
      await page.getByRole('checkbox').first().click();
      await check(() => button('Accept 1 of 2'), [{ type: 'approve', stepId, answer: 'once', hunks: [1] }]);
    });

    it('leaves out what was not taken, also where later edits are not asked about', async () => {
      await open('approval');
      await page.getByRole('checkbox').first().click();
      await check(
        () => button('Accept edits in this chat'),
        [{ type: 'approve', stepId, answer: 'session', hunks: [1] }],
      );
    });

    it('takes no edit without a hunk', async () => {
      await open('approval');
      for (const box of await page.getByRole('checkbox').all()) await box.click();
      assert.ok(await page.getByRole('button', { name: 'Accept 0 of 2' }).isDisabled());
      assert.ok(await page.getByRole('button', { name: 'Accept edits in this chat' }).isDisabled());
      await check(() => page.keyboard.press('Control+Enter'), []);
    });

    it('asks once about a change of several files, and sends the files that were taken', async () => {
      await open('files');
      await check(() => button('Accept'), [{ type: 'approve', stepId: filesStep.id, answer: 'once' }]);
      await open('files');
      await page.getByRole('checkbox', { name: 'report.py' }).click();
      await check(
        () => button('Accept 1 of 2'),
        [{ type: 'approve', stepId: filesStep.id, answer: 'once', files: ['stats.py'] }],
      );
    });

    it('sends a reason along with a no', async () => {
      await open('command');
      await page.getByText('Say why not').click();
      await page.getByRole('textbox', { name: /What should be different/ }).fill('use pytest');
      await check(
        () => button('Do not run'),
        [{ type: 'approve', stepId: runStep.id, answer: 'no', note: 'use pytest' }],
      );
    });

    it('accepts and rejects by key', async () => {
      await open('approval');
      await check(() => page.keyboard.press('Control+Enter'), [{ type: 'approve', stepId, answer: 'once' }]);
      await send(state(), ...work, step({ ...editStep, id: 'edit-2' }));
      await check(
        () => page.keyboard.press('Control+Backspace'),
        [{ type: 'approve', stepId: 'edit-2', answer: 'no' }],
      );
    });

    it('leaves the keys to a text that is being written', async () => {
      await open('approval');
      await type('some words');
      await check(() => page.keyboard.press('Control+Backspace'), []);
      assert.equal(await page.locator('textarea').inputValue(), 'some ');
      await check(() => page.keyboard.press('Control+Enter'), []);
    });

    it('shows the exact command line and its folder', async () => {
      await open('command');
      await send(
        state(),
        ...work,
        step({
          ...runStep,
          detail: {
            kind: 'command',
            command: 'echo a\u202eb && rm -r x',
            cwd: 'src',
            output: '',
            exitCode: null,
            timedOut: false,
          },
        }),
      );
      assert.equal(await page.locator('.card .command-line').innerText(), 'echo a\\u202eb && rm -r x');
      await page.getByText('in src').waitFor();
    });

    it('shows the output of a command while it runs, and folds it at the end', async () => {
      await open('command');
      const detail = {
        kind: 'command',
        command: 'make',
        output: '',
        exitCode: null,
        timedOut: false,
      } as const;
      await send(step({ ...runStep, state: 'running', detail }));
      const row = page.locator('details.step').last();
      assert.equal(await row.getAttribute('open'), null);
      const lines = Array.from({ length: 60 }, (_, index) => `line ${index}\n`);
      for (const line of lines)
        await page.evaluate((message) => window.send(message), {
          type: 'event',
          event: { type: 'step-output', id: runStep.id, delta: `\u001b[31m${line}` },
        });
      await page.getByText('line 59').waitFor();
      assert.equal(await row.locator('.output').innerText(), lines.join(''));
      const below = await row
        .locator('.output')
        .evaluate((pre) => pre.scrollHeight - pre.clientHeight - pre.scrollTop);
      assert.ok(below < 2, `${below} pixels of newer output are out of sight`);
      await send(step({ ...runStep, state: 'done', detail: { ...detail, output: 'whole', exitCode: 0 } }));
      assert.equal(await row.getAttribute('open'), null);
    });

    it('takes the focus from an empty input, not from a text', async () => {
      await open('finished');
      await page.locator('textarea').click();
      await send(step({ ...editStep, id: 'edit-2' }));
      assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H3');
      await type('writing');
      await send(step({ ...editStep, id: 'edit-3' }));
      assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'TEXTAREA');
    });

    it('names the state in the heading of the card', async () => {
      await open('approval');
      await page
        .getByRole('heading', { name: 'Edit stats.py › median , waiting for your approval' })
        .waitFor();
    });
  });

  describe('input', () => {
    it('sends with Enter, breaks with Shift+Enter, and is empty after', async () => {
      await open('empty');
      await type('one');
      await page.keyboard.press('Shift+Enter');
      await page.keyboard.type('two');
      await check(() => page.keyboard.press('Enter'), [{ type: 'send', text: 'one\ntwo' }]);
      assert.equal(await page.locator('textarea').inputValue(), '');
      await check(() => page.keyboard.press('Enter'), []);
    });

    it('grows with its text', async () => {
      await open('empty');
      const height = async (): Promise<number> => (await page.locator('textarea').boundingBox())!.height;
      const before = await height();
      await type('a');
      for (let line = 0; line < 4; line++) await page.keyboard.press('Shift+Enter');
      assert.ok((await height()) > before + 40);
    });

    it('recalls the last message with Up when it is empty', async () => {
      await open('finished');
      await page.locator('textarea').click();
      await page.keyboard.press('ArrowUp');
      assert.equal(await page.locator('textarea').inputValue(), 'Fix the failing test in stats.py');
    });

    it('stops with Escape and with the button', async () => {
      await open('reading');
      await page.locator('textarea').click();
      await check(() => page.keyboard.press('Escape'), [{ type: 'stop' }]);
      await check(() => button('Stop (Escape)'), [{ type: 'stop' }]);
      await send(
        event({ type: 'run-finished', runId: 'task-1', outcome: 'stopped', summary: 'Stopped', ms: 1 }),
      );
      await check(() => page.keyboard.press('Escape'), []);
    });

    it('shows what waits, and takes it back', async () => {
      await open('reading');
      await check(() => button('Take back'), [{ type: 'unqueue', id: 'q1' }]);
    });

    it('removes what goes along', async () => {
      await open('approval');
      await check(() => button('Remove problems'), [{ type: 'detach', id: 'a2' }]);
    });

    it('keeps the draft over a reload', async () => {
      await open('empty');
      await type('half a thought');
      await page.reload();
      await page.waitForSelector('textarea');
      assert.equal(await page.locator('textarea').inputValue(), 'half a thought');
    });

    it('picks a mode, a model and context by keys alone', async () => {
      await open('empty');
      await page.getByRole('button', { name: /^What needs your yes/ }).focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('ArrowDown');
      await check(() => page.keyboard.press('Enter'), [{ type: 'set-approvals', value: 'allow-edits' }]);
      await page.getByRole('button', { name: /^Model/ }).focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('End');
      await check(
        () => page.keyboard.press('Enter'),
        [{ type: 'download-model', name: 'qwen2.5-coder-0.5b' }],
      );
      await page.getByRole('button', { name: 'Add context' }).focus();
      await page.keyboard.press('Enter');
      await check(() => page.keyboard.press('Escape'), []);
      assert.equal(await page.getByRole('menu').count(), 0);
      assert.equal(
        await page.evaluate(() => document.activeElement?.getAttribute('aria-label')),
        'Add context',
      );
    });
  });

  describe('models and failures', () => {
    it('offers one download to somebody without a model', async () => {
      await open('no-model');
      await page.getByText('1.1 GB to download, 2.1 GB of memory').waitFor();
      await check(() => button(/^Download/), [{ type: 'download-model', name: 'qwen2.5-coder-1.5b' }]);
    });

    it('says of a model for completions whether it is loaded, and why not', async () => {
      await open('empty');
      const { model, models } = panelState();
      const installed = models.map((choice) => ({ ...choice, installed: true }));
      const second = { name: 'Qwen2.5-Coder 0.5B', isLoaded: true, why: '' };
      await send({ type: 'patch', patch: { model: { ...model, second }, models: installed } });
      await page.getByRole('button', { name: /^Model/ }).click();
      await page.getByText('900 MB of memory. Completes code beside the one for chat.').waitFor();
      const dropped = { ...second, isLoaded: false, why: 'It needs more than there is.' };
      await send({ type: 'patch', patch: { model: { ...model, second: dropped } } });
      await page.getByText('Chosen for completions and not loaded. It needs more than there is.').waitFor();
    });

    it('shows a download, which can be cancelled while the input works', async () => {
      await open('downloading');
      await page.getByText('412 MB of 1.1 GB, 11 MB/s · 1 min left').waitFor();
      await check(() => button('Cancel'), [{ type: 'cancel-download' }]);
      await type('hello');
      await check(() => page.keyboard.press('Enter'), [{ type: 'send', text: 'hello' }]);
    });

    it('says what happened, what was kept, and offers one button', async () => {
      await open('failure');
      const notice = page.locator('.item.notice').last();
      for (const text of [
        'The engine ended three times before it could answer.',
        'as they were',
        'Restart the engine, or',
      ])
        await notice.getByText(text).waitFor();
      const restart = page.getByRole('button', { name: 'Restart the engine' });
      assert.equal(await restart.count(), 1);
      await check(() => restart.click(), [{ type: 'restart-engine' }]);
    });

    it('offers the restart at the notice while the engine is there again', async () => {
      await open('failure');
      await send({ type: 'patch', patch: { model: panelState().model } });
      const notice = page.locator('.item.notice').last();
      await check(() => notice.getByRole('button').click(), [{ type: 'restart-engine' }]);
    });

    it('says why a model is not loaded any more', async () => {
      await open('resting');
      await page.getByText('unloaded after 30 minutes without use').waitFor();
      await send({ type: 'patch', patch: { model: panelState().model } });
      assert.equal(await page.getByText('unloaded after').count(), 0);
    });

    it('opens a file that a task has changed, beside what it was', async () => {
      await open('finished');
      await page.getByText('stats.py changed').click();
      await check(
        () => button('Review stats.py'),
        [{ type: 'review', checkpointId: 'cp-1', path: 'stats.py' }],
      );
    });

    it('restores a checkpoint, not while a task runs', async () => {
      await open('finished');
      await check(() => button('Restore to before this task'), [{ type: 'restore', checkpointId: 'cp-1' }]);
      await send(event({ type: 'run-started', runId: 'r2', text: 'More', attachments: [], at: 0 }));
      assert.ok(await page.getByRole('button', { name: 'Restore to before this task' }).isDisabled());
    });

    it('opens a file at its lines', async () => {
      await open('finished');
      await check(
        () => button(/^Read stats/),
        [{ type: 'open-file', path: 'stats.py', line: 5, endLine: 12 }],
      );
    });
  });

  describe('chats', () => {
    it('opens and deletes by keys', async () => {
      await open('history');
      await page.keyboard.press('ArrowDown');
      await check(() => page.keyboard.press('Delete'), [{ type: 'delete-chat', id: 'chat-2' }]);
      await send({ type: 'patch', patch: { chats: panelState().chats.filter(({ id }) => id !== 'chat-2') } });
      await check(() => page.keyboard.press('Enter'), [{ type: 'open-chat', id: 'chat-3' }]);
      await page.waitForSelector('main');
    });

    it('goes back with Escape', async () => {
      await open('history');
      await check(() => page.keyboard.press('Escape'), []);
      await page.waitForSelector('main');
    });
  });

  describe('keyboard alone', () => {
    it('reaches everything in reading order', async () => {
      await open('approval');
      await page.locator('.transcript').focus();
      const names: string[] = [];
      for (let presses = 0; presses < 40; presses++) {
        await page.keyboard.press('Tab');
        const name = await page.evaluate(() => {
          const element = document.activeElement;
          if (!element || element === document.body) return undefined;
          const label = element.getAttribute('aria-label') ?? element.closest('label')?.innerText;
          return (label ?? (element as HTMLElement).innerText).trim().replace(/\s+/g, ' ');
        });
        if (name === undefined) break;
        names.push(name);
      }
      const expected = [
        ...['Ran python3', 'Read stats.py', 'Copy', 'Change 1 of 2', 'Change 2 of 2'],
        ...['Accept', 'Reject', 'Open diff', 'Accept edits in this chat', 'Say why not'],
        ...[
          'Remove stats.py',
          'Remove problems',
          'Message',
          'Add context',
          'What needs your yes',
          'Model:',
          'Stop',
        ],
      ];
      let from = 0;
      for (const name of expected) {
        const found = names.findIndex((reached, index) => index >= from && reached.startsWith(name));
        assert.ok(
          found >= 0,
          `${name} is not reached after ${names.slice(0, from).join(' | ')}; all: ${names.join(' | ')}`,
        );
        from = found + 1;
      }
    });

    it('announces steps and answers, not tokens', async () => {
      await open('approval');
      const said = (): Promise<string> => page.locator('[aria-live="polite"]').innerText();
      await send(step({ ...editStep, state: 'done', verb: 'Edited' }));
      assert.match(await said(), /Edited stats\.py/);
      const before = await said();
      await send(event({ type: 'text', delta: 'A token' }));
      assert.equal(await said(), before);
      await send(
        event({ type: 'run-finished', runId: 'task-1', outcome: 'done', summary: 'Tests pass', ms: 1 }),
      );
      assert.match(await said(), /A token.*Tests pass/s);
    });
  });

  describe('text that is not to be trusted', () => {
    const attack =
      '<img src=x onerror="window.hit=1"><script>window.hit=1</script><style>*{display:none}</style>';

    it('never becomes an element', async () => {
      await open('empty');
      const hunk = { oldStart: 1, newStart: 1, lines: [{ kind: 'added' as const, text: attack }] };
      await send(
        event({ type: 'run-started', runId: attack, text: attack, attachments: [attack], at: 0 }),
        event({
          type: 'text',
          delta: `${attack}\n\n\`\`\`html\n${attack}\n\`\`\`\n\n[a](javascript:window.hit=1) ![b](http://x.invalid/c.png) <a href="data:text/html,x">c</a>\n\n| ${attack} |\n|:-:|\n| \`${attack}\` |\n`,
        }),
        event({ type: 'reasoning', delta: attack }),
        step({
          ...editStep,
          id: 'x1',
          state: 'done',
          verb: attack,
          object: attack,
          result: attack,
          allowedBy: attack,
          detail: { kind: 'text', text: attack },
        }),
        step({
          ...runStep,
          id: 'x2',
          object: attack,
          detail: {
            kind: 'command',
            command: attack,
            cwd: attack,
            output: attack,
            exitCode: 0,
            timedOut: false,
          },
        }),
        step({
          ...editStep,
          id: '"] *',
          object: attack,
          detail: {
            kind: 'diff',
            diff: {
              path: attack,
              languageId: 'html',
              kind: 'change',
              added: 1,
              removed: 0,
              hunks: [hunk, hunk],
            },
          },
        }),
        event({ type: 'checkpoint', id: attack, label: attack, files: [attack] }),
        event({
          type: 'notice',
          level: 'error',
          report: { code: attack, happened: attack, kept: attack, next: attack },
        }),
        event({
          type: 'run-finished',
          runId: attack,
          outcome: 'failed',
          summary: attack,
          evidence: attack,
          ms: 1,
        }),
        {
          type: 'patch',
          patch: { attachments: [{ id: 'a', label: attack }], queued: [{ id: 'q', text: attack }] },
        },
      );
      const found = await page.evaluate(() => ({
        elements: document.querySelectorAll(
          '#root :is(img, script, style, iframe, object, form, [style], [onerror])',
        ).length,
        links: [...document.querySelectorAll('a')].map((link) => link.getAttribute('href')),
        hit: 'hit' in window,
        shown: document.querySelector('.bubble')?.textContent,
      }));
      assert.deepEqual(found, { elements: 0, links: ['http://x.invalid/c.png'], hit: false, shown: attack });
    });

    it('lets no link leave the page but through the host', async () => {
      await open('empty');
      await send(
        event({ type: 'run-started', runId: 'r', text: 'x', attachments: [], at: 0 }),
        event({ type: 'text', delta: 'See https://example.org/a and [the file](src/a%20b.ts#L12).' }),
      );
      await check(
        () => page.getByRole('link', { name: /example/ }).click(),
        [{ type: 'open-link', href: 'https://example.org/a' }],
      );
      await check(
        () => page.getByRole('link', { name: 'the file' }).click(),
        [{ type: 'open-file', path: 'src/a b.ts', line: 12 }],
      );
    });

    it('ignores messages of no known kind', async () => {
      await open('empty');
      await page.evaluate(() =>
        [null, 7, { type: 'boom' }, { type: 'event', event: 1 }].forEach(window.send),
      );
      await send(state());
      await page.getByText('What should change').waitFor();
    });
  });

  describe('requests to the model', () => {
    it('are drawn and listed, the newest first, and Escape goes back to the chat', async () => {
      await open('requests');
      await page.getByRole('heading', { name: 'Requests to the model' }).waitFor();
      const labels = await page
        .getByRole('img')
        .evaluateAll((pictures) => pictures.map((picture) => picture.getAttribute('aria-label') ?? ''));
      assert.match(
        labels[0] ?? '',
        /^Written, tokens a second, Chat: from 18 to 22, the newest .*; .*Completion: from 41 to 45/,
      );
      assert.match(labels[1] ?? '', /^Memory of the engine: from 2\.1.GB to 2\.3.GB/);
      // One dot for each request of a lane, and none where the memory was not told.
      assert.equal(await page.locator('.graph [data-kind=chat] circle').count(), 15);
      assert.equal(await page.locator('.graph g[data-kind=memory] circle').count(), 59);
      const first = await page.locator('.requests tbody tr').first().innerText();
      assert.match(first, /Completion\s+299 \(79 % cached\)\s+12 \(44 tok\/s\)\s+0\.3 s\s+cancelled/);
      await page.keyboard.press('Escape');
      await page.getByText('What should change').waitFor();
    });

    it('say that there are none yet', async () => {
      await open('empty');
      await send({ type: 'requests', rows: [] });
      await page.getByText('No requests yet.').waitFor();
      assert.equal(await page.locator('.graph').count(), 0);
    });
  });

  describe('size', () => {
    for (const scene of Object.keys(scenes)) {
      it(`fits into 220 pixels: ${scene}`, async () => {
        await open(scene, { width: 220, theme: 'contrast' });
        await page.evaluate(() =>
          document.querySelectorAll('details').forEach((details) => (details.open = true)),
        );
        const wide = await page.evaluate(() =>
          [
            document.documentElement,
            ...document.querySelectorAll(
              '.transcript, .history, .requests-view, .composer, .card, .toolbar, .status',
            ),
          ]
            .filter((element) => element.scrollWidth > element.clientWidth + 1)
            .map((element) => `${element.className} ${element.scrollWidth} > ${element.clientWidth}`),
        );
        assert.deepEqual(wide, []);
      });
    }

    it('draws the end of 2,000 messages, and the earlier ones on the way up', async () => {
      await open('empty');
      const ms = await page.evaluate(async (message) => {
        const start = performance.now();
        window.send(message);
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
        return performance.now() - start;
      }, longChat(2000));
      await page.getByText('Answer 1999').waitFor();
      const drawn = await page.locator('.item').count();
      assert.ok(drawn <= 200, `${drawn} items are drawn`);
      const frames = await page.evaluate(scrollUp);
      const longest = Math.max(...frames);
      print(
        `2,000 messages: shown after ${ms.toFixed(0)} ms; scrolling up through ${await page.locator('.item').count()}: ` +
          `median frame ${median(frames).toFixed(1)} ms, longest ${longest.toFixed(0)} ms`,
      );
      assert.ok((await page.locator('.item').count()) > drawn);
      await page.getByRole('button', { name: 'Jump to the newest message' }).click();
      await page.getByText('Answer 1999').waitFor();
    });

    it('follows the answer at the end, and leaves a reader alone', async () => {
      await open('empty');
      await send(
        longChat(200),
        event({ type: 'run-started', runId: 'r', text: 'go', attachments: [], at: 0 }),
      );
      const gap = (): Promise<number> =>
        page.locator('.transcript').evaluate((e) => e.scrollHeight - e.scrollTop - e.clientHeight);
      await send(event({ type: 'text', delta: 'line\n\n'.repeat(80) }));
      assert.ok((await gap()) < 2, 'the end is in sight');
      await page.locator('.transcript').evaluate((element) => (element.scrollTop -= 600));
      await page.waitForTimeout(100);
      const before = await gap();
      await send(event({ type: 'text', delta: 'line\n\n'.repeat(80) }));
      assert.ok((await gap()) > before, 'the reader stays where they are');
    });

    it('streams 2,000 tokens', async () => {
      await open('empty');
      await send(
        longChat(400),
        event({ type: 'run-started', runId: 'r', text: 'go', attachments: [], at: 0 }),
      );
      const session = await page.context().newCDPSession(page);
      await session.send('Performance.enable', { timeDomain: 'threadTicks' });
      const busy = async (): Promise<number> => {
        const { metrics } = await session.send('Performance.getMetrics');
        return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
      };
      const answer = Array.from({ length: 2000 }, (_, index) => tokenAt(index));
      await send(...answer.slice(0, 1700).map((delta) => event({ type: 'text', delta })));
      const before = await busy();
      // One token a frame, as a fast model writes.
      await page.evaluate(async (tokens) => {
        for (const delta of tokens) {
          window.send({ type: 'event', event: { type: 'text', delta } });
          await new Promise(requestAnimationFrame);
        }
      }, answer.slice(1700));
      const perToken = ((await busy()) - before) / 300;
      print(`main thread a token, one a frame, after 1,700 tokens: ${perToken.toFixed(2)} ms`);
      await send(event({ type: 'run-finished', runId: 'r', outcome: 'done', summary: 'Done', ms: 1 }));
      assert.ok((await page.locator('.item.assistant').last().innerText()).includes('word1999'));
      assert.ok(perToken < 50, `${perToken} ms a token`);
    });
  });
});

/** A figure for the reader of the test's output; timings are not asserted tightly. */
function print(figure: string): void {
  process.stdout.write(`        ${figure}\n`);
}

/** Scrolls to the top in steps of one frame; gives the length of each frame in milliseconds. */
async function scrollUp(): Promise<number[]> {
  const element = document.querySelector('.transcript');
  const frames: number[] = [];
  let last = performance.now();
  for (let n = 0; element && n < 150; n++) {
    element.scrollTop -= 300;
    await new Promise(requestAnimationFrame);
    frames.push(performance.now() - last);
    last = performance.now();
  }
  return frames;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Prose with a paragraph every 60 words, a code block and a list now and then. */
function tokenAt(index: number): string {
  if (index % 400 === 300) return '\n\n```ts\n';
  if (index % 400 === 360) return '\n```\n\n';
  if (index % 60 === 59) return '\n\n';
  return ` word${index}`;
}
