import assert from 'node:assert/strict';
import { createTerminalView } from '../../src/cli/terminal-view';
import type { AgentEvent, FileDiff, Step } from '../../src/protocol/agent';

const diff: FileDiff = {
  path: 'a.py',
  languageId: 'python',
  kind: 'change',
  added: 1,
  removed: 1,
  hunks: [
    {
      oldStart: 3,
      newStart: 3,
      lines: [
        { kind: 'removed', text: 'old' },
        { kind: 'added', text: 'new' },
      ],
    },
  ],
};
const edit: Step = { id: 's1', tool: 'edit', verb: 'Edit', object: 'a.py', state: 'running' };

/** What a terminal without colours shows of these events. */
function shown(events: AgentEvent[]): string {
  let text = '';
  const view = createTerminalView((piece) => (text += piece), false);
  for (const event of events) view.event(event);
  return text;
}

function check(steps: Step[], expected: string): void {
  assert.equal(shown(steps.map((step) => ({ type: 'step', step }))), expected);
}

describe('terminal view', () => {
  it('counts the lines of an edit once, and shows what nobody was asked about', () =>
    check(
      [
        edit,
        { ...edit, state: 'done', detail: { kind: 'diff', diff }, ms: 300, allowedBy: 'edits in this chat' },
      ],
      '✓ Edit a.py  −1 +1  0.3 s  (edits in this chat)\n    @@ line 3 @@\n    - old\n    + new\n',
    ));

  it('does not show again what was asked about', () =>
    check(
      [
        { ...edit, state: 'waiting', detail: { kind: 'diff', diff } },
        edit,
        { ...edit, state: 'done', detail: { kind: 'diff', diff }, ms: 300 },
      ],
      '✓ Edit a.py  −1 +1  0.3 s\n',
    ));
});
