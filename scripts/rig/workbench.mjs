/**
 * The served workbench with the packaged extension in it, as a person uses it: opens the panel, answers approvals,
 * opens files, waits for ghost text, takes code actions. Selectors fit the version in `versions.mjs`.
 */
import { URLSearchParams } from 'node:url';
import { startBrowser } from './browser.mjs';
import { installVsix, startServer } from './server.mjs';

/** A loaded 2-core machine needs most of it for its first paint. */
const patienceMs = 60_000;

/**
 * @param {object} options
 * @param {{node: string, server: string}} options.rig
 * @param {string} options.chromium
 * @param {string} options.folder scratch folder of this run
 * @param {string} options.workspace folder to open
 * @param {string} [options.vsix] extension to install first
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {Record<string, unknown>} [options.settings]
 * @param {{width?: number, height?: number, scale?: number}} [options.view] CSS pixels
 */
export async function startWorkbench({ rig, chromium, folder, workspace, vsix, env, settings, view = {} }) {
  if (vsix) await installVsix({ rig, folder, vsix });
  const server = await startServer({ rig, folder, env, settings });
  try {
    const browser = await startBrowser({ executable: chromium, folder, ...view });
    const { page } = browser;
    page.setDefaultTimeout(patienceMs);
    await page.goto(`${server.url}/?${new URLSearchParams({ folder: workspace })}`);
    await page.locator('.monaco-workbench .activitybar').first().waitFor();
    const close = async () => {
      await browser.close();
      await server.stop();
    };
    return { page, log: server.log, close, panel: panelOf(page), editor: editorOf(page), ...paletteOf(page) };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** The command palette and the quick pick of files. @param {import('playwright-core').Page} page */
function paletteOf(page) {
  const pick = async (key, text, row) => {
    await page.keyboard.press(key);
    const input = page.locator('.quick-input-widget input.input');
    await input.waitFor();
    await input.fill(text);
    await page.locator('.quick-input-list .monaco-list-row', { hasText: row }).first().waitFor();
    await page.waitForTimeout(300);
    await page.keyboard.press('Enter');
  };
  return {
    runCommand: (title) => pick('F1', `>${title}`, title),
    openFile: async (name) => {
      await pick('Control+P', name, name);
      await page.locator('.tab.active', { hasText: name }).waitFor();
      await page.locator('.editor-instance .view-line').first().waitFor();
    },
  };
}

/** Thimble's view in the side bar. @param {import('playwright-core').Page} page */
function panelOf(page) {
  const frame = page.frameLocator('iframe.webview.ready').first().frameLocator('#active-frame');
  const approval = frame.locator('[data-approval]').last();
  const outcome = frame.locator('[data-outcome]').last();
  return {
    frame,
    approval,
    outcome,
    open: async () => {
      const input = frame.locator('.composer textarea');
      if (!(await input.isVisible())) {
        await page.locator('.activitybar [aria-label^="Thimble"]').first().click();
      }
      await input.waitFor();
    },
    send: async (text) => {
      await frame.locator('.composer textarea').fill(text);
      await frame.locator('.composer textarea').press('Enter');
    },
    /** Answers what is asked until the task has ended. @returns {Promise<string>} done, stopped or failed */
    finishTask: async (answer, timeoutMs) => {
      const before = await frame.locator('[data-outcome]').count();
      const end = frame.locator('[data-outcome]').nth(before);
      const limit = Date.now() + timeoutMs;
      for (;;) {
        if (Date.now() > limit) throw new Error(`the task did not end within ${timeoutMs / 1000} s`);
        await end
          .or(approval)
          .first()
          .waitFor({ timeout: limit - Date.now() });
        if ((await end.count()) > 0) return end.getAttribute('data-outcome');
        await answer(approval);
      }
    },
  };
}

/** The active text editor. @param {import('playwright-core').Page} page */
function editorOf(page) {
  const ghostText = page.locator('[class*="ghost-text-decoration"], .ghost-text, .inline-edits-view').first();
  return {
    ghostText,
    focus: () => page.locator('.editor-instance .view-lines').first().click(),
    /** Puts the cursor at the end of a line, counted from 1. */
    goToEndOfLine: async (line) => {
      await page.locator('.editor-instance .view-lines').first().click();
      await page.keyboard.press('Control+G');
      const input = page.locator('.quick-input-widget input.input');
      await input.waitFor();
      await input.fill(`:${line}`);
      await page.keyboard.press('Enter');
      await input.waitFor({ state: 'hidden' });
      await page.keyboard.press('End');
    },
    type: (text) => page.keyboard.type(text, { delay: 40 }),
    /** Comes by itself, however long the model takes to load and to read the prompt. */
    waitForGhostText: () => ghostText.waitFor({ timeout: 2 * patienceMs }),
    /** Marks the text from the cursor over so many lines down. */
    selectLines: async (count) => {
      await page.keyboard.press('Home');
      await page.keyboard.press('Home');
      for (let i = 1; i < count; i++) await page.keyboard.press('Shift+ArrowDown');
      await page.keyboard.press('Shift+End');
    },
    takeCodeAction: async (title) => {
      const row = page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
      // The workbench closes the menu when the editor changes under it; a person would open it again.
      for (let tries = 1; ; tries++) {
        await page.keyboard.press('Control+.');
        try {
          await row.waitFor({ timeout: patienceMs / 6 });
          break;
        } catch (error) {
          if (tries === 6) throw error;
          await page.keyboard.press('Escape');
        }
      }
      await page.waitForTimeout(300);
      await row.click();
    },
    codeLens: (text) => page.locator('.codelens-decoration a', { hasText: text }).first(),
    text: () => settledText(page),
  };
}

/** What is in view of the active editor, from the top, once it has stopped to move. */
async function settledText(page) {
  // The workbench keeps the lines in another order once some were drawn anew, and moves them one by one.
  const read = () =>
    page.locator('.editor-instance .view-line').evaluateAll((lines) =>
      lines
        .map((line) => ({ top: line.getBoundingClientRect().top, text: line.textContent ?? '' }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text)
        .join('\n'),
    );
  const limit = Date.now() + patienceMs;
  let last = await read();
  for (let same = 0; same < 3 && Date.now() < limit;) {
    await page.waitForTimeout(100);
    const text = await read();
    same = text === last ? same + 1 : 0;
    last = text;
  }
  return last;
}
