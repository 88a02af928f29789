/**
 * `node scripts/screenshots.mjs [--model NAME]`: takes the README's pictures in the served workbench, from the packaged
 * extension on a real model: the panel after a finished task with an approved diff, ghost text, an inline diff.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './lib/paths.mjs';
import { step } from './lib/steps.mjs';
import { ensurePackages } from './setup/packages.mjs';

const images = path.join(root, 'docs', 'images');
const taskLimitMs = 420_000;
const attempts = 3;

/** @typedef {Awaited<ReturnType<typeof import('./rig/test-project.mjs').openSampleProject>>} Workbench */

/** The panel after a task in which the user allowed the command and accepted the diff. @param {Workbench} workbench */
async function shootPanel({ page, panel, openFile }, file) {
  await openFile('stats.py');
  await panel.open();
  for (let attempt = 1; attempt <= attempts; attempt++) {
    await panel.send('Fix the failing test in test_stats.py');
    const outcome = await panel.finishTask(async (card) => {
      const id = await card.getAttribute('data-approval');
      await card.locator('[data-answer="once"]').click();
      await panel.frame.locator(`[data-approval="${id}"]`).waitFor({ state: 'detached' });
    }, taskLimitMs);
    if (outcome === 'done') {
      // The diff that was accepted, opened, with the steps around it.
      const edited = panel.frame.locator('details.step', { has: page.locator('.diff, .diff-count') }).last();
      if (await edited.isVisible()) await edited.locator('summary').first().click();
      await panel.outcome.scrollIntoViewIfNeeded();
      await page.waitForTimeout(800);
      await page.screenshot({ path: file });
      return;
    }
    await panel.frame
      .locator('.link', { hasText: 'Restore' })
      .last()
      .click()
      .catch(() => undefined);
  }
  throw new Error(`The model did not repair the sample in ${attempts} attempts.`);
}

/** @param {Workbench} workbench */
async function shootCompletion({ page, editor, openFile }, file) {
  await openFile('stats.py');
  await page.keyboard.press('Control+End');
  await editor.focus();
  await page.keyboard.press('Control+End');
  await editor.type('\n\ndef standard_deviation(values):\nreturn');
  await editor.waitForGhostText();
  await page.waitForTimeout(800);
  await page.screenshot({ path: file });
}

/** @param {Workbench} workbench */
async function shootInlineDiff({ page, editor }, file) {
  // The terminal's place is needed for the code.
  await page.keyboard.press('Control+J');
  // The function that was completed for the picture before, which has no documentation yet.
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowUp');
  await editor.selectLines(2);
  await editor.takeCodeAction('Document');
  await editor.codeLens(/Accept/).waitFor({ timeout: taskLimitMs });
  await page.waitForTimeout(800);
  await page.screenshot({ path: file });
}

const { values } = parseArgs({ options: { model: { type: 'string', default: 'qwen2.5-coder-1.5b' } } });
await ensurePackages();
const { openSampleProject } = await import('./rig/test-project.mjs');
const workbench = await openSampleProject('screenshots', {
  model: values.model,
  view: { width: 1280, height: 800, scale: 1.5 },
});
mkdirSync(images, { recursive: true });
let failed = false;
for (const [name, shoot] of Object.entries({
  panel: shootPanel,
  completion: shootCompletion,
  'inline-diff': shootInlineDiff,
})) {
  try {
    await step(`docs/images/${name}.png`, () => shoot(workbench, path.join(images, `${name}.png`)));
  } catch (error) {
    failed = true;
    const shot = path.join(workbench.folder, `${name}.png`);
    await workbench.page.screenshot({ path: shot }).catch(() => undefined);
    console.error(`${error.message}\nsee ${shot} and ${workbench.log}`);
  }
}
await workbench.close();
process.exit(failed ? 1 : 0);
