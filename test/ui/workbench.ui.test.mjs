/**
 * The three uses from the installed package, in a real workbench in a real Chromium on the real 0.5B model.
 * What the model writes is its own; what the program does with it is tested.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { root } from '../../scripts/lib/paths.mjs';
import { openSampleProject } from '../../scripts/rig/test-project.mjs';
import { testModel } from '../../scripts/setup/model.mjs';

const taskLimitMs = 240_000;
const original = readFileSync(path.join(root, 'test/workspaces/stats-py/stats.py'), 'utf8');

describe('the packaged extension in the served workbench', function () {
  this.timeout(300_000);
  /** @type {Awaited<ReturnType<typeof openSampleProject>>} */
  let workbench;

  before(async () => {
    workbench = await openSampleProject('ui', { model: testModel });
  });
  after(() => workbench?.close());
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    const name = this.currentTest.title.replace(/\W+/g, '-');
    const shot = path.join(workbench.folder, `${name}.png`);
    await workbench.page.screenshot({ path: shot });
    console.error(`see ${shot} and ${workbench.log}`);
  });

  it('opens the panel with the model ready or loading', async () => {
    await workbench.panel.open();
    await workbench.panel.frame.locator('.composer', { hasText: /0\.5B/i }).waitFor();
  });

  const request = 'Create square.py with a function square(number)';

  /** Answers each card that the task shows. @returns {Promise<string[]>} what was asked about */
  async function answerAll(answer) {
    const asked = [];
    await workbench.panel.finishTask(async (card) => {
      asked.push(await card.locator('h3').innerText());
      const id = await card.getAttribute('data-approval');
      await card.locator(`[data-answer="${answer}"]`).click();
      await workbench.panel.frame.locator(`[data-approval="${id}"]`).waitFor({ state: 'detached' });
    }, taskLimitMs);
    return asked;
  }

  it('asks before it writes, and a no leaves the folder as it was', async () => {
    await workbench.openFile('stats.py');
    await workbench.panel.open();
    await workbench.panel.send(request);
    const asked = await answerAll('no');
    assert.match(asked[0] ?? 'nothing was asked', /square\.py/);
    assert.equal(workbench.exists('square.py'), false);
  });

  it('writes after a yes, and restores to before the task', async () => {
    await workbench.panel.send(request);
    const asked = await answerAll('once');
    assert.match(asked[0] ?? 'nothing was asked', /square\.py/);
    assert.match(workbench.read('square.py'), /def square\(/);
    await workbench.panel.frame.getByText('Restore to before this task').last().click();
    await workbench.until(() => !workbench.exists('square.py'));
    assert.equal(workbench.read('stats.py'), original);
  });

  it('keeps the conversation over a reload of the window', async () => {
    await workbench.page.reload();
    await workbench.panel.open();
    await workbench.panel.frame.locator('.bubble', { hasText: request }).first().waitFor();
    await workbench.panel.outcome.waitFor();
  });

  it('completes a line as ghost text, and Tab takes it', async () => {
    await workbench.openFile('stats.py');
    const line =
      original.split('\n').findIndex((text) => text.includes('return max(values) - min(values)')) + 1;
    await workbench.editor.goToEndOfLine(line);
    await workbench.editor.type('\n\n\n');
    // Out of the function above.
    await workbench.page.keyboard.press('Backspace');
    await workbench.editor.type('def total(values):\nreturn sum');
    await workbench.editor.waitForGhostText();
    await workbench.page.keyboard.press('Tab');
    await workbench.editor.ghostText.waitFor({ state: 'hidden' });
    assert.match((await workbench.editor.text()).replaceAll('\u00a0', ' '), /return sum\(values\)/);
  });

  it('shows a change to a selection as an inline diff, and rejecting it leaves the text as it was', async () => {
    // The function written just now, which has no documentation yet.
    const before = await workbench.editor.text();
    await workbench.page.keyboard.press('ArrowUp');
    await workbench.editor.selectLines(2);
    await workbench.editor.takeCodeAction('Document');
    const reject = workbench.editor.codeLens(/Reject/);
    await reject.waitFor({ timeout: taskLimitMs });
    await reject.click();
    await reject.waitFor({ state: 'hidden' });
    assert.equal(await workbench.editor.text(), before);
    assert.equal(workbench.read('stats.py'), original);
  });
});
