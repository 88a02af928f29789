/** States and events of the panel for its tests and pictures: each scene is a list of messages as the host sends them. */

import type { AgentEvent, FileDiff, Step } from '../../src/protocol/agent';
import type { HostMessage, ModelChoice, PanelState } from '../../src/protocol/panel';
import type { TranscriptItem } from '../../src/protocol/transcript';

const model = {
  name: 'qwen2.5-coder-1.5b',
  label: 'Qwen2.5-Coder 1.5B',
};

const models: ModelChoice[] = [
  {
    ...model,
    sizeBytes: 1_117_320_736,
    memoryBytes: 2_100_000_000,
    installed: true,
    licence: 'Apache-2.0',
  },
  {
    name: 'qwen2.5-coder-0.5b',
    label: 'Qwen2.5-Coder 0.5B',
    sizeBytes: 397_807_936,
    memoryBytes: 900_000_000,
    installed: false,
    licence: 'Apache-2.0',
  },
];

/** A state of the panel; `change` overrides parts of it. */
export function panelState(change: Partial<PanelState> = {}): PanelState {
  return {
    chatId: 'chat-1',
    transcript: { items: [], running: false, reading: null, usage: null },
    model: { ...model, state: 'ready' },
    models,
    chats: [
      { id: 'chat-1', title: 'Fix the failing test in stats.py', updatedAt: Date.now() - 90_000 },
      {
        id: 'chat-2',
        title: 'Explain how the parser recovers from an error',
        updatedAt: Date.now() - 7_200_000,
      },
      { id: 'chat-3', title: 'Add a command-line flag', updatedAt: Date.now() - 260_000_000 },
    ],
    queued: [],
    attachments: [],
    approvals: 'ask',
    trusted: true,
    hasWorkspace: true,
    suggestions: [
      { label: 'Fix the failing test of stats.py', text: 'Fix the failing test of stats.py' },
      { label: 'Explain median in stats.py', text: 'Explain median in stats.py' },
      { label: 'Write tests for stats.py', text: 'Write tests for stats.py' },
    ],
    ...change,
  };
}

export const state = (change?: Partial<PanelState>): HostMessage => ({
  type: 'state',
  state: panelState(change),
});
export const event = (value: AgentEvent): HostMessage => ({ type: 'event', event: value });
export const step = (value: Step): HostMessage => event({ type: 'step', step: value });

export const diff: FileDiff = {
  path: 'stats.py',
  symbol: 'median',
  languageId: 'python',
  kind: 'change',
  added: 2,
  removed: 2,
  hunks: [
    {
      oldStart: 8,
      newStart: 8,
      lines: [
        { kind: 'context', text: '    middle = len(ordered) // 2' },
        { kind: 'context', text: '    if len(ordered) % 2 == 0:' },
        { kind: 'removed', text: '        return (ordered[middle] + ordered[middle + 1]) / 2' },
        { kind: 'added', text: '        return (ordered[middle - 1] + ordered[middle]) / 2' },
        { kind: 'context', text: '    return ordered[middle]' },
      ],
    },
    {
      oldStart: 31,
      newStart: 31,
      lines: [
        { kind: 'context', text: 'def spread(values):' },
        { kind: 'removed', text: '    return max(values)' },
        { kind: 'added', text: '    return max(values) - min(values)  # "range" is taken' },
      ],
    },
  ],
};

export const editStep: Step = {
  id: 'edit-1',
  tool: 'edit',
  verb: 'Edit',
  object: 'stats.py › median',
  state: 'waiting',
  detail: { kind: 'diff', diff },
};

/** One change of two files. */
export const filesStep: Step = {
  id: 'files-1',
  tool: 'edit',
  verb: 'Rename',
  object: 'median to middle_value',
  state: 'waiting',
  detail: {
    kind: 'diffs',
    diffs: ['stats.py', 'report.py'].map((path, index) => ({
      ...{ path, languageId: 'python', kind: 'change' as const, added: 1, removed: 1 },
      hunks: [
        {
          oldStart: 3 + index,
          newStart: 3 + index,
          lines: [
            {
              kind: 'removed' as const,
              text: index === 0 ? 'def median(values):' : 'from stats import median',
            },
            {
              kind: 'added' as const,
              text: index === 0 ? 'def middle_value(values):' : 'from stats import middle_value',
            },
          ],
        },
      ],
    })),
  },
};

export const runStep: Step = {
  id: 'run-2',
  tool: 'run',
  verb: 'Run',
  object: 'python3 test_stats.py',
  state: 'waiting',
  detail: {
    kind: 'command',
    command: 'python3 -m unittest test_stats.py --verbose --failfast',
    cwd: 'sample',
    output: '',
    exitCode: null,
    timedOut: false,
  },
};

const usage = { used: 1204, cached: 1108, contextSize: 4096, tokensPerSecond: 18.2 };

