import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeEditors, thimble, until, useTinyModel } from './host';

describe('what is kept, and the prompt lab', () => {
  let restore: () => Promise<void>;
  before(async function () {
    this.timeout(60_000);
    restore = await useTinyModel({ script: { chat: ['All ', 'is ', 'well.'] } });
    const { controller } = await thimble();
    await controller.handle({ type: 'new-chat' });
    await controller.handle({ type: 'send', text: 'Thanks, nice secret' });
    await controller.idle();
  });
  after(() => restore());
  afterEach(closeEditors);

  /** The text of the document that a command opens. */
  const opened = async (command: string): Promise<string> => {
    await closeEditors();
    await vscode.commands.executeCommand(`thimble.${command}`);
    await until(() => vscode.window.activeTextEditor !== undefined, `a document of ${command}`);
    return vscode.window.activeTextEditor?.document.getText() ?? '';
  };

  it('opens the panel with the requests to the model', async function () {
    this.timeout(60_000);
    const api = await thimble();
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until(() => !api.panel.visible, 'the panel to be hidden');
    await vscode.commands.executeCommand('thimble.showRequests');
    await until(() => api.panel.visible, 'the panel to be visible');
  });

  it('exports the chat without its words', async function () {
    this.timeout(60_000);
    const text = await opened('exportChat');
    assert.match(text, /"type": "run-finished"/);
    assert.doesNotMatch(text, /secret|well/);
  });

  it('opens the last prompt, and puts a prompt to the model', async function () {
    this.timeout(60_000);
    const prompt = await opened('openPromptLab');
    assert.match(prompt, /^%% system\n.*%% user\nThanks, nice secret\n$/s);
    await vscode.commands.executeCommand('thimble.runPromptLab');
    const answers = (): string[] => vscode.workspace.textDocuments.map((document) => document.getText());
    await until(() => answers().some((text) => /^── .*\nAll is well\./.test(text)), 'the answer of the lab');
  });
});
