import assert from 'node:assert/strict';
import type { AgentEvent } from '../../src/protocol/agent';
import { applyEvent, emptyTranscript } from '../../src/protocol/transcript';
import { createCheckpoints } from '../../src/session/checkpoints';
import { endOfInterrupted } from '../../src/vscode/chat-record';
import { restoreFiles, restorePlan } from '../../src/vscode/restore';
import { createFolder, portsOn } from '../tools/support';
import { memoryStore } from '../support/memory-store';

const started = (runId: string): AgentEvent => ({
  type: 'run-started',
  runId,
  text: runId,
  attachments: [],
  at: 0,
});
const edited = (id: string): AgentEvent => ({
  type: 'step',
  step: {
    id,
    tool: 'edit',
    verb: 'Edit',
    object: 'a.txt',
    state: 'done',
    detail: {
      kind: 'diff',
      diff: { path: 'a.txt', languageId: 'plaintext', kind: 'change', added: 1, removed: 1, hunks: [] },
    },
  },
});
const kept = (id: string): AgentEvent => ({ type: 'checkpoint', id, label: id, files: ['a.txt'] });
const chat = [
  started('r1'),
  edited('r1-1'),
  edited('r1-2'),
  edited('r1-3'),
  kept('r1'),
  started('r2'),
  edited('r2-1'),
  kept('r2'),
];
const transcript = chat.reduce(applyEvent, emptyTranscript);

describe('restoring', () => {
  it('takes back what came later first', () => {
    assert.deepEqual(restorePlan(transcript, { checkpointId: 'r1' })?.checkpoints, ['r2', 'r1']);
    assert.deepEqual(restorePlan(transcript, { checkpointId: 'r2' })?.checkpoints, ['r2']);
    assert.deepEqual(restorePlan(transcript, { stepId: 'r1-2' }), {
      checkpoints: ['r2', 'r1'],
      from: ['r1-2', 'r1-3', 'r2-1'],
    });
    assert.equal(restorePlan(transcript, { stepId: 'none' }), undefined);
  });

  it('goes back to before a step, keeps the user’s changes, and can be taken back', async () => {
    const { workspace } = portsOn(createFolder({ 'a.txt': '0' }));
    const checkpoints = createCheckpoints(memoryStore(), workspace);
    const text = async (): Promise<string> => (await workspace.read('a.txt')).text;
    const put = (value: string): Promise<void> =>
      workspace.restoreBytes('a.txt', new TextEncoder().encode(value));
    const first = checkpoints.begin('r1');
    await first.note('a.txt', 'r1-1');
    await put('1');
    // The step that is chosen, `r1-2`, changed nothing itself.
    await first.note('a.txt', 'r1-3');
    await put('2');
    await checkpoints.begin('r2').note('a.txt', 'r2-1');
    await put('3');
    await put('typed by the user');
    const events: AgentEvent[] = [];
    const plan = restorePlan(transcript, { stepId: 'r1-2' });
    assert.ok(plan);
    await restoreFiles(plan, checkpoints, 'back', (event) => events.push(event));
    assert.equal(await text(), '1');
    assert.deepEqual(
      events.map(({ type }) => type),
      ['checkpoint', 'notice'],
    );
    await checkpoints.restore('back');
    assert.equal(await text(), 'typed by the user');
  });

  it('offers the way back from a task that the window’s end cut off', () => {
    const ends = endOfInterrupted([started('r1'), edited('r1-1')]);
    assert.deepEqual(ends[0], { type: 'checkpoint', id: 'r1', label: 'r1', files: ['a.txt'] });
    assert.equal(
      endOfInterrupted([started('r1')]).some(({ type }) => type === 'checkpoint'),
      false,
    );
  });
});
