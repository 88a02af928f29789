import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { makeTinyGguf } from '../support/make-tiny-gguf.mjs';
import { closeEditors, openEditor, thimble, useTinyModel, writeBytes } from './host';

describe('a second model in the editor', function () {
  this.timeout(120_000);
  const settings = () => vscode.workspace.getConfiguration('thimble');
  let restore: () => Promise<void>;
  let second = '';

  before(async () => {
    const api = await thimble();
    restore = await useTinyModel({ script: { chat: ['Hello'], fim: ['first'] } });
    second = path.join(api.home, 'second.gguf');
    writeFileSync(second, makeTinyGguf({ script: { chat: ['No'], fim: ['second'] } }));
    await settings().update('completion.model', second, vscode.ConfigurationTarget.Global);
    await api.models.reload();
  });
  after(async () => {
    await settings().update('completion.model', undefined, vscode.ConfigurationTarget.Global);
    await restore();
    rmSync(second, { force: true });
  });
  afterEach(closeEditors);

  const completion = async (file: string): Promise<string[]> => {
    const api = await thimble();
    writeBytes(file, '\n');
    const { document } = await openEditor(file);
    const context = {
      triggerKind: vscode.InlineCompletionTriggerKind.Invoke,
      selectedCompletionInfo: undefined,
    } as vscode.InlineCompletionContext;
    const { token } = new vscode.CancellationTokenSource();
    const given = await api.inlineCompletion.provideInlineCompletionItems(
      document,
      new vscode.Position(0, 0),
      context,
      token,
    );
    const items = Array.isArray(given) ? given : (given?.items ?? []);
    return items.map(({ insertText }) => (typeof insertText === 'string' ? insertText : insertText.value));
  };

  it('completes, while the first one answers; without it the first does both', async () => {
    const api = await thimble();
    await api.models.model(new AbortController().signal);
    assert.equal(api.models.view().second?.isLoaded, true);
    assert.deepEqual(await completion('beside.py'), ['second']);
    await api.controller.handle({ type: 'new-chat' });
    api.controller.send('hello');
    await api.controller.idle();
    const { items } = api.controller.state().transcript;
    assert.ok(items.some((item) => item.kind === 'assistant' && item.text.includes('Hello')));
    const { pid } = api.supervisor;
    assert.equal(await api.models.dropSecond(), true);
    assert.equal(api.models.view().second?.isLoaded, false);
    assert.deepEqual(await completion('alone.py'), ['first']);
    assert.equal(api.supervisor.pid, pid);
  });
});
