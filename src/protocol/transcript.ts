/** Folds the agent's events into what a person sees. Pure, so that host, panel and command line agree. */
import type { ErrorReport } from '../base/errors';
import type { AgentEvent, Outcome, Step, Usage } from './agent';

export type TranscriptItem =
  | { kind: 'user'; id: string; text: string; attachments: string[] }
  | { kind: 'assistant'; id: string; text: string; streaming: boolean }
  | { kind: 'reasoning'; id: string; text: string; streaming: boolean }
  | { kind: 'step'; id: string; step: Step; draft?: Record<string, string> }
  | { kind: 'checkpoint'; id: string; label: string; files: string[] }
  | { kind: 'notice'; id: string; level: 'info' | 'warning' | 'error'; report: ErrorReport }
  | { kind: 'outcome'; id: string; outcome: Outcome; summary: string; evidence?: string; ms: number };

export interface Transcript {
  items: TranscriptItem[];
  running: boolean;
  reading: { evaluated: number; total: number; msLeft: number | null } | null;
  usage: Usage | null;
}

export const emptyTranscript: Transcript = { items: [], running: false, reading: null, usage: null };

/** The transcript after one more event; untouched items keep their identity, so that a view redraws only what changed. */
export function applyEvent(transcript: Transcript, event: AgentEvent): Transcript {
  switch (event.type) {
    case 'run-started':
      return {
        ...append(transcript, {
          kind: 'user',
          id: event.runId,
          text: event.text,
          attachments: event.attachments,
        }),
        running: true,
      };
    case 'reading':
      return { ...transcript, reading: event };
    case 'text':
      return appendText(transcript, 'assistant', event.delta);
    case 'reasoning':
      return appendText(transcript, 'reasoning', event.delta);
    case 'step':
      return { ...putStep(settle(transcript), event.step), reading: null };
    case 'step-delta':
      return changeStep(transcript, event.id, (item) => {
        const written = (item.draft?.[event.argument] ?? '') + event.delta;
        return { ...item, draft: { ...item.draft, [event.argument]: written } };
      });
    case 'step-output':
      return changeStep(transcript, event.id, (item) => ({
        ...item,
        step: withOutput(item.step, event.delta),
      }));
    case 'checkpoint':
      return append(transcript, { kind: 'checkpoint', id: event.id, label: event.label, files: event.files });
    case 'prompt':
      return transcript;
    case 'usage':
      return { ...transcript, usage: event.usage };
    case 'notice':
      return append(transcript, {
        kind: 'notice',
        id: `notice-${String(transcript.items.length)}`,
        level: event.level,
        report: event.report,
      });
    case 'run-finished': {
      const { outcome, summary, evidence, ms } = event;
      return {
        ...append(settle(transcript), {
          kind: 'outcome',
          id: `${event.runId}-outcome`,
          outcome,
          summary,
          ms,
          ...(evidence === undefined ? {} : { evidence }),
        }),
        running: false,
        reading: null,
      };
    }
  }
}

function append(transcript: Transcript, item: TranscriptItem): Transcript {
  return { ...transcript, items: [...transcript.items, item] };
}

function appendText(transcript: Transcript, kind: 'assistant' | 'reasoning', delta: string): Transcript {
  const last = transcript.items.at(-1);
  if (last?.kind === kind && last.streaming) {
    return {
      ...transcript,
      reading: null,
      items: [...transcript.items.slice(0, -1), { ...last, text: last.text + delta }],
    };
  }
  const id = `${kind}-${String(transcript.items.length)}`;
  return { ...append(settle(transcript), { kind, id, text: delta, streaming: true }), reading: null };
}

/** Ends the text that was streaming. */
function settle(transcript: Transcript): Transcript {
  const last = transcript.items.at(-1);
  if (!last || !('streaming' in last) || !last.streaming) return transcript;
  return { ...transcript, items: [...transcript.items.slice(0, -1), { ...last, streaming: false }] };
}

/** What a row keeps of a command's output while it runs: its end, in UTF-16 units. The result brings the whole. */
export const liveOutputLimit = 16_000;

function withOutput(step: Step, delta: string): Step {
  if (step.detail?.kind !== 'command' || step.state !== 'running') return step;
  const output = (step.detail.output + delta).slice(-liveOutputLimit);
  return { ...step, detail: { ...step.detail, output } };
}

type StepItem = Extract<TranscriptItem, { kind: 'step' }>;

function changeStep(transcript: Transcript, id: string, change: (item: StepItem) => StepItem): Transcript {
  const items = transcript.items.map((item) =>
    item.kind === 'step' && item.id === id ? change(item) : item,
  );
  return { ...transcript, items };
}

function putStep(transcript: Transcript, step: Step): Transcript {
  const index = transcript.items.findIndex((item) => item.kind === 'step' && item.id === step.id);
  if (index < 0) return append(transcript, { kind: 'step', id: step.id, step });
  return {
    ...transcript,
    items: transcript.items.map((item, i) => (i === index ? { kind: 'step', id: step.id, step } : item)),
  };
}

/** The newest command of a chat that has ended, with what it wrote. */
export function lastCommandOf({ items }: Transcript): { command: string; output: string } | undefined {
  for (const item of items.toReversed()) {
    const detail = item.kind === 'step' ? item.step.detail : undefined;
    if (detail?.kind === 'command' && (detail.exitCode !== null || detail.timedOut)) {
      return { command: detail.command, output: detail.output };
    }
  }
  return undefined;
}
