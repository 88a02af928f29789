import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { actionByCode, noticeAction } from '../../src/webview/notices';

const source = path.resolve(__dirname, '../../src');

/** Everything in quotes in the source that could be the code of an error, outside the panel itself. */
function codesInSource(): Set<string> {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
  const ours = files.filter((file) => file.endsWith('.ts') && !file.startsWith('webview'));
  const text = ours.map((file) => readFileSync(path.join(source, file), 'utf8')).join('\n');
  return new Set([...text.matchAll(/'([a-z]+(?:-[a-z]+)+)'/g)].map((match) => match[1] ?? ''));
}

describe('buttons of notices', () => {
  const codes = codesInSource();
  for (const code of Object.keys(actionByCode)) {
    it(`${code} is an error that exists`, () => assert.ok(codes.has(code)));
  }

  it('offers no second restart where the box about the model has one', () => {
    const at = (state: 'ready' | 'failed') =>
      noticeAction('engine-crash-loop', 'error', { model: { name: 'm', label: 'M', state }, models: [] });
    assert.deepEqual(at('ready')?.message, { type: 'restart-engine' });
    assert.equal(at('failed'), undefined);
  });

  it('offers the log for an error that has no button of its own, and nothing for a remark', () => {
    const panel = { model: { name: 'm', label: 'M', state: 'ready' as const }, models: [] };
    assert.deepEqual(noticeAction('something-else', 'error', panel)?.message, { type: 'show-log' });
    assert.equal(noticeAction('something-else', 'info', panel), undefined);
  });
});
