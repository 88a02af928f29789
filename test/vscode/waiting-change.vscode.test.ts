import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { createInlineDiffs, type InlineDiffs } from '../../src/vscode/inline-diff';
import { closeEditors, openEditor, until, writeBytes } from './host';

const source = 'first = 0\ndef add(a, b):\n    return a - b\n\nlast = 1\n';
const edit = {
  startLine: 2,
  endLine: 3,
  oldText: 'def add(a, b):\n    return a - b',
  newText: 'def add(a, b):\n    return a + b',
};

describe('a change that waits while the window is reloaded', () => {
  let kept: unknown;
  let diffs: InlineDiffs;
  /** What the reload does: all of the extension's memory goes but what it has put away. */
  const reload = async (): Promise<void> => {
    diffs.dispose();
    diffs = start();
    await diffs.restore();
  };
  const start = (): InlineDiffs =>
    createInlineDiffs(() => Promise.resolve(), {
      read: () => kept,
      write: (changes) => (kept = JSON.parse(JSON.stringify(changes)) as unknown),
    });
  const document = (): vscode.TextDocument => vscode.window.activeTextEditor!.document;

  beforeEach(async () => {
    writeBytes('reload.py', source);
    kept = undefined;
    diffs = start();
    await openEditor('reload.py');
    // Until the editor has noticed the new bytes it shows the file as the test before left it.
    await until(() => document().getText() === source, 'the file as it was written');
    await diffs.propose(document(), edit);
  });
  afterEach(async () => {
    await diffs.rejectAll();
    diffs.dispose();
    await closeEditors();
  });

  it('is marked again where the editor kept both versions, and can be accepted', async () => {
    await reload();
    assert.deepEqual(diffs.pending().map(String), [String(document().uri)]);
    await diffs.accept();
    assert.equal(document().getText(), source.replace('a - b', 'a + b'));
    assert.deepEqual(kept, []);
  });

  it('can be rejected, after typing above it', async () => {
    const editor = vscode.window.activeTextEditor!;
    await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), '# new\n'));
    await reload();
    await diffs.reject();
    assert.equal(document().getText(), `# new\n${source}`);
  });

  it('is proposed again where the editor kept nothing unsaved', async () => {
    diffs.dispose();
    await closeEditors();
    diffs = start();
    await diffs.restore();
    assert.match(document().getText(), /return a - b\n {4}return a \+ b/);
    await diffs.accept();
    assert.equal(document().getText(), source.replace('a - b', 'a + b'));
  });

  it('is given up, and said so, where the code is another by now', async () => {
    diffs.dispose();
    await closeEditors();
    const other = await openEditor('reload.py');
    await other.edit((builder) => builder.replace(new vscode.Range(2, 13, 2, 14), '*'));
    await other.document.save();
    diffs = start();
    await diffs.restore();
    assert.deepEqual(diffs.pending(), []);
    assert.deepEqual(kept, []);
    assert.equal(document().getText(), source.replace('a - b', 'a * b'));
  });
});
