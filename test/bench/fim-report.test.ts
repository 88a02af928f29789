import assert from 'node:assert/strict';
import type { FilteredAnswer, FimResult } from '../../src/bench/fim-bench';
import { fimReport, formatFimReport, halfOf } from '../../src/bench/fim-report';

function answer(right: boolean, probability: number, reason = 'ok'): FilteredAnswer {
  const raw = { text: 'x', right };
  return { raw, text: 'x', right, shown: reason === 'ok', reason, probabilities: [probability], ms: 1 };
}

function result(id: string, line: FilteredAnswer, within?: FilteredAnswer): FimResult {
  const orders = {
    'suffix-first': { text: 'x', right: true, passed: true },
    'prefix-first': { text: 'y', right: false, passed: true },
  };
  return { model: 'm', id, orders, places: within ? { line, within } : { line } };
}

describe('fim report', () => {
  const results = [
    result('a-L1', answer(true, 0.9), answer(false, 0.2, 'low-confidence')),
    result('a-L2', answer(true, 0.25, 'low-confidence')),
    result('b-L1', answer(false, 0.9, 'empty')),
  ];

  it('counts what was right raw, filtered and shown', () => {
    const report = fimReport(results);
    assert.deepEqual(report.exact, { 'suffix-first': 3, 'prefix-first': 0 });
    assert.deepEqual([report.passed['prefix-first'], report.tested], [3, 3]);
    const line = { asked: 3, rawRight: 2, offered: 2, right: 2, shown: 1, shownRight: 1 };
    assert.deepEqual(report.places.line, line);
    assert.match(
      formatFimReport(report),
      /1 shown, 100\.0 % of them right \(× 1\.00\), 50\.0 % of the right withheld/,
    );
  });

  it('says what other thresholds let through, never what the filters took', () => {
    const { thresholds } = fimReport(results);
    const both = thresholds.find(({ threshold }) => threshold === 0.25)!.halves;
    assert.equal(both.set.shown + both.judged.shown, 2);
  });

  it('keeps the lines of one problem in one half', () => {
    assert.equal(halfOf('humaneval-HumanEval_9-L1'), halfOf('humaneval-HumanEval_9-L22'));
    const halves = Array.from({ length: 100 }, (_, index) => halfOf(`problem ${index}-L1`));
    assert.ok(halves.filter((half) => half === 'set').length > 30);
    assert.ok(halves.filter((half) => half === 'judged').length > 30);
  });
});
