import assert from 'node:assert/strict';
import { benchUndo } from '../../src/bench/undo-bench';
import { syntaxInProcess } from '../support/agent-setup';
import { memoryStore } from '../support/memory-store';

describe('undoing a task', () => {
  it('puts every byte back after random edits and commands', async function () {
    this.timeout(180_000);
    const report = await benchUndo({ count: 30, seed: 7, syntax: syntaxInProcess, store: memoryStore() });
    assert.deepEqual(report.failures, []);
    assert.ok(report.changed > 15, `${report.changed} tasks changed something`);
  });

  it('puts every byte back after tasks that were stopped at random moments', async function () {
    this.timeout(180_000);
    const report = await benchUndo({
      count: 100,
      seed: 11,
      syntax: syntaxInProcess,
      store: memoryStore(),
      stop: true,
    });
    assert.deepEqual(report.failures, []);
    assert.ok(report.changed > 8, `${report.changed} tasks changed something`);
  });
});
