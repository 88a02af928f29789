import assert from 'node:assert/strict';
import {
  Source,
  type Wait,
  accept,
  findTag,
  isSpace,
  longestWord,
  peek,
  peekElement,
  peekTag,
  skipSpace,
  startsWith,
} from '../../src/toolcall/source';
import { TextBuffer } from '../../src/toolcall/text-buffer';

/** What a reader came to: its answer, the chunks that it needed (`end`: also the end), and what it left unread. */
interface Reading {
  answer: unknown;
  after: number | 'end';
  rest: string;
}

function read<T>(reader: (source: Source) => Wait<T>, chunks: readonly string[]): Reading {
  const source = new Source();
  const [first = '', ...others] = chunks;
  source.push(first);
  const waiting = reader(source);
  let step = waiting.next();
  let after: Reading['after'] = 1;
  for (const chunk of others) {
    source.push(chunk);
    if (step.done === true) continue;
    after++;
    step = waiting.next();
  }
  if (step.done !== true) {
    source.closed = true;
    after = 'end';
    step = waiting.next();
  }
  assert.ok(step.done);
  return { answer: step.value, after, rest: source.text.slice(source.pos) };
}

describe('tool calls: reading what has arrived', () => {
  const check = <T>(
    reader: (source: Source) => Wait<T>,
    chunks: readonly string[],
    answer: unknown,
    after: Reading['after'],
    rest: string,
  ): void => assert.deepEqual(read(reader, chunks), { answer, after, rest });

  it('compares with a literal, and waits only while it may still come', () => {
    const literal = (source: Source): Wait<boolean> => startsWith(source, '<tool>');
    check(literal, ['<tool>x'], true, 1, '<tool>x');
    check(literal, ['<to', 'ol>'], true, 2, '<tool>');
    check(literal, ['<to', 'x'], false, 2, '<tox');
    check(literal, ['<x', 'ol>'], false, 1, '<xol>');
    check(literal, ['<tools>', 'x'], false, 1, '<tools>x');
    check(literal, ['<to'], false, 'end', '<to');
    check((source) => accept(source, '<tool>'), ['<tool', '>x'], true, 2, 'x');
    check((source) => accept(source, '<tool>'), ['<tools>'], false, 1, '<tools>');
  });

  it('looks at the next character', () => {
    check(peek, ['a'], 'a', 1, 'a');
    check(peek, [], '', 'end', '');
  });

  it('consumes white space as far as it goes', () => {
    check(skipSpace, [' \n', '\t\r', 'a '], ' \n\t\r', 3, 'a ');
    check(skipSpace, ['a'], '', 1, 'a');
    check(skipSpace, [' '], ' ', 'end', '');
    assert.deepEqual(
      [' ', '\n', '\r', '\t', '\u00a0', 'a', '\0'].map((one) => isSpace(one.charCodeAt(0))),
      [true, true, true, true, false, false, false],
    );
  });

  it('reads a tag up to its end, and gives up at once where it is none', () => {
    check(peekTag, ['<a b>c'], '<a b>', 1, '<a b>c');
    check(peekTag, ['<a ', 'b', '>'], '<a b>', 3, '<a b>');
    check(peekTag, ['<a\n', 'b>'], null, 1, '<a\nb>');
    check(peekTag, ['<a<', 'b>'], null, 1, '<a<b>');
    check(peekTag, ['<a'], null, 'end', '<a');
    const limit = `<${'a'.repeat(511)}`;
    check(peekTag, [`${limit}>`], `${limit}>`, 1, `${limit}>`);
    check(peekTag, [`${limit}a`, '>'], `${limit}a>`, 2, `${limit}a>`);
    check(peekTag, [`${limit}aa`, '>'], null, 1, `${limit}aa>`);
  });

  it('reads an element that holds a word, and gives up at once where it is none', () => {
    const element = (source: Source): Wait<unknown> => peekElement(source, 'key');
    check(element, ['<key>a.b-c</key>d'], { content: 'a.b-c', length: 16 }, 1, '<key>a.b-c</key>d');
    check(element, ['<key>', 'a', '</', 'key', '>'], { content: 'a', length: 12 }, 5, '<key>a</key>');
    check(element, ['<key>a b', '</key>'], undefined, 1, '<key>a b</key>');
    check(element, ['<key>a<b', '>'], undefined, 2, '<key>a<b>');
    check(element, ['<key></key>', 'x'], undefined, 1, '<key></key>x');
    check(element, ['<key>a</k'], undefined, 'end', '<key>a</k');
    const longest = 'a'.repeat(longestWord);
    check(
      element,
      [`<key>${longest}`, '</key>'],
      { content: longest, length: longestWord + 11 },
      2,
      `<key>${longest}</key>`,
    );
    const longer = `<key>${longest}aaaaaa`;
    check(element, [longer, '</key>'], undefined, 1, `${longer}</key>`);
  });

  it('finds the first of several tags', () => {
    const find = (source: Source): Wait<string | undefined> => findTag(source, ['<a>', '</a>']);
    check(find, ['b < <b> ', '</', 'a>', '<a>'], '</a>', 3, '</a><a>');
    check(find, ['<', 'a', '>c'], '<a>', 3, '<a>c');
    check(find, ['<b', 'a>'], undefined, 'end', '');
  });
});

