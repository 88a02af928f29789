import assert from 'node:assert/strict';
import { figuresKey, figuresText, noFigures, readFigures } from '../../src/completion/figures';
import { createFiguresRecord } from '../../src/completion/figures-record';
import { memoryStore } from '../support/memory-store';

describe('completion figures', () => {
  it('add up over sessions', async () => {
    const store = memoryStore();
    for (let session = 0; session < 2; session++) {
      const record = createFiguresRecord(store, (line) => assert.equal(line, ''));
      record.add({ offered: 1, timed: 1, waitedMs: 80 });
      record.add({ accepted: 1 });
      await record.flush();
      assert.equal(record.sum().offered, 1);
    }
    assert.deepEqual(await readFigures(store), {
      ...noFigures,
      offered: 2,
      accepted: 2,
      timed: 2,
      waitedMs: 160,
    });
  });

  it('keep what could not be written', async () => {
    const store = memoryStore();
    const lines: string[] = [];
    const record = createFiguresRecord(store, (line) => lines.push(line));
    store.fail = new Error('disk full');
    record.add({ offered: 1 });
    await record.flush();
    assert.equal(lines.length, 1);
    store.fail = undefined;
    await record.flush();
    assert.equal((await readFigures(store)).offered, 1);
  });

  it('begin anew where the record is damaged', async () => {
    const store = memoryStore();
    for (const damaged of ['{', '[]', '{"offered":-1}', '']) {
      store.records.set(figuresKey, new TextEncoder().encode(damaged));
      assert.deepEqual(await readFigures(store), noFigures);
    }
  });

  it('say what they count', () => {
    assert.equal(
      figuresText({ offered: 120, accepted: 40, kept: 36, looked: 38, waitedMs: 850, timed: 10 }),
      '120 offered, 40 accepted (33 %), 36 of 38 kept for 30 s, 85 ms to a suggestion',
    );
    assert.equal(figuresText(noFigures), '0 offered, 0 accepted');
  });
});
