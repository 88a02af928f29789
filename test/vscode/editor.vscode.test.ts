import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { runSelectionCommand } from '../../src/vscode/selection-actions';
import { fakeModel } from '../support/fake-model';
import { bytesOf, closeEditors, openEditor, thimble, until, useTinyModel, writeBytes } from './host';

const source = 'def add(a, b):\n    return a - b\n\n\nprint(add(1, 2))\n';
const fixed = 'def add(a, b):\n    return a + b';

/** The scripted model speaks after the token that ends the prompt only where nothing stands before the cursor. */
const start = new vscode.Position(0, 0);

interface AskOptions {
  token?: vscode.CancellationToken;
  selected?: vscode.SelectedCompletionInfo;
}

describe('inline completion', () => {
  let restore: () => Promise<void>;
  before(async () => {
    const api = await thimble();
    restore = await useTinyModel({ script: { fim: ['a', ' + ', 'b'] } });
    await api.models.model(new AbortController().signal);
  });
  after(() => restore());
  afterEach(closeEditors);

  const complete = async (
    document: vscode.TextDocument,
    position: vscode.Position,
    token = new vscode.CancellationTokenSource().token,
  ): Promise<string[]> => (await itemsAt(document, position, { token })).map(({ insertText }) => insertText);

  const itemsAt = async (
    document: vscode.TextDocument,
    position: vscode.Position,
    { token = new vscode.CancellationTokenSource().token, selected }: AskOptions,
  ): Promise<{ insertText: string; range: vscode.Range | undefined }[]> => {
    const api = await thimble();
    const context = {
      triggerKind: vscode.InlineCompletionTriggerKind.Invoke,
      selectedCompletionInfo: selected,
    } as vscode.InlineCompletionContext;
    const given = await api.inlineCompletion.provideInlineCompletionItems(document, position, context, token);
    const items = Array.isArray(given) ? given : (given?.items ?? []);
    return items.map(({ insertText, range }) => ({
      insertText: typeof insertText === 'string' ? insertText : insertText.value,
      range,
    }));
  };

  it('offers what the model writes at the cursor', async () => {
    writeBytes('complete.py', '\n');
    const { document } = await openEditor('complete.py');
    assert.deepEqual(await complete(document, start), ['a + b']);
  });

  it('offers nothing when it was cancelled', async () => {
    writeBytes('cancel.py', 'def sub(a, b):\n    return \n');
    const { document } = await openEditor('cancel.py');
    const cancelled = new vscode.CancellationTokenSource();
    cancelled.cancel();
    assert.deepEqual(await complete(document, new vscode.Position(1, 11), cancelled.token), []);
  });

  it('has the editor ask again for an answer that came after it had given up', async () => {
    const api = await thimble();
    writeBytes('late.py', '\n');
    const { document } = await openEditor('late.py');
    const original = api.inlineCompletion.provideInlineCompletionItems.bind(api.inlineCompletion);
    let asked = 0;
    api.inlineCompletion.provideInlineCompletionItems = (...question) => {
      asked++;
      return original(...question);
    };
    try {
      const cancelled = new vscode.CancellationTokenSource();
      cancelled.cancel();
      assert.deepEqual(await complete(document, start, cancelled.token), []);
      await until(() => asked > 1, 'the editor asks again');
    } finally {
      api.inlineCompletion.provideInlineCompletionItems = original;
    }
  });

  it('goes on from the entry that is selected in the list of suggestions', async () => {
    writeBytes('selected.py', 'su\n');
    const { document } = await openEditor('selected.py');
    const range = new vscode.Range(0, 0, 0, 2);
    const [item] = await itemsAt(document, range.end, { selected: { range, text: '' } });
    assert.deepEqual(item, { insertText: 'a + b', range });
  });

  it('is off for a language that the user has turned off, and while it is snoozed', async () => {
    const api = await thimble();
    writeBytes('off.py', '\n');
    const { document } = await openEditor('off.py');
    const at = start;
    await api.completions.toggleLanguage();
    assert.deepEqual(await complete(document, at), []);
    assert.match(api.completions.text, /circle-slash/);
    await api.completions.toggleLanguage();
    api.completions.toggleSnooze();
    assert.deepEqual(await complete(document, at), []);
    assert.match(api.completions.text, /bell-slash/);
    api.completions.toggleSnooze();
    assert.deepEqual(await complete(document, at), ['a + b']);
  });

  it('completes in a document that has no file yet', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'python', content: '\n' });
    await vscode.window.showTextDocument(document);
    assert.deepEqual(await complete(document, start), ['a + b']);
  });

  it('stays out of documents that nobody writes code in', async () => {
    const document = await vscode.workspace.openTextDocument(
      vscode.Uri.from({ scheme: 'thimble-diff', path: '/x.py', query: 'none' }),
    );
    assert.deepEqual(await complete(document, new vscode.Position(0, 0)), []);
  });
});

