import assert from 'node:assert/strict';
import type { AgentEvent, Step } from '../../src/protocol/agent';
import { parseHostMessage, parsePanelMessage } from '../../src/protocol/panel';
import { applyEvent, emptyTranscript, type Transcript } from '../../src/protocol/transcript';
import { noticeAction } from '../../src/webview/notices';
import {
  announcements,
  chosenParts,
  initialState,
  lastMessage,
  reduce,
  waitingStep,
  windowStart,
  type Heard,
} from '../../src/webview/state';
import { createStore } from '../../src/webview/store';
import { editStep, event, longChat, panelState, runStep, scenes, state } from './scenes';

const fold = (events: AgentEvent[], start: Transcript = emptyTranscript): Transcript =>
  events.reduce(applyEvent, start);
const started: AgentEvent = { type: 'run-started', runId: 'r1', text: 'Fix it', attachments: [], at: 0 };
const step = (change: Partial<Step> = {}): AgentEvent => ({ type: 'step', step: { ...editStep, ...change } });

describe('panel state', () => {
  it('drops what comes before the first state', () => {
    const before = initialState('draft');
    assert.equal(reduce(before, { type: 'host', message: { type: 'event', event: started } }), before);
    assert.equal(
      reduce(before, { type: 'host', message: { type: 'patch', patch: { trusted: false } } }),
      before,
    );
  });

  it('keeps the draft when the host sends a new state', () => {
    const after = reduce(initialState('half a tho'), { type: 'host', message: state() });
    assert.equal(after.draft, 'half a tho');
    assert.equal(after.panel?.chatId, 'chat-1');
  });

  it('folds events into the transcript and patches the rest', () => {
    let view = reduce(initialState(''), { type: 'host', message: state() });
    view = reduce(view, { type: 'host', message: { type: 'event', event: started } });
    view = reduce(view, { type: 'host', message: { type: 'patch', patch: { approvals: 'allow-edits' } } });
    assert.equal(view.panel?.transcript.running, true);
    assert.equal(view.panel.approvals, 'allow-edits');
    assert.equal(view.panel.transcript.items.length, 1);
  });

  it('goes back to the chat when another one is opened, and stays in the list otherwise', () => {
    let view = reduce(initialState(''), { type: 'host', message: state() });
    view = reduce(view, { type: 'host', message: { type: 'show-history' } });
    view = reduce(view, { type: 'host', message: state() });
    assert.equal(view.view, 'history');
    view = reduce(view, { type: 'host', message: state({ chatId: 'chat-2' }) });
    assert.equal(view.view, 'chat');
  });

  it('asks for the focus each time, and takes the text of the host only when there is one', () => {
    const once = reduce(initialState('mine'), { type: 'host', message: { type: 'focus-input' } });
    assert.deepEqual([once.draft, once.focusRequests], ['mine', 1]);
    const twice = reduce(once, { type: 'host', message: { type: 'focus-input', text: 'Explain' } });
    assert.deepEqual([twice.draft, twice.focusRequests], ['Explain', 2]);
  });

  it('begins with the view that was asked for, and leaves it for another chat', () => {
    const asked = reduce(initialState(''), { type: 'host', message: { type: 'requests', rows: [] } });
    const first = reduce(asked, { type: 'host', message: state() });
    assert.equal(first.view, 'requests');
    assert.equal(reduce(first, { type: 'host', message: state() }).view, 'requests');
    const other = reduce(first, { type: 'host', message: state({ chatId: 'chat-2' }) });
    assert.equal(other.view, 'chat');
  });

  it('finds the oldest step that waits', () => {
    const transcript = fold([
      started,
      step({ state: 'done', id: 'a' }),
      step({ id: 'b' }),
      step({ id: 'c' }),
    ]);
    assert.equal(waitingStep(transcript)?.id, 'b');
    assert.equal(waitingStep(emptyTranscript), undefined);
  });

  it('recalls the newest message, queued ones first', () => {
    const transcript = fold([started, { ...started, runId: 'r2', text: 'Second' }]);
    assert.equal(lastMessage(panelState({ transcript })), 'Second');
    assert.equal(lastMessage(panelState({ transcript, queued: [{ id: 'q', text: 'Third' }] })), 'Third');
    assert.equal(lastMessage(panelState()), undefined);
  });

  it('names the hunks that are taken, and none when it is all of them', () => {
    assert.equal(chosenParts(3, new Set()), undefined);
    assert.deepEqual(chosenParts(3, new Set([1])), [0, 2]);
    assert.deepEqual(chosenParts(2, new Set([0, 1])), []);
  });

  it('draws the newest items only', () => {
    assert.equal(windowStart(2000, 100), 1900);
    assert.equal(windowStart(7, 100), 0);
  });
});

