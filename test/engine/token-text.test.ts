import assert from 'node:assert/strict';
import { createOutput } from '../../src/engine/output';
import { createTokenText } from '../../src/engine/token-text';

/** Tokens of one byte each. */
const decode = (tokens: readonly number[]): string => new TextDecoder().decode(Uint8Array.from(tokens));

describe('token text', () => {
  const check = (name: string, bytes: number[], expected: string[]): void => {
    it(name, () => {
      const text = createTokenText<number>(decode);
      assert.deepEqual([...bytes.map((byte) => text.push(byte)), text.flush()], expected);
    });
  };
  check('single bytes', [...Buffer.from('ab')], ['a', 'b', '']);
  check('two bytes', [...Buffer.from('é!')], ['', 'é', '!', '']);
  check('four bytes', [...Buffer.from('😀')], ['', '', '', '😀', '']);
  check('a character cut off at the end', [0x61, 0xe2, 0x82], ['a', '', '', '\uFFFD']);
  check(
    'bytes that are no character',
    [0xff, 0xff, 0xff, 0xff, 0x61],
    ['', '', '', '\uFFFD'.repeat(4), 'a', ''],
  );
});

describe('output', () => {
  it('counts each token once, also those whose text is held back', () => {
    const batches: { text: string; tokens: number; probabilities?: number[] }[] = [];
    const output = createOutput<number>({
      detokenize: decode,
      stops: ['!!'],
      everyMs: 0,
      now: () => 0,
      emit: (batch) => batches.push(batch),
    });
    const bytes = [...Buffer.from('é!a!!')];
    const stops = bytes.map((byte, index) => output.push(byte, index / 10));
    assert.deepEqual(stops, [undefined, undefined, undefined, undefined, undefined, '!!']);
    assert.deepEqual(batches, [
      { text: 'é', tokens: 2, probabilities: [0, 0.1] },
      { text: '!a', tokens: 2, probabilities: [0.2, 0.3] },
      { text: '', tokens: 2, probabilities: [0.4, 0.5] },
    ]);
  });

  it('gives out what is held when generation ends', () => {
    const texts: string[] = [];
    const output = createOutput<number>({
      detokenize: decode,
      stops: ['!!'],
      everyMs: 0,
      now: () => 0,
      emit: ({ text }) => texts.push(text),
    });
    output.push(0x21, undefined);
    output.flush();
    output.flush();
    assert.deepEqual(texts, ['!']);
  });

  it('sends the first text at once and then no more often than asked for, and loses nothing', () => {
    const batches: { text: string; tokens: number }[] = [];
    let now = 0;
    const output = createOutput<number>({
      detokenize: decode,
      stops: [],
      everyMs: 100,
      now: () => now,
      emit: ({ text, tokens }) => batches.push({ text, tokens }),
    });
    for (const byte of Buffer.from('abcdefg')) {
      output.push(byte, undefined);
      now += 40;
    }
    output.flush();
    assert.deepEqual(batches, [
      { text: 'a', tokens: 1 },
      { text: 'bcd', tokens: 3 },
      { text: 'efg', tokens: 3 },
    ]);
  });
});
