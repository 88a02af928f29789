import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { logCommand, sessionsCommand } from '../../src/cli/records-command';
import type { RequestRecord } from '../../src/model/request-log';
import { createFileStore } from '../../src/node/file-store';
import { createLineLog } from '../../src/node/line-log';
import { createChatStore } from '../../src/session/chat-store';
import { createFolder } from '../tools/support';

const port = (json = false) => {
  const lines: string[] = [];
  return { lines, output: { write: (line: string) => void lines.push(line), json, isTty: false } };
};

describe('thimble log', () => {
  const record: RequestRecord = {
    at: '2026-01-01T10:00:00.000Z',
    model: 'm',
    lane: 'chat',
    promptTokens: 100,
    cachedTokens: 75,
    generatedTokens: 11,
    firstTokenMs: 100,
    totalMs: 1100,
    contextSize: 8192,
    grammar: false,
    end: 'stop',
  };

  it('shows the newest requests as a table or as JSON', async () => {
    const log = createLineLog<RequestRecord>(path.join(createFolder({}), 'requests.jsonl'));
    const empty = port();
    await logCommand(log, empty.output, 5);
    assert.deepEqual(empty.lines, ['No requests yet.']);
    for (let index = 0; index < 3; index++) await log.add({ ...record, model: `m${index}` });
    const table = port();
    await logCommand(log, table.output, 2);
    assert.match(table.lines[0] ?? '', /\n10:00:00 +chat +100 +75 % +11 +100 +1100 +10\.0 +stop +m1\n.* m2$/);
    const json = port(true);
    await logCommand(log, json.output, 1);
    assert.deepEqual(
      json.lines.map((line) => JSON.parse(line) as unknown),
      [{ ...record, model: 'm2' }],
    );
  });
});

describe('thimble sessions', () => {
  const home = async (): Promise<string> => {
    const folder = createFolder({ 'states/a.kv': 'x', 'sessions/checkpoints/run-1/manifest.json': '{}' });
    for (const workspace of ['one', 'two']) {
      const chats = createChatStore(createFileStore(path.join(folder, 'sessions', workspace)));
      await chats.save({
        id: `chat-${workspace}`,
        title: `The secret of ${workspace}`,
        updatedAt: 0,
        events: [{ type: 'text', delta: 'secret' }],
        messages: [],
      });
    }
    return folder;
  };
  const run = async (folder: string, ...args: [action: string, name?: string]): Promise<string> => {
    const { lines, output } = port();
    assert.equal(await sessionsCommand(folder, args[0], args[1], output), 0);
    return lines.join('\n');
  };

  it('lists the chats of each workspace', async () => {
    const listed = await run(await home(), 'list');
    assert.match(listed, /^one: \d+ .*\n {4}chat-one {2}1970-01-01 00:00 {2}The secret of one\ntwo: /);
  });

  it('exports a chat without its words', async () => {
    const exported = await run(await home(), 'export', 'chat-two');
    assert.match(exported, /"id": "chat-two"/);
    assert.doesNotMatch(exported, /secret/);
    await assert.rejects(run(await home(), 'export', 'chat-three'), { code: 'chat-unknown' });
  });

  it('wipes one workspace, or all with the kept beginnings', async () => {
    const folder = await home();
    await run(folder, 'wipe', 'one');
    assert.doesNotMatch(await run(folder, 'list'), /chat-one/);
    assert.match(await run(folder, 'list'), /chat-two/);
    await run(folder, 'wipe', 'all');
    assert.doesNotMatch(await run(folder, 'list'), /chat/);
    assert.equal(existsSync(path.join(folder, 'states')), false);
    assert.equal(existsSync(path.join(folder, 'sessions/checkpoints/run-1/manifest.json')), false);
  });

  it('refuses what is not there', async () => {
    const folder = await home();
    await assert.rejects(run(folder, 'wipe'), { code: 'usage' });
    await assert.rejects(run(folder, 'wipe', '..'), { code: 'usage' });
    await assert.rejects(run(folder, 'burn'), { code: 'usage' });
  });
});
