import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { handlePanelMessage } from '../../src/vscode/panel-actions';
import { createProposals } from '../../src/vscode/proposals';
import type { ChatController } from '../../src/vscode/chat-controller';
import { editCall, startChat, waitingStep } from './chat-host';
import { bytesOf, closeEditors, thimble, until, writeBytes } from './host';

const before = `${Array.from({ length: 30 }, (_, index) => `v${index} = ${index}`).join('\n')}\n`;
const after = before.replace('v2 = 2', 'v2 = 200').replace('v27 = 27', 'v27 = 2700');

describe('a change that is answered in the diff editor', () => {
  afterEach(closeEditors);

  /** A chat that waits for the answer to a change of two hunks, with its diff open. */
  const waiting = async (): Promise<{
    controller: ChatController;
    proposals: ReturnType<typeof createProposals>;
    prompts: string[];
  }> => {
    writeBytes('proposed.py', before);
    const api = await thimble();
    const { controller, model } = await startChat([editCall('proposed.py', before, after), 'Done.']);
    const proposals = createProposals({ controller: () => controller, diffs: api.diffDocuments });
    await controller.handle({ type: 'send', text: 'In proposed.py the values' });
    await until(() => waitingStep(controller) !== undefined, 'a question to the user');
    await handlePanelMessage(
      { type: 'open-diff', stepId: waitingStep(controller) ?? '' },
      {
        controller,
        models: api.models,
        workspace: api.workspace,
        locate: (file) => Promise.resolve(file),
        diffs: api.diffDocuments,
        review: () => Promise.resolve(),
        spans: {
          handle: () => Promise.resolve(false),
          pinAtCursor: () => Promise.resolve(''),
          show: () => Promise.resolve(),
        },
        showLog: () => undefined,
      },
    );
    await until(() => vscode.window.activeTextEditor?.document.uri.scheme === 'thimble-proposal', 'the diff');
    return { controller, proposals, prompts: model.prompts };
  };
  const select = (line: number): void => {
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    editor.selection = new vscode.Selection(line, 0, line, 0);
  };

  it('is made as a whole', async () => {
    const { controller, proposals } = await waiting();
    assert.equal(vscode.window.activeTextEditor?.document.getText(), after);
    await proposals.accept();
    await controller.idle();
    assert.equal(bytesOf('proposed.py').toString(), after);
    await until(() => vscode.window.activeTextEditor === undefined, 'the diff to close');
  });

  it('is refused', async () => {
    const { controller, proposals } = await waiting();
    await proposals.reject();
    await controller.idle();
    assert.equal(bytesOf('proposed.py').toString(), before);
  });

  it('is made where the cursor is, and the model is told of the rest', async () => {
    const { controller, proposals, prompts } = await waiting();
    select(10);
    await proposals.acceptSelected();
    assert.notEqual(waitingStep(controller), undefined, 'no changed line was selected');
    select(27);
    await proposals.acceptSelected();
    await controller.idle();
    assert.equal(bytesOf('proposed.py').toString(), before.replace('v27 = 27', 'v27 = 2700'));
    assert.match(prompts.at(-1) ?? '', /1 of 2/);
  });

  it('is no question any more once it was answered elsewhere', async () => {
    const { controller, proposals } = await waiting();
    await controller.handle({ type: 'approve', stepId: waitingStep(controller) ?? '', answer: 'no' });
    await controller.idle();
    await proposals.accept();
    assert.equal(bytesOf('proposed.py').toString(), before);
  });
});
