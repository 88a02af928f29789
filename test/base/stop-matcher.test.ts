import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createStopMatcher } from '../../src/base/stop-matcher';

function run(stops: string[], pieces: string[]): { shown: string; stop: string | undefined } {
  const matcher = createStopMatcher(stops);
  let shown = '';
  for (const piece of pieces) {
    const { text, stop } = matcher.push(piece);
    shown += text;
    if (stop !== undefined) return { shown, stop };
  }
  return { shown: shown + matcher.flush(), stop: undefined };
}

describe('stop matcher', () => {
  const check = (name: string, stops: string[], pieces: string[], shown: string, stop?: string): void => {
    it(name, () => assert.deepEqual(run(stops, pieces), { shown, stop }));
  };
  check('no stop texts', [], ['a', 'b'], 'ab');
  check('an empty stop text is none', [''], ['a'], 'a');
  check('within a piece', ['\n'], ['a\nb'], 'a', '\n');
  check('over several pieces', ['<end>'], ['a<', 'en', 'd>b'], 'a', '<end>');
  check('a beginning that goes on otherwise', ['<end>'], ['a<en', 'x'], 'a<enx');
  check('a beginning at the very end', ['<end>'], ['a<en'], 'a<en');
  check('a beginning within a beginning', ['aab'], ['aa', 'ab', 'c'], 'a', 'aab');
  check('the first of two', ['b', 'a'], ['xab'], 'x', 'a');
  check('the longer of two at one place', ['\n', '\n\n'], ['x\n\ny'], 'x', '\n\n');

  it('shows the same however the text is cut', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 20 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 3 }), fc.array(text), (stops, pieces) => {
        // A longer stop text that begins at the same place may be found only when the text comes whole.
        const distinct = stops.filter(
          (stop) => !stops.some((other) => other !== stop && other.startsWith(stop)),
        );
        const whole = run(distinct, [pieces.join('')]);
        const single = run(distinct, Array.from(pieces.join('')));
        const first = Math.min(
          ...distinct.filter(Boolean).map((stop) => {
            const index = pieces.join('').indexOf(stop);
            return index < 0 ? Infinity : index;
          }),
        );
        assert.equal(whole.shown, first === Infinity ? pieces.join('') : pieces.join('').slice(0, first));
        // One character at a time a stop text that ends earlier wins over one that begins earlier.
        assert.ok(single.shown.length >= whole.shown.length);
        assert.equal(single.stop === undefined, whole.stop === undefined);
      }),
    );
  });
});
