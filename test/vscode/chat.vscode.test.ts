import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { createFileStore } from '../../src/node/file-store';
import { createChatStore } from '../../src/session/chat-store';
import { type ChatController } from '../../src/vscode/chat-controller';
import { editCall, startChat, waitingStep } from './chat-host';
import { bytesOf, closeEditors, thimble, until, useTinyModel, writeBytes } from './host';

const edit = editCall('chat.py', 'x = 1', 'x = 2');
const done = (controller: ChatController): boolean =>
  controller.state().transcript.items.some((item) => item.kind === 'outcome');

describe('chat', () => {
  afterEach(closeEditors);

  const ask = async (controller: ChatController, text: string): Promise<string> => {
    await controller.handle({ type: 'send', text });
    await until(() => waitingStep(controller) !== undefined || done(controller), 'a question to the user');
    const id = waitingStep(controller);
    assert.ok(id, JSON.stringify(controller.state().transcript.items));
    return id;
  };
  const task = 'In chat.py the value of x';

  it('changes nothing before the yes, and then what was shown', async () => {
    writeBytes('chat.py', 'x = 1\n');
    const { controller } = await startChat([edit, 'Done.']);
    const stepId = await ask(controller, task);
    assert.equal(bytesOf('chat.py').toString(), 'x = 1\n');
    await controller.handle({ type: 'approve', stepId, answer: 'once' });
    await controller.idle();
    assert.equal(bytesOf('chat.py').toString(), 'x = 2\n');
  });

  it('tells the model of a no, and leaves the file as it is', async () => {
    writeBytes('chat.py', 'x = 1\n');
    const { controller, model } = await startChat([edit, 'I leave it.']);
    const stepId = await ask(controller, task);
    await controller.handle({ type: 'approve', stepId, answer: 'no', note: 'use three' });
    await controller.idle();
    assert.equal(bytesOf('chat.py').toString(), 'x = 1\n');
    assert.match(model.prompts.at(-1) ?? '', /use three/);
  });

  it('brings along what a message mentions, and shows what the model saw', async () => {
    writeBytes('chat.py', 'x = 1\n');
    const { controller, model, posted } = await startChat(['One.']);
    await controller.handle({ type: 'show-prompt' });
    await controller.handle({ type: 'send', text: 'What is @chat.py?' });
    await until(() => done(controller), 'the answer');
    await controller.handle({ type: 'show-prompt' });
    assert.match(model.prompts[0] ?? '', /chat\.py:\nx = 1\n\nWhat is chat\.py\?/);
    const [before, after] = posted.flatMap((message) => (message.type === 'prompt' ? [message.view] : []));
    assert.equal(before, null);
    assert.ok(after);
    assert.equal(after.pieces.map(({ text }) => text).join(''), model.prompts.at(-1));
    assert.equal(after.cached, 4);
    assert.ok(!posted.some((message) => message.type === 'event' && message.event.type === 'prompt'));
  });

  it('restores a task byte for byte', async () => {
    writeBytes('chat.py', 'x = 1\r\ny = 2\n');
    const { controller } = await startChat([edit, 'Done.']);
    await controller.handle({ type: 'approve', stepId: await ask(controller, task), answer: 'session' });
    await controller.idle();
    assert.equal(bytesOf('chat.py').toString(), 'x = 2\r\ny = 2\n');
    assert.equal(controller.state().approvals, 'allow-edits');
    assert.equal(await controller.restoreLast(), true);
    assert.equal(bytesOf('chat.py').toString(), 'x = 1\r\ny = 2\n');
  });

  it('stops while it waits for an answer', async () => {
    writeBytes('chat.py', 'x = 1\n');
    const { controller } = await startChat([edit]);
    await ask(controller, task);
    await controller.handle({ type: 'stop' });
    const last = controller.state().transcript.items.at(-1);
    assert.equal(last?.kind === 'outcome' && last.outcome, 'stopped');
    assert.equal(bytesOf('chat.py').toString(), 'x = 1\n');
  });

  it('queues messages, takes one back, and answers in order', async () => {
    writeBytes('chat.py', 'x = 1\n');
    const { controller } = await startChat([edit, 'First.', 'Second.', 'Third.']);
    const stepId = await ask(controller, task);
    await controller.handle({ type: 'send', text: 'thanks' });
    await controller.handle({ type: 'send', text: 'hello' });
    const [queued] = controller.state().queued;
    assert.deepEqual(
      controller.state().queued.map(({ text }) => text),
      ['thanks', 'hello'],
    );
    await controller.handle({ type: 'unqueue', id: queued!.id });
    await controller.handle({ type: 'approve', stepId, answer: 'no' });
    await controller.idle();
    const sent = controller
      .state()
      .transcript.items.flatMap((item) => (item.kind === 'user' ? [item.text] : []));
    assert.deepEqual(sent, [task, 'hello']);
    assert.deepEqual(controller.state().queued, []);
  });

  it('finds the conversation again after a reload, and goes on with it', async () => {
    const first = await startChat(['Hello there.']);
    await first.controller.handle({ type: 'send', text: 'hello' });
    await first.controller.idle();
    const items = first.controller.state().transcript.items;
    first.controller.dispose();
    const second = await startChat(['You are welcome.'], first.store, first.chat);
    await second.controller.handle({ type: 'ready' });
    assert.deepEqual(
      second.controller.state().transcript.items.map((item) => item.kind),
      items.map((item) => item.kind),
    );
    await second.controller.handle({ type: 'send', text: 'thanks' });
    await second.controller.idle();
    assert.match(second.model.prompts[0] ?? '', /Hello there/);
  });

  it('ends a run that a closed window cut off', async () => {
    writeBytes('chat.py', 'x = 1\n');
    const first = await startChat([edit]);
    await ask(first.controller, task);
    await until(() => first.store.records.size > 0, 'the chat to be saved');
    await new Promise((resolve) => setTimeout(resolve, 600));
    const second = await startChat([], first.store, first.chat);
    await second.controller.handle({ type: 'ready' });
    const { transcript } = second.controller.state();
    assert.equal(transcript.running, false);
    assert.equal(waitingStep(second.controller), undefined);
    assert.ok(transcript.items.some((item) => item.kind === 'user' && item.text === task));
    await first.controller.handle({ type: 'stop' });
  });

  it('keeps a message whose model cannot be loaded, and says why', async () => {
    const api = await thimble();
    const settings = vscode.workspace.getConfiguration('thimble');
    await settings.update('model', path.join(api.home, 'missing.gguf'), vscode.ConfigurationTarget.Global);
    await api.controller.handle({ type: 'new-chat' });
    await api.controller.handle({ type: 'send', text: 'hello' });
    await api.controller.idle();
    await settings.update('model', undefined, vscode.ConfigurationTarget.Global);
    const kinds = api.controller.state().transcript.items.map((item) => item.kind);
    assert.deepEqual(kinds, ['user', 'notice', 'outcome']);
  });

  it('loses no message when the engine is killed 20 times', async function () {
    this.timeout(180_000);
    const api = await thimble();
    const restore = await useTinyModel({
      embd: 128,
      ff: 256,
      layers: 2,
      script: { chat: Array.from({ length: 60 }, (_, index) => ` w${index}`) },
    });
    try {
      await api.controller.handle({ type: 'new-chat' });
      await api.models.model(new AbortController().signal);
      let kills = 0;
      let chats = 0;
      // A moment may fall where the engine is down from the kill before; that chat counts, but not as a kill.
      for (; kills < 20 && chats < 60; chats++) {
        api.controller.send('hello');
        // Moments from before the prompt to the middle of the answer, spread evenly rather than by chance.
        await new Promise((resolve) => setTimeout(resolve, (chats * 37) % 160));
        const { pid } = api.supervisor;
        if (pid !== undefined) {
          process.kill(pid, 'SIGKILL');
          kills++;
        }
        await api.controller.idle();
      }
      const { items } = api.controller.state().transcript;
      assert.equal(kills, 20);
      assert.equal(items.filter((item) => item.kind === 'user').length, chats);
      // Told in case of failure: why a chat did not end well.
      const notices = items.flatMap((item) =>
        item.kind === 'notice' && item.level === 'error' ? [item.report] : [],
      );
      assert.deepEqual(notices, []);
      assert.deepEqual(
        items.flatMap((item) => (item.kind === 'outcome' ? [item.outcome] : [])),
        Array.from({ length: chats }, () => 'done'),
      );
      const saved = await createChatStore(createFileStore(await sessionFolder(api.home))).load(
        api.controller.state().chatId,
      );
      assert.equal(saved?.events.filter((event) => event.type === 'run-started').length, chats);
    } finally {
      await restore();
    }
  });
});

/** The one folder of sessions that this test run has made. */
async function sessionFolder(home: string): Promise<string> {
  const parent = vscode.Uri.file(path.join(home, 'sessions'));
  const [[name] = ['']] = await vscode.workspace.fs.readDirectory(parent);
  return path.join(parent.fsPath, name);
}
