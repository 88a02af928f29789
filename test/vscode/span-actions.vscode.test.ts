import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import * as vscode from 'vscode';
import { closeEditors, fileOf, openEditor, thimble, until, writeBytes } from './host';

const name = { path: 'span_pins.py', symbol: 'span_area' };
const use = 'span_use = \n';

describe('pinned and dropped definitions', () => {
  before(() => writeBytes('span_pins.py', 'def span_area(side):\n    return side * side\n'));
  afterEach(closeEditors);
  after(async () => {
    const { choices } = await thimble();
    choices.unpin(name);
    choices.takeBack(name);
    rmSync(fileOf('span_pins.py'), { force: true });
  });

  /** The code of the pinned file that a completion in another file would see. */
  async function seen(): Promise<string> {
    const { completionContext } = await thimble();
    const file = { path: `span_use_${Math.random()}.py`, languageId: 'python', text: use };
    const parts = await completionContext.at({ file, offset: use.length - 1 });
    return parts.find(({ path }) => path === name.path)?.text ?? '';
  }

  it('pins the definition at the cursor, which completions see as it stands in the editor', async () => {
    const editor = await openEditor('span_pins.py');
    const inside = new vscode.Position(1, 6);
    editor.selection = new vscode.Selection(inside, inside);
    // Not awaited: the command ends when the note that it shows is closed.
    void vscode.commands.executeCommand('thimble.pinDefinition');
    const { choices } = await thimble();
    await until(() => choices.isPinned(name), 'the definition is pinned');
    await until(async () => (await seen()).includes('side * side'), 'a completion sees it');
    await editor.edit((edit) => edit.replace(new vscode.Range(1, 0, 1, 100), '    return side ** 2'));
    await until(async () => (await seen()).includes('side ** 2'), 'a completion sees the unsaved change');
  });

  it('does so no longer once it is unpinned or dropped', async () => {
    const { choices } = await thimble();
    choices.pin({ ...name, line: 1 });
    await until(async () => (await seen()) !== '', 'a completion sees it');
    choices.drop(name);
    assert.equal(await seen(), '');
    const view = await choices.view();
    assert.deepEqual([view.pinned, view.dropped], [[], [name]]);
    choices.takeBack(name);
    assert.deepEqual((await choices.view()).dropped, []);
  });
});
