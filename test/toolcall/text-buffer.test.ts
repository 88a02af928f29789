import assert from 'node:assert/strict';
import { TextBuffer } from '../../src/toolcall/text-buffer';

describe('tool calls: text that grows', () => {
  it('gives any part of what was added, however it was cut', () => {
    const whole = Array.from({ length: 3000 }, (_, index) => `${String(index)} `).join('');
    for (const size of [1, 7, 4095, 4096, 4097, 20_000]) {
      const buffer = new TextBuffer();
      for (let at = 0; at < whole.length; at += size) {
        buffer.add(whole.slice(at, at + size));
        // Looked at in between, as the parser does.
        if (at % 3 === 0) assert.equal(buffer.slice(at), whole.slice(at, at + size));
      }
      assert.equal(buffer.length, whole.length);
      assert.equal(buffer.slice(0), whole);
      for (const [from, to] of [
        [0, 0],
        [0, 1],
        [4095, 4097],
        [4096, 8192],
        [5000, 5000],
        [whole.length - 1, whole.length],
        [whole.length, whole.length],
      ] as const) {
        assert.equal(buffer.slice(from, to), whole.slice(from, to), `${String(from)} to ${String(to)}`);
      }
    }
  });

  it('begins anew', () => {
    const buffer = new TextBuffer();
    buffer.add('x'.repeat(5000));
    buffer.add('y');
    buffer.clear();
    assert.equal(buffer.length, 0);
    assert.equal(buffer.slice(0), '');
    buffer.add('z');
    assert.equal(buffer.slice(0), 'z');
    assert.equal(buffer.slice(0, 1), 'z');
  });
});
