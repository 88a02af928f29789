import assert from 'node:assert/strict';
import { type KeyWork, play, type Typist, type TypingView } from '../../src/bench/typing-play';
import { typingFigures } from '../../src/bench/typing-report';
import type { TypingSession } from '../../src/bench/typing-session';

const never = new AbortController().signal;
const session: TypingSession = {
  id: 'a',
  kind: 'body',
  language: 'python',
  path: 'a.py',
  text: 'x = \n',
  offset: 4,
  steps: [
    { after: 0, insert: 'a' },
    { after: 0, insert: 'b' },
    { after: 0, insert: 'c' },
    { after: 0, to: 0 },
    { after: 0, insert: '#' },
  ],
};

/** Answers each key at once by its text. */
function typist(answer: (view: TypingView) => string | undefined): Typist & { moves: number } {
  const made = {
    moves: 0,
    key: (view: TypingView, show: (text: string | undefined) => void, work: KeyWork) => {
      work.requests++;
      work.uncached += 2;
      const text = answer(view);
      if (text !== undefined) show(text);
    },
    moved: () => {
      made.moves++;
    },
    rest: () => Promise.resolve(),
    processorMs: () => undefined,
  };
  return made;
}

describe('playing a typing session', () => {
  it('keeps what is being typed on screen, and takes it down where the cursor goes elsewhere', async () => {
    const own = typist(({ text }) => (text === 'x = a\n' ? 'bc' : undefined));
    const keys = await play(session, own, never, 0);
    assert.deepEqual(
      keys.map(({ onScreen }) => onScreen),
      ['right', 'right', 'nothing', 'nothing'],
    );
    assert.deepEqual(
      keys.map(({ isKept }) => isKept),
      [false, true, false, false],
    );
    assert.equal(own.moves, 2);
  });

  it('tells wrong text from right text, and adds up the work', async () => {
    const keys = await play(
      session,
      typist(() => 'zzz'),
      never,
    );
    assert.equal(keys[0]!.onScreen, 'wrong');
    assert.equal(keys[0]!.rightMs, undefined);
    const [figures] = typingFigures([{ side: 'idle', model: 'm', session: 'a', keys }]);
    assert.equal(figures!.wrongOnScreen, 1);
    assert.equal(figures!.uncached.median, 2);
  });
});