describe('tool calls: what the source keeps', () => {
  it('gives back what was consumed since it began to keep, and reads it again', () => {
    const source = new Source();
    source.push('ab');
    source.take(1);
    source.keep();
    assert.equal(source.take(1), 'b');
    source.push('cdef');
    source.take(2);
    assert.equal(source.offset, 4);
    assert.equal(source.taken(), 'bcd');
    assert.equal(source.kept(2), 'cd');
    assert.equal(source.kept(1, 3), 'bc');
    source.rewind(2);
    assert.equal(source.offset, 2);
    assert.equal(source.text.slice(source.pos), 'cdef');
    source.take(3);
    source.keep();
    source.take(1);
    assert.equal(source.taken(), 'f');
    source.release();
    assert.equal(source.offset, 6);
  });

  it('holds no more than is asked for', () => {
    const source = new Source();
    for (let count = 0; count < 1000; count++) {
      source.push('x'.repeat(1000));
      source.take(source.text.length);
    }
    assert.ok(source.text.length <= 1000);
    assert.equal(source.offset, 1_000_000);
  });
});

describe('tool calls: text in pieces', () => {
  it('gives any part of it', () => {
    const buffer = new TextBuffer();
    let whole = '';
    for (let count = 0; count < 3000; count++) {
      const piece = String(count);
      buffer.add(piece);
      whole += piece;
    }
    assert.equal(buffer.length, whole.length);
    for (const [from, to] of [
      [0, whole.length],
      [0, 1],
      [4000, 4200],
      [4096, 8192],
      [whole.length - 3, whole.length],
      [5, 5],
    ] as const)
      assert.equal(buffer.slice(from, to), whole.slice(from, to));
    assert.equal(buffer.slice(10_000), whole.slice(10_000));
    buffer.clear();
    assert.equal(buffer.length, 0);
    assert.equal(buffer.slice(0), '');
    buffer.add('again');
    assert.equal(buffer.slice(1), 'gain');
  });
});

describe('toolcall: chunks that wake no reader', () => {
  const passing = (): { source: Source; taken: string[] } => {
    const source = new Source();
    const taken: string[] = [];
    source.push('ab');
    source.take(2);
    source.pass({ stops: /<(?=t|$)/g, take: (text) => taken.push(text) });
    return { source, taken };
  };

  it('are taken whole, and count as consumed', () => {
    const { source, taken } = passing();
    assert.equal(source.passOver('cd'), true);
    assert.equal(source.passOver('e<f'), true);
    assert.deepEqual(taken, ['cd', 'e<f']);
    assert.equal(source.offset, 7);
    assert.equal(source.text, '');
  });

  it('end at the first in which something stops, until the reader asks again', () => {
    const { source, taken } = passing();
    assert.equal(source.passOver('c<'), false);
    assert.equal(source.passOver('d'), false);
    assert.deepEqual(taken, []);
    assert.equal(source.offset, 2);
  });

  it('are none while something is unread', () => {
    const source = new Source();
    source.push('ab');
    source.take(1);
    source.pass({ stops: /</, take: () => assert.fail('nothing may be passed over') });
    assert.equal(source.passOver('c'), false);
  });

  it('are kept like what a reader consumes', () => {
    const source = new Source();
    source.push('ab');
    source.take(1);
    source.keep();
    source.take(1);
    source.pass({ stops: /</, take: () => undefined });
    assert.equal(source.passOver('cd'), true);
    assert.equal(source.taken(), 'bcd');
    assert.equal(source.kept(2, 3), 'c');
  });
});
