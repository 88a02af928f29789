import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { panelHtml } from '../../src/vscode/panel-view';
import { thimble, until } from './host';

const extension = () => vscode.extensions.getExtension('thimble.thimble')!;

interface Manifest {
  contributes: { commands: { command: string }[]; configuration: { properties: Record<string, unknown> } };
}

describe('extension', () => {
  it('activates without an engine and in little time', async () => {
    const api = await thimble();
    const bundle = path.join(extension().extensionPath, 'dist', 'extension.js');
    const loads = [1, 2, 3].map(() => {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- loads the bundle as if for the first time
      delete require.cache[bundle];
      const started = performance.now();
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- the extension host loads it so
      require(bundle);
      return performance.now() - started;
    });
    const load = loads.sort((a, b) => a - b)[1]!;
    // eslint-disable-next-line no-console -- a figure for the report of the run
    console.log(
      `    activation: ${api.activationMs.toFixed(1)} ms, loading the bundle: ${load.toFixed(1)} ms`,
    );
    assert.equal(api.supervisor.state, 'stopped');
    assert.equal(api.supervisor.pid, undefined);
    // A bound far above the goal of 150 ms, so that a busy machine does not fail the test.
    assert.ok(api.activationMs + load < 1500, `took ${api.activationMs + load} ms`);
  });

  it('registers every command of its manifest', async () => {
    await thimble();
    const known = new Set(await vscode.commands.getCommands(true));
    const { contributes } = extension().packageJSON as Manifest;
    const missing = contributes.commands.map(({ command }) => command).filter((name) => !known.has(name));
    assert.deepEqual(missing, []);
  });

  it('names every text of its manifest', () => {
    const raw = readFileSync(path.join(extension().extensionPath, 'package.json'), 'utf8');
    const texts = JSON.parse(
      readFileSync(path.join(extension().extensionPath, 'package.nls.json'), 'utf8'),
    ) as Record<string, string>;
    const used = [...raw.matchAll(/"%([\w.]+)%"/g)].map((match) => match[1]!);
    assert.ok(used.length > 30);
    assert.deepEqual(
      used.filter((key) => !(key in texts)),
      [],
    );
    assert.deepEqual(
      Object.keys(texts).filter((key) => !used.includes(key)),
      [],
    );
  });

  it('gives the panel a page that runs its own script only', () => {
    const panel = vscode.window.createWebviewPanel('thimble.test', 'test', vscode.ViewColumn.One);
    try {
      const root = vscode.Uri.joinPath(extension().extensionUri, 'dist', 'webview');
      const html = panelHtml(panel.webview, root);
      const again = panelHtml(panel.webview, root);
      const nonce = /script-src 'nonce-([\w-]+)'/.exec(html)?.[1];
      assert.ok(nonce && nonce.length >= 20);
      assert.match(html, /default-src 'none'/);
      assert.doesNotMatch(html, /unsafe/);
      assert.deepEqual(
        [...html.matchAll(/<script([^>]*)>/g)].map((match) => match[1]!.includes(`nonce="${nonce}"`)),
        [true],
      );
      assert.notEqual(nonce, /script-src 'nonce-([\w-]+)'/.exec(again)?.[1]);
    } finally {
      panel.dispose();
    }
  });

  it('opens its panel', async () => {
    const api = await thimble();
    await vscode.commands.executeCommand('thimble.focus');
    await until(() => api.panel.visible, 'the panel to be visible');
  });

  it('sends the whole state again after the panel was hidden', async () => {
    const api = await thimble();
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until(() => !api.panel.visible, 'the panel to be hidden');
    await vscode.commands.executeCommand('thimble.focus');
    await until(() => api.panel.visible, 'the panel to be visible again');
    assert.equal(api.controller.state().hasWorkspace, true);
  });
});
