import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isRightAt, statesOf, type TypingSession, type TypingStep } from '../../src/bench/typing-session';

const folder = path.resolve(__dirname, '../fixtures/bench');
const sessions = readFileSync(path.join(folder, 'typing-sessions.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as TypingSession);

describe('typing sessions', () => {
  it('are thirty or more in five languages, with all that people do', () => {
    assert.ok(sessions.length >= 30);
    assert.equal(new Set(sessions.map(({ language }) => language)).size, 5);
    const steps = sessions.flatMap((session) => session.steps);
    const kinds: Record<string, (step: TypingStep) => boolean> = {
      enter: (step) => 'insert' in step && step.insert.startsWith('\n'),
      'closed bracket': (step) => 'insert' in step && step.closing !== undefined,
      'typed over': (step) => 'over' in step,
      backspace: (step) => 'remove' in step,
      jump: (step) => 'to' in step,
      burst: ({ after }) => after < 100,
      pause: ({ after }) => after > 1000,
    };
    for (const [name, is] of Object.entries(kinds)) assert.ok(steps.some(is), name);
  });

  it('lead back to the files that they were made from', () => {
    for (const session of sessions) {
      const source = readFileSync(path.join(folder, 'typing', session.path), 'utf8').replaceAll('\r\n', '\n');
      assert.equal(statesOf(session).at(-1)?.text, source, session.id);
    }
  });

  it('tell what is a right continuation: what the typing itself leads to', () => {
    const session: TypingSession = {
      ...sessions[0]!,
      text: 'f = \n',
      offset: 4,
      steps: [
        { after: 1, insert: 'g' },
        { after: 1, insert: '(', closing: ')' },
        { after: 1, insert: 'x' },
        { after: 1, over: 1 },
        { after: 1, insert: '\n' },
        { after: 1, insert: 'h' },
        { after: 1, to: 0 },
        { after: 1, insert: '#' },
      ],
    };
    const states = statesOf(session);
    const right = (index: number, text: string): boolean => isRightAt(session, states, index, text);
    assert.equal(right(0, '(x)'), true);
    assert.equal(right(1, 'x'), true);
    assert.equal(right(1, 'x)'), false, 'the bracket is there already');
    assert.equal(right(0, '(y)'), false);
    assert.equal(right(0, '(x)\nsomething else'), true, 'the first line counts');
    assert.equal(right(3, '\nh'), true);
    assert.equal(right(5, '#'), false, 'typed at another place');
    assert.equal(right(2, ' '), false);
  });
});
