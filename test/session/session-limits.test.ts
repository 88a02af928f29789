import assert from 'node:assert/strict';
import path from 'node:path';
import { createFileStore } from '../../src/node/file-store';
import type { AgentEvent } from '../../src/protocol/agent';
import { createChatStore } from '../../src/session/chat-store';
import { redactChat } from '../../src/session/redact';
import {
  type SessionStore,
  type StoredRecord,
  tidySessions,
  wipeSessions,
} from '../../src/session/session-limits';
import { memoryStore } from '../support/memory-store';
import { createFolder } from '../tools/support';

const hour = 3_600_000;
const now = 100 * hour;
const sized = (bytes: number): Uint8Array => new Uint8Array(bytes);

/** A store whose records are as old as the given hours. */
async function storeOf(records: Record<string, { bytes: number; age: number }>): Promise<SessionStore> {
  const store = memoryStore();
  for (const [key, { bytes }] of Object.entries(records)) await store.write(key, sized(bytes));
  const list = (): StoredRecord[] =>
    [...store.records].map(([key, { length }]) => ({
      key,
      bytes: length,
      changedAt: now - (records[key]?.age ?? 0) * hour,
    }));
  return { ...store, records: () => Promise.resolve(list()) };
}

const history = {
  'chats/old.json': { bytes: 10, age: 50 },
  'chats/open.json': { bytes: 10, age: 60 },
  'chats/new.json': { bytes: 10, age: 2 },
  'checkpoints/run-1/0': { bytes: 100, age: 50 },
  'checkpoints/run-1/manifest.json': { bytes: 10, age: 50 },
  'checkpoints/run-2/manifest.json': { bytes: 50, age: 2 },
  'checkpoints/gone/manifest.json': { bytes: 5, age: 9 },
  'checkpoints/other-window/manifest.json': { bytes: 5, age: 0 },
};
const known = new Set(['run-1', 'run-2']);

describe('the size of what is kept', () => {
  const tidy = async (maxBytes: number, { sure = true } = {}) => {
    const store = await storeOf(history);
    const result = await tidySessions(store, {
      maxBytes,
      now,
      openChat: 'open',
      runIds: sure ? known : undefined,
    });
    return { result, left: await store.keys('') };
  };

  it('loses what no chat can ask for, and nothing of a task that may just run', async () => {
    const { result, left } = await tidy(1e6);
    assert.deepEqual(
      Object.keys(history).filter((key) => !left.includes(key)),
      ['checkpoints/gone/manifest.json'],
    );
    assert.deepEqual(result, { deleted: 1, freedBytes: 5, keptBytes: 195 });
  });

  it('loses nothing while a chat cannot be read', async () => {
    const { left } = await tidy(1e6, { sure: false });
    assert.equal(left.length, Object.keys(history).length);
  });

  it('loses the oldest checkpoint first, whole', async () => {
    const { left } = await tidy(90);
    assert.ok(!left.some((key) => key.startsWith('checkpoints/run-1/')));
    assert.ok(left.includes('checkpoints/run-2/manifest.json'));
    assert.ok(left.includes('chats/old.json'));
  });

  it('loses the oldest chats last, and never the open one', async () => {
    const { left } = await tidy(26);
    assert.deepEqual(left, ['chats/new.json', 'chats/open.json', 'checkpoints/other-window/manifest.json']);
    assert.ok((await tidy(0)).left.includes('chats/open.json'));
  });

  it('is counted by the file store', async () => {
    const store = createFileStore(path.join(createFolder({}), 'store'));
    await store.write('chats/A.json', sized(7));
    const [record] = await store.records();
    assert.deepEqual([record?.key, record?.bytes], ['chats/A.json', 7]);
    assert.ok(Math.abs((record?.changedAt ?? 0) - Date.now()) < hour);
  });

  it('is nothing after a wipe; other records stay', async () => {
    const store = await storeOf({ ...history, 'else.json': { bytes: 1, age: 1 } });
    await wipeSessions(store);
    assert.deepEqual(await store.keys(''), ['else.json']);
  });
});

const started = (runId: string, text: string): AgentEvent => ({
  type: 'run-started',
  runId,
  text,
  attachments: ['a secret'],
  at: 1,
});

describe('a chat that is deleted', () => {
  it('takes the checkpoints of its tasks along', async () => {
    const store = memoryStore();
    const chats = createChatStore(store);
    await chats.save({ id: 'a', title: '', updatedAt: 1, messages: [], events: [started('run-1', 'x')] });
    await chats.save({ id: 'b', title: '', updatedAt: 1, messages: [], events: [started('run-2', 'y')] });
    for (const run of ['run-1', 'run-2']) await store.write(`checkpoints/${run}/manifest.json`, sized(1));
    assert.deepEqual(await chats.runIds(), new Set(['run-1', 'run-2']));
    await chats.remove('a');
    assert.deepEqual([...store.records.keys()].sort(), ['chats/b.json', 'checkpoints/run-2/manifest.json']);
    store.records.set('chats/c.json', new TextEncoder().encode('{'));
    assert.equal(await chats.runIds(), undefined);
  });
});

describe('a chat for a bug report', () => {
  it('keeps what happened and no word of it', () => {
    const secret = 'secret source();';
    const redacted = redactChat({
      id: 'chat-1',
      title: secret,
      updatedAt: 5,
      messages: [{ role: 'user', content: secret }],
      events: [
        started('run-1', secret),
        { type: 'text', delta: secret },
        {
          type: 'step',
          step: {
            id: 's1',
            tool: 'edit',
            verb: 'Edit',
            object: `src/${secret}.py`,
            state: 'done',
            result: 'exit 1',
            detail: {
              kind: 'diff',
              diff: {
                path: 'src/secret.py',
                languageId: 'python',
                kind: 'change',
                added: 1,
                removed: 0,
                hunks: [{ oldStart: 1, newStart: 1, lines: [{ kind: 'added', text: secret }] }],
              },
            },
          },
        },
        { type: 'checkpoint', id: 'run-1', label: secret, files: ['src/secret.py', 'other.ts'] },
        { type: 'notice', level: 'error', report: { code: 'engine-died', happened: secret, next: secret } },
      ],
    });
    const text = JSON.stringify(redacted);
    assert.doesNotMatch(text, /secret/);
    assert.match(text, /"code":"engine-died"/);
    assert.match(text, /"files":\["file-1\.py","file-2\.ts"\]/);
    assert.match(text, /"tool":"edit","verb":"Edit".*"state":"done","result":"exit 1"/);
    assert.match(text, new RegExp(`"delta":"‹${secret.length} characters›"`));
  });
});
