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

  const running: Step = { id: 's2', tool: 'run', verb: 'Run', object: 'make', state: 'running' };
  const ended = (state: Step['state'], output: string, exitCode: number): AgentEvent => ({
    type: 'step',
    step: {
      ...running,
      state,
      result: `exit ${exitCode}`,
      detail: { kind: 'command', command: 'make', output, exitCode, timedOut: false },
    },
  });
  const outputs: [title: string, deltas: string[], end: AgentEvent, expected: string][] = [
    [
      'line by line, without escapes',
      ['o', 'ne\n\u001b[31mtw', 'o\u001b[0m\nrest'],
      ended('failed', 'one\ntwo\nrest', 1),
      'Run make\n    one\n    two\n    rest\n✗ Run make  exit 1\n',
    ],
    ['without output', [], ended('failed', '', 1), 'Run make\n✗ Run make  exit 1\n'],
    [
      'of a flood, its beginning and, as it failed, its end',
      ['x\n'.repeat(5000)],
      ended('failed', 'a\nend\n', 1),
      `Run make\n${'    x\n'.repeat(200)}    … more output\n    a\n    end\n✗ Run make  exit 1\n`,
    ],
  ];
  for (const [title, deltas, end, expected] of outputs) {
    it(`shows the output of a command while it runs: ${title}`, () =>
      assert.equal(
        shown([
          { type: 'step', step: running },
          ...deltas.map((delta): AgentEvent => ({ type: 'step-output', id: running.id, delta })),
          end,
        ]),
        expected,
      ));
  }

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