export const work: HostMessage[] = [
  event({
    type: 'run-started',
    runId: 'task-1',
    text: 'Fix the failing test in stats.py',
    attachments: ['stats.py'],
    at: 0,
  }),
  step({
    id: 'run-1',
    tool: 'run',
    verb: 'Ran',
    object: 'python3 test_stats.py',
    state: 'done',
    result: 'exit 1',
    ms: 310,
    allowedBy: 'commands in this chat',
    detail: {
      kind: 'command',
      command: 'python3 test_stats.py',
      output: 'F\nFAIL: test_even (test_stats.Median)\nAssertionError: 3.5 != 2.5\n\nRan 1 test in 0.001s',
      exitCode: 1,
      timedOut: false,
    },
  }),
  step({
    id: 'read-1',
    tool: 'read',
    verb: 'Read',
    object: 'stats.py › median (8 lines)',
    state: 'done',
    ms: 12,
    detail: { kind: 'location', path: 'stats.py', startLine: 5, endLine: 12 },
  }),
  event({
    type: 'text',
    delta:
      'The upper index is one too high for an **even** number of values: `ordered[middle + 1]` should be `ordered[middle - 1]`.\n\n```python\nreturn (ordered[middle - 1] + ordered[middle]) / 2  # both in the middle\n```\n',
  }),
  event({ type: 'usage', usage }),
];

