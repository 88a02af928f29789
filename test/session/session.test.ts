import assert from 'node:assert/strict';
import { UserError } from '../../src/base/errors';
import type { Workspace } from '../../src/base/ports';
import type { AgentEvent } from '../../src/protocol/agent';
import { compactEvents, createChatStore, newChat, titleOf } from '../../src/session/chat-store';
import { createCheckpoints } from '../../src/session/checkpoints';
import { handClock, memoryStore } from '../support/memory-store';

describe('chat store', () => {
  const chat = (id: string, updatedAt: number) => ({ id, title: id, updatedAt, events: [], messages: [] });

  it('lists the newest first and loads what was saved', async () => {
    const chats = createChatStore(memoryStore());
    await chats.save(chat('a', 1));
    await chats.save({ ...chat('b', 2), messages: [{ role: 'user', content: 'hi' }] });
    assert.deepEqual(
      (await chats.list()).map((c) => c.id),
      ['b', 'a'],
    );
    assert.deepEqual((await chats.load('b'))?.messages, [{ role: 'user', content: 'hi' }]);
    await chats.remove('b');
    assert.equal(await chats.load('b'), undefined);
  });

  it('saves the state of the moment of the call', async () => {
    const chats = createChatStore(memoryStore());
    const mutable = { ...chat('a', 1), messages: [{ role: 'user' as const, content: 'one' }] };
    const saving = chats.save(mutable);
    mutable.messages.push({ role: 'user', content: 'two' });
    await saving;
    assert.equal((await chats.load('a'))?.messages.length, 1);
  });

  it('leaves broken records out and keeps them', async () => {
    const store = memoryStore();
    const chats = createChatStore(store);
    await chats.save(chat('good', 1));
    for (const [name, text] of [
      ['cut', '{"id":"x","ev'],
      ['null', 'null'],
      ['other', '{"id":3}'],
    ]) {
      await store.write(`chats/${name!}.json`, new TextEncoder().encode(text));
    }
    assert.deepEqual(
      (await chats.list()).map((c) => c.id),
      ['good'],
    );
    assert.equal(store.records.size, 4);
  });

  it('goes on after a failed write', async () => {
    const store = memoryStore();
    const chats = createChatStore(store);
    store.fail = new UserError('disk-full', 'The disk is full.');
    await assert.rejects(chats.save(chat('a', 1)), { code: 'disk-full' });
    store.fail = undefined;
    await chats.save(chat('a', 2));
    assert.equal((await chats.list()).length, 1);
  });

  it('joins deltas and drops what only matters while it happens', () => {
    const events: AgentEvent[] = [
      { type: 'text', delta: 'a' },
      { type: 'text', delta: 'b' },
      { type: 'reading', evaluated: 1, total: 2, msLeft: null },
      { type: 'text', delta: 'c' },
      { type: 'reasoning', delta: 'r' },
      { type: 'text', delta: 'd' },
    ];
    assert.deepEqual(compactEvents(events), [
      { type: 'text', delta: 'abc' },
      { type: 'reasoning', delta: 'r' },
      { type: 'text', delta: 'd' },
    ]);
  });

  it('titles a chat by its first line', () => {
    assert.equal(titleOf('\nFix it\nplease'), 'Fix it');
    assert.equal(titleOf('x'.repeat(100)).length, 60);
    assert.equal(newChat(handClock(), 5).updatedAt, 5);
  });
});

describe('checkpoints', () => {
  function setup(files: Record<string, string>) {
    const disk = new Map<string, Uint8Array>(
      Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]),
    );
    const workspace = {
      readBytes: (path: string) => Promise.resolve(disk.get(path) ?? null),
      restoreBytes: (path: string, bytes: Uint8Array | null) => {
        if (bytes) disk.set(path, bytes);
        else disk.delete(path);
        return Promise.resolve();
      },
    } as unknown as Workspace;
    const store = memoryStore();
    return { disk, store, checkpoints: createCheckpoints(store, workspace) };
  }
  const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

  it('puts back what was there and removes what was not', async () => {
    const { disk, checkpoints } = setup({ 'a.txt': 'before\r\n' });
    const checkpoint = checkpoints.begin('run-1');
    await checkpoint.note('a.txt');
    await checkpoint.note('new.txt');
    disk.set('a.txt', new TextEncoder().encode('after'));
    disk.set('new.txt', new TextEncoder().encode('new'));
    await checkpoint.note('a.txt');
    assert.deepEqual(await checkpoints.restore('run-1'), ['a.txt', 'new.txt']);
    assert.equal(text(disk.get('a.txt')), 'before\r\n');
    assert.equal(disk.has('new.txt'), false);
  });

  it('survives a restart of the host', async () => {
    const { disk, store, checkpoints } = setup({ 'a.txt': 'before' });
    await checkpoints.begin('run-1').note('a.txt');
    disk.set('a.txt', new TextEncoder().encode('after'));
    const again = createCheckpoints(store, {
      restoreBytes: (path: string, bytes: Uint8Array) => Promise.resolve(disk.set(path, bytes)),
    } as unknown as Workspace);
    await again.restore('run-1');
    assert.equal(text(disk.get('a.txt')), 'before');
  });

  it('says when there is nothing to restore', async () => {
    await assert.rejects(setup({}).checkpoints.restore('none'), { code: 'checkpoint-missing' });
  });
});