describe('actions on a selection', () => {
  const uri = (): vscode.Uri => vscode.window.activeTextEditor!.document.uri;
  beforeEach(async () => {
    writeBytes('select.py', source);
    await openEditor('select.py');
  });
  afterEach(async () => {
    await (await thimble()).diffs.rejectAll();
    await closeEditors();
  });
  const text = (): string => vscode.window.activeTextEditor!.document.getText();
  const range = new vscode.Range(0, 0, 1, 16);

  const actions = async (): Promise<string[]> =>
    (
      await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        uri(),
        range,
      )
    ).map((action) => action.title);
  const edit = async (reply: string, instruction = 'add instead'): Promise<void> => {
    const api = await thimble();
    await runSelectionCommand(
      'edit',
      {
        ...api.selection(),
        model: () => Promise.resolve(fakeModel([reply])),
        askInstruction: () => Promise.resolve(instruction),
      },
      { uri: uri(), range },
    );
  };

  it('offers to explain, document, test and edit, and to fix where there is a problem', async () => {
    const without = (await actions()).filter((title) => title.startsWith('Thimble'));
    assert.deepEqual(without.sort(), [
      'Thimble: Document',
      'Thimble: Edit with Instruction…',
      'Thimble: Explain',
      'Thimble: Write Tests',
    ]);
    const problems = vscode.languages.createDiagnosticCollection('test');
    problems.set(uri(), [new vscode.Diagnostic(new vscode.Range(1, 0, 1, 10), 'wrong sign')]);
    try {
      assert.ok((await actions()).includes('Thimble: Fix'));
    } finally {
      problems.dispose();
    }
  });

  it('shows old and new lines, saves nothing, and accepts', async () => {
    const api = await thimble();
    await edit(`${fixed}\n\`\`\``);
    assert.deepEqual(api.diffs.pending().map(String), [String(uri())]);
    assert.match(text(), /return a - b\n {4}return a \+ b/);
    assert.equal(bytesOf('select.py').toString(), source);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      uri(),
    );
    const commands = lenses.map((lens) => lens.command?.command);
    assert.ok(commands.includes('thimble.acceptDiff') && commands.includes('thimble.rejectDiff'));
    await vscode.commands.executeCommand('thimble.acceptDiff');
    assert.equal(text(), source.replace('a - b', 'a + b'));
    assert.deepEqual(api.diffs.pending(), []);
  });

  it('rejects byte for byte', async () => {
    await edit(`${fixed}\n\`\`\``);
    await vscode.commands.executeCommand('thimble.rejectDiff');
    assert.equal(text(), source);
    assert.equal(vscode.window.activeTextEditor!.document.isDirty, false);
    assert.equal(bytesOf('select.py').toString(), source);
  });

  it('keeps the change off the disk when the file is saved meanwhile', async () => {
    const api = await thimble();
    await edit(`${fixed}\n\`\`\``);
    await vscode.window.activeTextEditor!.document.save();
    assert.equal(bytesOf('select.py').toString(), source);
    await until(
      () => api.diffs.pending().length === 1 && text().includes('a + b'),
      'the change to wait again',
    );
    await vscode.commands.executeCommand('thimble.acceptDiff');
    assert.equal(text(), source.replace('a - b', 'a + b'));
  });

  it('goes away with an undo', async () => {
    const api = await thimble();
    await edit(`${fixed}\n\`\`\``);
    await vscode.commands.executeCommand('undo');
    await until(() => api.diffs.pending().length === 0, 'the change to be gone');
    assert.equal(text(), source);
  });

  it('keeps what is typed meanwhile, above the change and in the file', async () => {
    await edit(`${fixed}\n\`\`\``);
    const editor = vscode.window.activeTextEditor!;
    await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), '# first\n# second\n'));
    await editor.edit((builder) =>
      builder.insert(new vscode.Position(editor.document.lineCount - 1, 0), '# last\n'),
    );
    await vscode.commands.executeCommand('thimble.acceptDiff');
    assert.equal(text(), `# first\n# second\n${source.replace('a - b', 'a + b')}# last\n`);
  });

  it('leaves the file as it is when the model gives nothing usable', async () => {
    const api = await thimble();
    await edit('');
    assert.deepEqual(api.diffs.pending(), []);
    assert.equal(text(), source);
  });

  it('explains in the panel', async () => {
    const api = await thimble();
    await api.controller.handle({ type: 'new-chat' });
    await runSelectionCommand(
      'explain',
      { ...api.selection(), model: () => Promise.resolve(fakeModel(['It **subtracts**.'])) },
      { uri: uri(), range },
    );
    const items = api.controller.state().transcript.items;
    const answers = items.flatMap((item) => (item.kind === 'assistant' ? [item.text] : []));
    assert.equal(answers.join(''), 'It **subtracts**.', JSON.stringify(items));
  });
});
