import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
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

  /** A task that has made two changes, and one more in another file, with the first file open beside what it was. */
  const reviewed = async (): Promise<{
    controller: ChatController;
    reviews: Reviews;
    reload: () => Reviews;
  }> => {
    writeBytes('reviewed.py', before);
    writeBytes('other_reviewed.py', before);
    const { workspace } = await thimble();
    const { controller, store } = await startChat([
      editCall('reviewed.py', before, after),
      editCall('other_reviewed.py', before, after),
      'Done.',
    ]);
    await controller.handle({ type: 'set-approvals', value: 'allow-edits' });
    await controller.handle({ type: 'send', text: 'In reviewed.py the values' });
    await controller.idle();
    assert.equal(bytesOf('reviewed.py').toString(), after);
    const item = controller.state().transcript.items.find(({ kind }) => kind === 'checkpoint');
    const reload = (): Reviews => {
      reviews?.dispose();
      return (reviews = createReviews({
        controller: () => controller,
        checkpoints: createCheckpoints(store, workspace),
        workspace,
        locate: (file) => Promise.resolve(fileOf(file)),
      }));
    };
    const made = reload();
    await made.open(item?.id ?? '', 'reviewed.py');
    await until(() => vscode.window.activeTextEditor?.document.getText() === after, 'the review');
    return { controller, reviews: made, reload };
  };
  const shownBefore = (): string | undefined => {
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    const uri = input instanceof vscode.TabInputTextDiff ? input.original.toString() : '';
    return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri)?.getText();
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
    assert.equal(bytesOf('other_reviewed.py').toString(), before);
    await until(() => vscode.window.activeTextEditor === undefined, 'the review to close');
  });

  it('goes on after the window was reloaded', async () => {
    const { reload } = await reviewed();
    await reload().undoFile();
    assert.equal(bytesOf('reviewed.py').toString(), before);
  });

  it('is of the last task also once a change of it has been taken back', async () => {
    const { reviews: made } = await reviewed();
    select(2);
    await made.undoSelected();
    await closeEditors();
    await made.openLast();
    await until(() => shownBefore() === before, 'the text before the task');
  });

  it('opens the other files of a task when one is gone, which is told', async () => {
    const { reviews: made } = await reviewed();
    await closeEditors();
    rmSync(fileOf('reviewed.py'));
    await assert.rejects(made.openLast(), {
      code: 'no-review',
      message: /^reviewed\.py is not there any more/,
    });
    await until(() => shownBefore() === before, 'the review of the other file');
    assert.equal(bytesOf('other_reviewed.py').toString(), after);
  });

  it('says that a file is none of the task’s', async () => {
    const { reviews: made } = await reviewed();
    await assert.rejects(made.open('no-such-task', 'reviewed.py'), { code: 'checkpoint-missing' });
  });
});
