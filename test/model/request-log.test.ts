import assert from 'node:assert/strict';
import { type RequestRecord, requestTable, withMemory, withRequestLog } from '../../src/model/request-log';
import { type FakeReply, fakeModel } from '../support/fake-model';
import { handClock } from '../support/memory-store';
import { collect } from '../support/tiny-model';

const never = new AbortController().signal;
const request = {
  lane: 'chat' as const,
  prompt: [{ text: 'a secret' }],
  maxTokens: 9,
  sampling: { temperature: 0 },
};

describe('log of requests', () => {
  const logged = (...replies: FakeReply[]) => {
    const records: RequestRecord[] = [];
    const model = withRequestLog(
      fakeModel(replies),
      (record) => records.push(record),
      handClock(10),
      () => 1e12,
    );
    return { model, records };
  };

  it('tells times and tokens of each request, and no text', async () => {
    const { model, records } = logged('an answer');
    const { text } = await collect(model.generate(request, never));
    assert.equal(text, 'an answer');
    const [record] = records;
    assert.ok(record);
    assert.deepEqual(
      [record.promptTokens, record.cachedTokens, record.generatedTokens, record.end],
      [10, 4, 2, 'end'],
    );
    assert.ok((record.firstTokenMs ?? 0) > 0 && record.totalMs > (record.firstTokenMs ?? 0));
    assert.doesNotMatch(JSON.stringify(record), /secret|answer/);
  });

  it('tells why a request failed, and that nobody read on', async () => {
    const { model, records } = logged({ dies: 'half', retryable: true }, 'a long answer');
    await collect(model.generate(request, never));
    for await (const event of model.generate(request, never)) if (event.type === 'text') break;
    assert.deepEqual(
      records.map(({ end }) => end),
      ['engine-died', 'left'],
    );
  });

  it('tells the memory of an engine, and none where there is no engine', async () => {
    const { model, records } = logged('an answer');
    await collect(model.generate(request, never));
    const [record] = records;
    assert.ok(record);
    assert.equal(withMemory(record, { residentBytes: 7 }).residentBytes, 7);
    assert.equal('residentBytes' in withMemory(record, { residentBytes: undefined }), false);
  });

  it('reads as a table', async () => {
    const { model, records } = logged('an answer');
    await collect(model.generate(request, never));
    const [head = '', row = ''] = requestTable(records).split('\n');
    assert.match(head, /^time +lane +prompt +cached +written +first +all +tokens\/s +end +model$/);
    assert.match(row, /^01:46:40 +chat +10 +40 % +2 .* end +fake$/);
  });
});
