import assert from 'node:assert/strict';
import { fillInTheMiddlePrompt, prefixWindow, suffixWindow } from '../../src/prompt/fill-in-the-middle';
import { promptText } from '../../src/prompt/chat-template';
import type { ModelProfile } from '../../src/model/profile';
import { type Family, profiles } from '../../src/model/profiles';
import { testProfile } from '../support/fake-model';
import { checkGolden } from '../support/golden';

const tokens = testProfile.fillInTheMiddle!;
const request = { path: 'a.py', prefix: 'def f():\n    ', suffix: '\nf()\n', context: [] };

describe('fillInTheMiddlePrompt', () => {
  it('puts the suffix first', () => {
    assert.equal(
      promptText(fillInTheMiddlePrompt(tokens, request)),
      '<|fim_prefix|><|fim_suffix|>\nf()\n<|fim_middle|>def f():\n    ',
    );
  });

  it('puts other files before, as the family was trained', () => {
    const context = [{ path: 'b.py', text: 'B = 1' }];
    assert.equal(
      promptText(fillInTheMiddlePrompt(tokens, { ...request, context })),
      '<|repo_name|>workspace\n<|file_sep|>b.py\nB = 1\n<|file_sep|>a.py\n' +
        '<|fim_prefix|><|fim_suffix|>\nf()\n<|fim_middle|>def f():\n    ',
    );
  });

  it('leaves out context that does not fit, and context that the family has no tokens for', () => {
    const big = { path: 'big.py', text: 'x'.repeat(10_000) };
    assert.doesNotMatch(
      promptText(fillInTheMiddlePrompt(tokens, { ...request, context: [big] })),
      /file_sep/,
    );
    const { prefix, suffix, middle, order } = tokens;
    const plain = fillInTheMiddlePrompt(
      { prefix, suffix, middle, order },
      { ...request, context: [{ path: 'b', text: 'b' }] },
    );
    assert.match(promptText(plain), /^<\|fim_prefix\|>/);
  });

  it('marks only control tokens as special', () => {
    const parts = fillInTheMiddlePrompt(tokens, { ...request, prefix: '<|fim_middle|>' });
    assert.equal(parts.at(-1)!.special, undefined);
  });
});

describe('fill-in-the-middle prompts of the families', () => {
  const context = [{ path: 'shapes.py', text: 'class Shape: ...' }];
  for (const [family, { fillInTheMiddle }] of Object.entries(profiles) as [Family, ModelProfile][]) {
    if (!fillInTheMiddle) continue;
    it(family, () => {
      const prompts = [[], context].map((files) =>
        promptText(fillInTheMiddlePrompt(fillInTheMiddle, { ...request, context: files })),
      );
      checkGolden(`fim-${family}`, `${prompts.join('\n--- with another file ---\n')}\n`);
    });
  }
});

describe('windows', () => {
  const text = Array.from({ length: 500 }, (_, i) => `line ${i}\n`).join('');

  it('keeps the prompt’s beginning while characters are typed', () => {
    const starts = new Set<number>();
    for (let typed = 0; typed < 200; typed++) {
      const prefix = text + 'x'.repeat(typed);
      starts.add(prefix.length - prefixWindow(prefix, 1000).length);
    }
    assert.ok(starts.size <= 2, `the window moved ${starts.size} times in 200 characters`);
  });

  it('begins and ends at line borders within the limit', () => {
    const prefix = prefixWindow(text, 1000);
    assert.ok(prefix.length <= 1000 && prefix.startsWith('line '));
    const suffix = suffixWindow(text, 1000);
    assert.ok(suffix.length <= 1001 && suffix.endsWith('\n'));
  });

  it('cuts lines that are longer than the window', () => {
    assert.equal(prefixWindow('y'.repeat(5000), 1000).length, 1000);
    assert.equal(suffixWindow('y'.repeat(5000), 1000).length, 1000);
  });
});
