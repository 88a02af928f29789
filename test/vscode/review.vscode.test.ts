import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { createCheckpoints } from '../../src/session/checkpoints';
import { createReviews, type Reviews } from '../../src/vscode/review';
import type { ChatController } from '../../src/vscode/chat-controller';
import { editCall, startChat } from './chat-host';
import { bytesOf, closeEditors, fileOf, thimble, until, writeBytes } from './host';

const before = `${Array.from({ length: 30 }, (_, index) => `v${index} = ${index}`).join('\n')}\n`;
const after = before.replace('v2 = 2', 'v2 = 200').replace('v27 = 27', 'v27 = 2700');

describe('reviewing what a task has written', () => {
  let reviews: Reviews | undefined;
  afterEach(async () => {
    await closeEditors();
    reviews?.dispose();
  });

  /** A task that has made two changes, with its file open beside what it was. */
  const reviewed = async (): Promise<{ controller: ChatController; reviews: Reviews }> => {
    writeBytes('reviewed.py', before);
    const { workspace } = await thimble();
    const { controller, store } = await startChat([editCall('reviewed.py', before, after), 'Done.']);
    await controller.handle({ type: 'set-approvals', value: 'allow-edits' });
    await controller.handle({ type: 'send', text: 'In reviewed.py the values' });
    await controller.idle();
    assert.equal(bytesOf('reviewed.py').toString(), after);
    const item = controller.state().transcript.items.find(({ kind }) => kind === 'checkpoint');
    const made = createReviews({
      controller: () => controller,
      checkpoints: createCheckpoints(store, workspace),
      workspace,
      locate: (file) => Promise.resolve(fileOf(file)),
    });
    reviews = made;
    await made.open(item?.id ?? '', 'reviewed.py');
    await until(() => vscode.window.activeTextEditor?.document.getText() === after, 'the review');
    return { controller, reviews: made };
  };
  const select = (line: number): void => {
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    editor.selection = new vscode.Selection(line, 0, line, 0);
  };

  it('takes one change back and leaves the other, and can be taken back itself', async () => {
    const { controller, reviews: made } = await reviewed();
    select(10);
    await made.undoSelected();
    assert.equal(bytesOf('reviewed.py').toString(), after, 'no changed line was selected');
    select(2);
    await made.undoSelected();
    assert.equal(bytesOf('reviewed.py').toString(), before.replace('v27 = 27', 'v27 = 2700'));
    assert.ok(await controller.restoreLast());
    assert.equal(bytesOf('reviewed.py').toString(), after);
  });

  it('takes all back', async () => {
    const { reviews: made } = await reviewed();
    await made.undoFile();
    assert.equal(bytesOf('reviewed.py').toString(), before);
  });

  it('keeps all', async () => {
    const { reviews: made } = await reviewed();
    await made.keep();
    assert.equal(bytesOf('reviewed.py').toString(), after);
    await until(() => vscode.window.activeTextEditor === undefined, 'the review to close');
  });

  it('opens all files of the last task, and takes all back or keeps all', async () => {
    const { reviews: made } = await reviewed();
    await closeEditors();
    await made.openLast();
    await until(() => vscode.window.activeTextEditor?.document.getText() === after, 'the review');
    await made.keepAll();
    assert.equal(bytesOf('reviewed.py').toString(), after);
    await made.openLast();
    await until(() => vscode.window.activeTextEditor?.document.getText() === after, 'the review again');
    await made.undoAll();
    assert.equal(bytesOf('reviewed.py').toString(), before);
    await until(() => vscode.window.activeTextEditor === undefined, 'the review to close');
  });

  it('says that a file is none of the task’s', async () => {
    const { reviews: made } = await reviewed();
    await assert.rejects(made.open('no-such-task', 'reviewed.py'), { code: 'checkpoint-missing' });
  });
});