describe('panel announcements', () => {
  const say: Heard = {
    waiting: (s) => `waiting ${s.id}`,
    step: (s) => `${s.state} ${s.id}`,
    answer: (text) => `answer ${text}`,
    outcome: (item) => item.summary,
  };
  const check = (before: AgentEvent[], after: AgentEvent[], expected: string[]): void => {
    const start = fold(before);
    assert.deepEqual(announcements(start, fold(after, start), say), expected);
  };

  it('says nothing for tokens', () => check([started], [{ type: 'text', delta: 'The upper' }], []));
  it('says nothing for a step that begins', () => check([started], [step({ state: 'running' })], []));
  it('says that a step waits', () => check([started], [step()], ['waiting edit-1']));
  it('says how a step ended', () =>
    check([started, step()], [step({ state: 'refused' })], ['refused edit-1']));
  it('says nothing twice', () => check([started, step()], [step({ result: 'more' })], []));
  it('reads the answer once, when the run has ended', () =>
    check(
      [started, { type: 'text', delta: 'One' }],
      [
        { type: 'text', delta: ' two' },
        { type: 'run-finished', runId: 'r1', outcome: 'done', summary: 'Tests pass', ms: 1 },
      ],
      ['answer One two', 'Tests pass'],
    ));
});

describe('panel notices', () => {
  const installed = panelState();
  const missing = panelState({ models: installed.models.map((model) => ({ ...model, installed: false })) });
  const check = (code: string, level: 'info' | 'warning' | 'error', panel = installed): string | undefined =>
    noticeAction(code, level, panel)?.message.type;

  it('offers what helps', () => {
    assert.equal(check('engine-crash-loop', 'error'), 'restart-engine');
    assert.equal(check('model-file-missing', 'error', missing), 'download-model');
    assert.equal(check('something-new', 'error'), 'show-log');
    assert.equal(check('engine-restarted', 'info'), undefined);
  });
});

describe('panel store', () => {
  it('folds all messages of a frame in order, with one change', () => {
    const frames: (() => void)[] = [];
    const store = createStore(initialState(''), (flush) => frames.push(flush));
    let changes = 0;
    store.subscribe(() => changes++);
    for (const message of [...scenes['approval']!, { type: 'focus-input' } as const]) store.receive(message);
    assert.equal(frames.length, 1);
    assert.equal(changes, 0);
    frames[0]!();
    assert.equal(changes, 1);
    assert.equal(waitingStep(store.get().panel!.transcript)?.id, 'edit-1');
    store.receive(state());
    assert.equal(frames.length, 2);
  });

  it('lets text that streams wait, until something else comes', () => {
    const asked: [when: string, flush: () => void][] = [];
    const store = createStore(initialState(''), (flush, when) => asked.push([when, flush]));
    store.receive(state());
    asked[0]?.[1]();
    const text = event({ type: 'text', delta: 'a' });
    const items = (): number => store.get().panel?.transcript.items.length ?? -1;
    for (const message of [text, text, event({ type: 'step', step: editStep }), text]) store.receive(message);
    assert.deepEqual(
      asked.map(([when]) => when),
      ['frame', 'soon', 'frame'],
    );
    asked[2]?.[1]();
    assert.equal(items(), 3);
    // The slower one comes to nothing.
    asked[1]?.[1]();
    assert.equal(items(), 3);
  });
});

describe('panel messages', () => {
  const check = (value: unknown, valid: boolean): void =>
    assert.equal(parsePanelMessage(value) !== undefined, valid, JSON.stringify(value));

  it('takes what the panel sends and nothing else', () => {
    check({ type: 'approve', stepId: runStep.id, answer: 'once', hunks: [0, 2] }, true);
    check({ type: 'approve', stepId: runStep.id, answer: 'always' }, false);
    check({ type: 'approve', stepId: '', answer: 'once' }, false);
    check({ type: 'approve', stepId: 'a', answer: 'once', hunks: [-1] }, false);
    check({ type: 'send', text: 'x'.repeat(200_001) }, false);
    check({ type: 'eval', text: 'x' }, false);
    check(null, false);
  });

  it('takes what the host sends and nothing else', () => {
    assert.ok(parseHostMessage(longChat(2)));
    assert.ok(parseHostMessage({ type: 'show-history' }));
    assert.equal(parseHostMessage({ type: 'event', event: 'text' }), undefined);
    assert.equal(parseHostMessage({ type: 'other' }), undefined);
  });
});
