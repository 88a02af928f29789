import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { createEditorContext, createSymbolPorts } from '../../src/vscode/editor-context';
import { createMentionCompletion } from '../../src/vscode/mention-completion';
import { closeEditors, openEditor, thimble, writeBytes } from './host';

describe('what the agent may ask of the editor', () => {
  afterEach(closeEditors);
  const context = createEditorContext(
    () => undefined,
    () => Promise.resolve([]),
  );

  it('tells the selection by whole lines, and the line of a mere cursor', async () => {
    writeBytes('ask.py', 'a = 1\nb = 2\nc = 3\n');
    const editor = await openEditor('ask.py');
    editor.selection = new vscode.Selection(0, 2, 2, 0);
    assert.deepEqual(context.selection(), {
      path: 'ask.py',
      label: 'ask.py',
      languageId: 'python',
      startLine: 1,
      endLine: 2,
      text: '= 1\nb = 2\n',
    });
    editor.selection = new vscode.Selection(2, 1, 2, 1);
    const cursor = context.selection();
    assert.deepEqual([cursor?.startLine, cursor?.endLine, cursor?.text], [3, 3, '']);
  });

  it('tells problems, of the file in the editor first', async () => {
    const one = writeBytes('a_first.py', 'x\n');
    const two = writeBytes('z_last.py', 'y\n');
    const problems = vscode.languages.createDiagnosticCollection('test');
    try {
      const range = new vscode.Range(0, 0, 0, 1);
      problems.set(vscode.Uri.file(one), [new vscode.Diagnostic(range, 'first')]);
      problems.set(vscode.Uri.file(two), [new vscode.Diagnostic(range, 'last')]);
      await openEditor('z_last.py');
      const own = context.diagnostics().filter(({ path }) => /^[az]_/.test(path));
      assert.deepEqual(
        own.map(({ path, line, severity, message }) => [path, line, severity, message]),
        [
          ['z_last.py', 1, 'error', 'last'],
          ['a_first.py', 1, 'error', 'first'],
        ],
      );
      assert.deepEqual(
        context.diagnostics('a_first.py').map(({ message }) => message),
        ['first'],
      );
    } finally {
      problems.dispose();
    }
  });

  it('completes files and symbols of the workspace', async () => {
    writeBytes('shapes/square.py', 'class Square:\n    def perimeter_of(self):\n        return 4\n');
    const { workspace, selection } = await thimble();
    const complete = createMentionCompletion({
      workspace,
      ...createSymbolPorts(selection().syntax, workspace),
      now: () => performance.now(),
    });
    assert.equal((await complete('any', 'squar'))[0]?.insert, '@shapes/square.py');
    const inserts = async (query: string): Promise<string[]> =>
      (await complete('symbol', query)).map(({ insert }) => insert);
    assert.ok((await inserts('perimeter_o')).some((insert) => insert.startsWith('@shapes/square.py#')));
    await openEditor('shapes/square.py');
    assert.ok((await inserts('perim')).includes('@shapes/square.py#Square.perimeter_of'));
  });
});
