import assert from 'node:assert/strict';
import { anchoredSuffix } from '../../src/completion/anchor';
import { createCompleter } from '../../src/completion/completer';
import { createInFlight } from '../../src/completion/in-flight';
import { fakeModel } from '../support/fake-model';
import { handClock } from '../support/memory-store';

/** Numbers from 0 to 1 that are the same in each run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const pieces = ['a', 'b', '(', ')', '\n', '\r\n', ' ', '\t', '"', 'é', '😀', 'return ', '// x', 'שלום'];
const edits = 100_000;

describe('100,000 random edits between request and answer', function () {
  this.timeout(120_000);

  it('never show an answer at a place that it was not made for', async () => {
    const random = randomNumbers(7);
    const pick = (below: number): number => Math.floor(random() * below);
    // What is answered tells for which place it was asked.
    const model = fakeModel((prompt, request) => {
      const [suffix = '', prefix = ''] = prompt.split('<|fim_suffix|>')[1]?.split('<|fim_middle|>') ?? [];
      return `${request.begin ?? ''}<${prefix.length + (request.begin ?? '').length}:${suffix.length}>`;
    });
    const completer = createCompleter({ model, clock: handClock(1) });
    const inFlight = createInFlight<{ text: string; shown: boolean; reason: string }>();
    const editor = { text: '', offset: 0, version: 0 };
    const unix = (text: string): string => text.replaceAll('\r\n', '\n');
    let shown = 0;

    const edit = (): void => {
      editor.version++;
      const kind = random();
      if (kind < 0.6) {
        const piece = pieces[pick(pieces.length)] ?? '';
        editor.text = editor.text.slice(0, editor.offset) + piece + editor.text.slice(editor.offset);
        editor.offset += piece.length;
      } else if (kind < 0.85) {
        const start = Math.max(0, editor.offset - 1 - pick(6));
        editor.text = editor.text.slice(0, start) + editor.text.slice(editor.offset);
        editor.offset = start;
      } else editor.offset = pick(editor.text.length + 1);
      if (editor.text.length > 400) Object.assign(editor, { text: '', offset: 0 });
    };
    const ask = async (): Promise<void> => {
      const asked = { ...editor };
      const [prefix, suffix] = [asked.text.slice(0, asked.offset), asked.text.slice(asked.offset)];
      const answer = await inFlight
        .ask(`${asked.version}:${asked.offset}`, (signal) =>
          completer.complete(
            { path: 'a.js', languageId: 'javascript', prefix, suffix, singleLine: true },
            signal,
          ),
        )
        .catch(() => undefined);
      if (!answer?.shown || asked.version !== editor.version || asked.offset !== editor.offset) return;
      shown++;
      const found = /<(\d+):(\d+)>(?:\r?\n)?$/.exec(answer.text);
      // The rest of a suggestion that is being typed may begin within the number.
      if (answer.reason !== 'typed-through') {
        assert.deepEqual(
          [Number(found?.[1]), Number(found?.[2])],
          [unix(prefix).length, anchoredSuffix(unix(prefix), unix(suffix)).length],
          JSON.stringify({ prefix, suffix, answer }),
        );
      }
      assert.ok(!answer.text.includes('\ufffd'));
      assert.ok(!/[\ud800-\udbff]$/.test(prefix) && !/^\p{M}|^\u200d/u.test(suffix));
      const isDos = asked.text.includes('\r\n');
      const bare = answer.text.replaceAll('\r\n', '').includes('\n');
      assert.equal(isDos && bare, false, JSON.stringify({ prefix, suffix, answer }));
    };

    for (let done = 0; done < edits;) {
      const asked = ask();
      const before = random() < 0.5 ? 0 : 1 + pick(30);
      for (let index = 0; index < before; index++, done++) {
        edit();
        if (random() < 0.2) await Promise.resolve();
      }
      await asked;
      edit();
      done++;
    }
    assert.ok(shown > 1000, String(shown));
  });
});
