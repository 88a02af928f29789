import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeEditors, openEditor, thimble, until, writeBytes } from './host';

describe('next edit in the editor', () => {
  afterEach(closeEditors);

  const rename = async (editor: vscode.TextEditor, from: vscode.Range, to: string): Promise<void> => {
    // The cursor comes to the line first, as a user's does.
    editor.selection = new vscode.Selection(from.end, from.end);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await editor.edit((builder) => builder.replace(from, to));
  };

  it('follows a renamed local by Tab, one use after the other', async () => {
    const { nextEdits } = await thimble();
    writeBytes('rename.ts', 'function f() {\n  const total = g();\n  log(total);\n  return total;\n}\n');
    const editor = await openEditor('rename.ts');
    await rename(editor, new vscode.Range(1, 8, 1, 13), 'sum');
    await until(() => nextEdits.current() !== undefined, 'a proposal');
    assert.equal(nextEdits.current()?.line, 2);
    await vscode.commands.executeCommand('thimble.acceptNextEdit');
    assert.equal(nextEdits.current()?.line, 3);
    await vscode.commands.executeCommand('thimble.acceptNextEdit');
    assert.equal(nextEdits.current(), undefined);
    assert.equal(
      editor.document.getText(),
      'function f() {\n  const sum = g();\n  log(sum);\n  return sum;\n}\n',
    );
  });

  it('takes the proposal back when something else is edited', async () => {
    const { nextEdits } = await thimble();
    writeBytes('stale.py', 'def f(x):\n    return x\n');
    const editor = await openEditor('stale.py');
    await rename(editor, new vscode.Range(0, 6, 0, 7), 'value');
    await until(() => nextEdits.current() !== undefined, 'a proposal');
    await editor.edit((builder) => builder.insert(new vscode.Position(2, 0), '# end\n'));
    await until(() => nextEdits.current() === undefined, 'no proposal');
    assert.equal(editor.document.getText(), 'def f(value):\n    return x\n# end\n');
  });
});
