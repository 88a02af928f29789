import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { UserError } from '../../src/base/errors';
import type { Workspace } from '../../src/base/ports';
import type { AgentEvent } from '../../src/protocol/agent';
import { compactEvents, createChatStore, newChat, titleOf } from '../../src/session/chat-store';
import { createNodeWorkspace } from '../../src/node/workspace';
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

  it('tells what was there, and changes nothing by it', async () => {
    const { disk, checkpoints } = setup({ 'a.txt': 'before' });
    const checkpoint = checkpoints.begin('run-1');
    await checkpoint.note('a.txt', '1');
    disk.set('a.txt', new TextEncoder().encode('after'));
    await checkpoint.note('a.txt', '2');
    await checkpoint.note('new.txt', '2');
    assert.equal(text((await checkpoints.read('run-1', 'a.txt')) ?? undefined), 'before');
    assert.equal(await checkpoints.read('run-1', 'new.txt'), null);
    assert.equal(await checkpoints.read('run-1', 'other.txt'), undefined);
    assert.equal(text(disk.get('a.txt')), 'after');
    await assert.rejects(checkpoints.read('none', 'a.txt'), { code: 'checkpoint-missing' });
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

describe('checkpoints of commands', () => {
  function setup(files: Record<string, string>, wallTime = Date.now) {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'thimble-watch-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    const workspace = createNodeWorkspace({ folders: [folder], trusted: true });
    const store = memoryStore();
    return { folder, workspace, store, checkpoints: createCheckpoints(store, workspace, wallTime) };
  }
  const read = (folder: string, name: string): string => readFileSync(path.join(folder, name), 'utf8');

  it('put back what a command changed, made and removed', async () => {
    const { folder, checkpoints } = setup({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' });
    const checkpoint = checkpoints.begin('run-1');
    const settle = await checkpoint.watch('step-1');
    writeFileSync(path.join(folder, 'a.txt'), 'A');
    rmSync(path.join(folder, 'b.txt'));
    writeFileSync(path.join(folder, 'new.txt'), 'n');
    assert.deepEqual((await settle()).changed.sort(), ['a.txt', 'b.txt', 'new.txt']);
    await checkpoints.restore('run-1');
    assert.deepEqual(readdirSync(folder).sort(), ['a.txt', 'b.txt', 'c.txt']);
    assert.deepEqual([read(folder, 'a.txt'), read(folder, 'b.txt')], ['a', 'b']);
    rmSync(folder, { recursive: true });
  });

  it('put back what a command did that the end of the program cut off', async () => {
    const { folder, workspace, store, checkpoints } = setup({ 'a.txt': 'a' });
    await checkpoints.begin('run-1').watch('step-1');
    writeFileSync(path.join(folder, 'a.txt'), 'A');
    await createCheckpoints(store, workspace).restore('run-1');
    assert.equal(read(folder, 'a.txt'), 'a');
    rmSync(folder, { recursive: true });
  });

  it('say what was too large to keep', async () => {
    const { folder, checkpoints } = setup({ 'big.txt': 'x'.repeat(1024 * 1024 + 1) });
    const settle = await checkpoints.begin('run-1').watch('step-1');
    writeFileSync(path.join(folder, 'big.txt'), 'small');
    assert.deepEqual(await settle(), { changed: [], lost: ['big.txt'] });
    rmSync(folder, { recursive: true });
  });

  it('leave ignored files alone, also those that are not ignored any more', async () => {
    // As if the files had lain there for a while.
    const later = (): number => Date.now() + 10_000;
    const { folder, checkpoints } = setup({ '.gitignore': 'own.txt\n', 'own.txt': 'mine' }, later);
    const settle = await checkpoints.begin('run-1').watch('step-1');
    writeFileSync(path.join(folder, '.gitignore'), '');
    await settle();
    await checkpoints.restore('run-1');
    assert.deepEqual([read(folder, 'own.txt'), read(folder, '.gitignore')], ['mine', 'own.txt\n']);
    rmSync(folder, { recursive: true });
  });

  it('restore from a step on, and can be taken back themselves', async () => {
    const { folder, workspace, checkpoints } = setup({ 'a.txt': '0' });
    const checkpoint = checkpoints.begin('run-1');
    for (const step of ['1', '2', '3']) {
      await checkpoint.note('a.txt', step);
      await workspace.restoreBytes('a.txt', new TextEncoder().encode(step));
    }
    await checkpoints.restore('run-1', { from: ['3'], into: checkpoints.begin('undo-1') });
    assert.equal(read(folder, 'a.txt'), '2');
    await checkpoints.restore('undo-1');
    assert.equal(read(folder, 'a.txt'), '3');
    await checkpoints.restore('run-1');
    assert.equal(read(folder, 'a.txt'), '0');
    rmSync(folder, { recursive: true });
  });

  it('change nothing when bytes of them are gone', async () => {
    const { folder, workspace, store, checkpoints } = setup({ 'a.txt': 'a', 'b.txt': 'b' });
    const checkpoint = checkpoints.begin('run-1');
    await checkpoint.note('a.txt');
    await checkpoint.note('b.txt');
    await workspace.restoreBytes('a.txt', null);
    await store.delete('checkpoints/run-1/1');
    await assert.rejects(checkpoints.restore('run-1'), { code: 'checkpoint-broken' });
    assert.deepEqual(readdirSync(folder), ['b.txt']);
    rmSync(folder, { recursive: true });
  });
});
