import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { resolveModel } from '../../src/model/resolve-model';
import { createScorecards, type Scorecard, scorecardText, withScorecard } from '../../src/model/scorecard';
import { testProfile } from '../support/fake-model';
import { memoryStore } from '../support/memory-store';
import { tinyModel } from '../support/tiny-model';

const some = { asked: 4, right: 3 };
const card: Scorecard = {
  version: 1,
  file: 'own.gguf',
  bytes: 5,
  at: '2026-01-01T00:00:00.000Z',
  speed: { prompt: 100.4, decode: 20 },
  threads: 2,
  gpu: 'none',
  chat: some,
  tools: { asked: 6, right: 5, dialect: 'hermes' },
  edits: { symbol: { asked: 4, right: 1 }, file: { asked: 4, right: 0 } },
  fillInTheMiddle: { asked: 6, right: 0 },
  needles: [
    { tokens: 2000, found: true },
    { tokens: 7000, found: false },
  ],
};

describe('scorecards', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'thimble-cards-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'own.gguf');

  it('belong to a file as it is, wherever it lies', async () => {
    const cards = createScorecards(memoryStore());
    writeFileSync(file, 'first');
    const copy = path.join(folder, 'copy.gguf');
    writeFileSync(copy, 'first');
    await cards.keep(file, card);
    assert.deepEqual(await cards.of(copy), card);
    writeFileSync(file, 'other');
    assert.equal(await cards.of(file), undefined);
    assert.equal(await cards.of(path.join(folder, 'gone.gguf')), undefined);
    assert.deepEqual(await cards.list(), [card]);
  });

  it('that cannot be read are none', async () => {
    const store = memoryStore();
    store.records.set('1-a.json', new TextEncoder().encode('{"version":1}'));
    assert.deepEqual(await createScorecards(store).list(), []);
  });

  it('put what was measured in place of what was assumed', () => {
    const profile = withScorecard(testProfile, card);
    assert.equal(profile.dialect, 'hermes');
    assert.deepEqual(profile.abilities, { complete: false, chat: true, edit: false });
    assert.equal(withScorecard(testProfile, undefined), testProfile);
  });

  it('decide the profile of a file of the user’s own', async () => {
    writeFileSync(file, await tinyModel({ arch: 'qwen3' }));
    const cards = createScorecards(memoryStore());
    const store = { ensureVerified: () => assert.fail() };
    const before = await resolveModel(file, store, cards);
    assert.equal(before.profile.abilities.edit, false);
    await cards.keep(file, { ...card, edits: { symbol: some } });
    const after = await resolveModel(file, store, cards);
    assert.deepEqual(after.profile.abilities, { complete: false, chat: true, edit: true });
  });

  it('read as one line', () => {
    assert.equal(
      scorecardText(card),
      'reads 100 and writes 20 tokens/s, answers 3/4, tool calls 5/6, edits (symbol) 1/4, edits (file) 0/4, lines filled in 0/6, finds a fact in 2000 tokens',
    );
  });
});