export const scenes: Record<string, HostMessage[]> = {
  empty: [state()],
  'no-model': [
    state({
      model: { ...model, state: 'none' },
      models: models.map((choice) => ({ ...choice, installed: false })),
    }),
  ],
  downloading: [
    state({
      model: {
        ...model,
        state: 'downloading',
        download: { done: 412_000_000, total: 1_117_320_736, bytesPerSecond: 11_300_000, msLeft: 62_000 },
      },
    }),
  ],
  remote: [
    state({
      model: {
        name: 'remote:',
        label: 'qwen2.5-coder-32b',
        state: 'ready',
        remoteHost: 'models.example.com',
      },
      models: [
        ...models,
        {
          name: 'remote:',
          label: 'qwen2.5-coder-32b',
          sizeBytes: 0,
          memoryBytes: 0,
          installed: true,
          licence: '',
          remoteHost: 'models.example.com',
        },
      ],
    }),
  ],
  loading: [state({ model: { ...model, state: 'loading', fraction: 0.4 } })],
  approval: [
    state({
      attachments: [
        { id: 'a1', label: 'stats.py' },
        { id: 'a2', label: 'problems' },
      ],
    }),
    ...work,
    step(editStep),
  ],
  files: [state(), ...work, step(filesStep)],
  command: [state(), ...work, step(runStep)],
  reading: [
    state({ queued: [{ id: 'q1', text: 'Then add a test for an empty list' }] }),
    ...work.slice(0, 3),
    event({ type: 'reading', evaluated: 1450, total: 3120, msLeft: 21_000 }),
    event({ type: 'usage', usage }),
  ],
  writing: [
    state(),
    ...work,
    step({ id: 'edit-1', tool: 'edit', verb: 'Edit', object: 'stats.py › median', state: 'running' }),
    event({
      type: 'step-delta',
      id: 'edit-1',
      argument: 'old_text',
      delta: 'return (ordered[m] + ordered[m + 1]) / 2',
    }),
    event({ type: 'step-delta', id: 'edit-1', argument: 'new_text', delta: 'return (ordered[m - 1] + orde' }),
  ],
  finished: [
    state(),
    ...work,
    step({ ...editStep, verb: 'Edited', state: 'done', ms: 1900, allowedBy: 'edits in this chat' }),
    step({
      id: 'check-1',
      tool: 'check',
      verb: 'Checked',
      object: 'python3 test_stats.py',
      state: 'done',
      result: 'exit 0',
      ms: 290,
      detail: {
        kind: 'command',
        command: 'python3 test_stats.py',
        output: 'OK',
        exitCode: 0,
        timedOut: false,
      },
    }),
    step({ id: 'run-9', tool: 'run', verb: 'Run', object: 'rm -r build', state: 'refused', ms: 4000 }),
    step({
      id: 'search-9',
      tool: 'search',
      verb: 'Search',
      object: 'mean(',
      state: 'failed',
      result: 'no such folder',
      ms: 20,
    }),
    event({ type: 'checkpoint', id: 'cp-1', label: 'Fix the failing test', files: ['stats.py'] }),
    event({
      type: 'run-finished',
      runId: 'task-1',
      outcome: 'done',
      summary: 'Tests pass',
      evidence: 'python3 test_stats.py: 4 tests, exit 0',
      ms: 21_400,
    }),
  ],
  failure: [
    state({
      model: {
        ...model,
        state: 'failed',
        message: 'The engine ended three times in a row.',
      },
    }),
    ...work.slice(0, 3),
    event({
      type: 'notice',
      level: 'info',
      report: { code: 'engine-restarted', happened: 'The engine restarted; the task goes on.' },
    }),
    event({
      type: 'notice',
      level: 'error',
      report: {
        code: 'engine-crash-loop',
        happened: 'The engine ended three times before it could answer.\nexit code 134, signal SIGABRT',
        kept: 'The conversation and all files are as they were.',
        next: 'Restart the engine, or choose a smaller model.',
      },
    }),
    event({ type: 'run-finished', runId: 'task-1', outcome: 'failed', summary: '', ms: 9000 }),
  ],
  resting: [
    state({
      model: {
        ...model,
        state: 'stopped',
        message: 'The model was unloaded after 30 minutes without use. The next request loads it again.',
      },
    }),
    ...work.slice(0, 3),
  ],
  requests: [
    state(),
    {
      type: 'requests',
      rows: Array.from({ length: 60 }, (_, index) => {
        const lane = index % 4 === 0 ? 'chat' : 'completion';
        const isLong = lane === 'chat';
        return {
          at: new Date(1_760_000_000_000 + index * 41_000).toISOString(),
          model: isLong ? 'qwen2.5-coder-1.5b' : 'qwen2.5-coder-0.5b',
          lane,
          promptTokens: isLong ? 900 + index * 20 : 240 + index,
          cachedTokens: isLong ? 620 + index * 15 : 236,
          generatedTokens: isLong ? 180 : 12,
          tokensPerSecond: (isLong ? 18 : 41) + ((index * 7) % 5),
          totalMs: isLong ? 11_400 : 330,
          ...(index === 7 ? {} : { residentBytes: 2.1e9 + ((index * 37) % 11) * 1.6e7 }),
          end: index % 9 === 5 ? 'cancelled' : 'end',
        };
      }),
    },
  ],
  prompt: [
    state(),
    ...work,
    {
      type: 'prompt',
      view: {
        total: 214,
        cached: 120,
        contextSize: 4096,
        cuts: [
          'Of stats.py, the first 80 of 300 lines go to the model: it has 2,900 tokens, and 2,048 of the model’s context are left for it.',
        ],
        pieces: [
          { role: 'layout', text: '<|im_start|>system\n', tokens: 3, cached: 3 },
          {
            role: 'system',
            text: 'You are Thimble, a coding agent on the user’s own computer.',
            tokens: 90,
            cached: 90,
          },
          {
            role: 'system',
            text: '\n\nInstructions of the user (AGENTS.md):\nUse tabs.',
            tokens: 22,
            cached: 22,
          },
          { role: 'layout', text: '<|im_end|>\n<|im_start|>user\n', tokens: 5, cached: 5 },
          {
            role: 'user',
            text: 'stats.py:\ndef median(values):\n    ordered = sorted(values)\n\nFix the failing test in stats.py',
            tokens: 84,
            cached: 0,
          },
          {
            role: 'tool',
            text: '\n<tool_response>\n<b>not markup</b>\n</tool_response>',
            tokens: 10,
            cached: 0,
          },
          { role: 'layout', text: '<|im_end|>\n<|im_start|>assistant\n', tokens: 5, cached: 0 },
        ],
      },
    },
  ],
  context: [
    state(),
    ...work,
    { type: 'prompt', view: null },
    {
      type: 'context',
      view: {
        pinned: [
          {
            path: 'src/shop/money.py',
            symbol: 'Money.plus',
            state: 'there',
            startLine: 12,
            endLine: 19,
            tokens: 64,
          },
          { path: 'src/shop/rates.py', symbol: 'rate_of', state: 'gone' },
        ],
        shown: [
          {
            use: 'completion',
            spans: [
              {
                path: 'src/shop/<b>cart</b>.py',
                symbol: 'Cart.total',
                startLine: 30,
                endLine: 38,
                form: 'body',
                reason: 'imported on line 3, not used yet',
                tokens: 1204,
              },
            ],
          },
          {
            use: 'agent',
            spans: [
              {
                path: 'src/stats.py',
                symbol: 'mean',
                startLine: 1,
                endLine: 3,
                form: 'signature',
                reason: 'used there; in the same file',
                tokens: 9,
              },
            ],
          },
        ],
        dropped: [{ path: 'src/legacy/sums.py', symbol: 'total_of_everything_that_was_ever_sold' }],
      },
    },
    { type: 'show-context' },
  ],
  untrusted: [state({ trusted: false })],
  history: [state(), { type: 'show-history' }],
};

/** A chat of `count` messages, as the store would load it. */
export function longChat(count: number): HostMessage {
  const items = Array.from({ length: count }, (_, index): TranscriptItem =>
    index % 2 === 0
      ? { kind: 'user', id: `u${index}`, text: `Question ${index}`, attachments: [] }
      : {
          kind: 'assistant',
          id: `a${index}`,
          text: `Answer ${index} with \`code\` and **bold** words.\n\n- first point\n- second point\n\n\`\`\`ts\nexport const answer = ${index};\n\`\`\``,
          streaming: false,
        },
  );
  return state({ chatId: 'long', transcript: { items, running: false, reading: null, usage } });
}
