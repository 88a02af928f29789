import assert from 'node:assert/strict';
import { createEngineNotes, engineNoteText, isProcessAlive } from '../../src/model/engine-notes';
import { memoryStore } from '../support/memory-store';

const note = {
  program: 'editor' as const,
  model: 'large',
  contextTokens: 8192,
  residentBytes: 2.4e9,
};

describe('what the programs of a home have loaded', () => {
  it('is told to the others, and taken away again', async () => {
    const store = memoryStore();
    const [one, two] = [1, 2].map((pid) => createEngineNotes(store, pid, () => true));
    assert.ok(one && two);
    await one.keep(note);
    assert.deepEqual(await two.others(), [{ ...note, pid: 1 }]);
    assert.deepEqual(await one.others(), []);
    assert.equal((await one.list()).length, 1);
    await one.keep(undefined);
    assert.deepEqual(await two.list(), []);
  });

  it('is kept in the order in which it was told', async () => {
    const store = memoryStore();
    const notes = createEngineNotes(store, 1, () => true);
    await Promise.all([notes.keep(note), notes.keep(undefined), notes.keep({ ...note, model: 'small' })]);
    assert.deepEqual(
      (await notes.list()).map(({ model }) => model),
      ['small'],
    );
  });

  it('ends with the process, whatever that had no time for', async () => {
    const store = memoryStore();
    await createEngineNotes(store, 1).keep(note);
    store.records.set('broken.json', new TextEncoder().encode('{'));
    const other = createEngineNotes(store, 2, (pid) => pid !== 1);
    assert.deepEqual(await other.list(), []);
    assert.equal(store.records.size, 0);
  });

  it('stays with a process that lives, also when it cannot be read for a moment', async () => {
    const store = memoryStore();
    store.records.set('1.json', new TextEncoder().encode('{'));
    assert.deepEqual(await createEngineNotes(store, 2, (pid) => pid === 1).list(), []);
    assert.deepEqual([...store.records.keys()], ['1.json']);
  });

  it('costs nothing where it cannot be kept', async () => {
    const store = memoryStore();
    store.fail = new Error('read-only');
    const notes = createEngineNotes(store, 1);
    await notes.keep(note);
    assert.deepEqual(await notes.list(), []);
  });

  it('reads as a sentence, with the second model and why', () => {
    assert.equal(
      engineNoteText({ ...note, pid: 12 }),
      'large with 8192 tokens of context, 2.4 GB (editor, process 12)',
    );
    const second = { name: 'small', isLoaded: true, why: 'There is room.' };
    assert.equal(
      engineNoteText({ ...note, pid: 12, second }),
      'large with 8192 tokens of context and small for completions, 2.4 GB (editor, process 12). There is room.',
    );
    assert.match(
      engineNoteText({ ...note, pid: 12, second: { ...second, isLoaded: false, why: 'No room.' } }),
      /; small is not loaded beside it\. No room\.$/,
    );
  });

  it('knows a process that lives from one that does not', () => {
    assert.equal(isProcessAlive(process.pid), true);
    // Above the largest process id of every system.
    assert.equal(isProcessAlive(99_999_999), false);
  });
});
