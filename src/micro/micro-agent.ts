/**
 * Micro-agents: small jobs that a model of a few hundred million parameters can do, each with a prompt of its own and a
 * check that a program makes. An answer that the check refuses is asked for again, wider, and never used.
 */
import type { MicroJob, ModelProfile } from '../model/profile';
import { UserError } from '../base/errors';
import { systemPrompt } from '../prompt/agent-prompts';
import type { ChatMessage } from '../protocol/chat';

/** An answer that was not usable, and why. */
export interface Refused {
  answer: string;
  problem: string;
}

export type Checked<T> = { ok: true; value: T } | { ok: false; problem: string };

/** One job. Pure: the prompt from the input, the result from the answer. */
export interface MicroAgent<Input, Output> {
  job: MicroJob;
  /** The user's message; `refused` is what was answered before, if anything. */
  prompt(input: Input, refused: Refused | undefined): string;
  /** The beginning of the answer, written by the program; empty where the model begins. */
  prefill(input: Input): string;
  /** Texts that end the answer. */
  stop: readonly string[];
  /** GBNF, where the answer's form is known to the letter. */
  grammar?(input: Input): string;
  maxTokens(input: Input): number;
  /** `complete` is false for an answer that the limit of tokens cut off. The text comes without the prefill. */
  check(answer: { text: string; complete: boolean }, input: Input): Checked<Output>;
}

/** What is asked of the model for one try. */
export interface MicroRequest {
  messages: ChatMessage[];
  prefill: string;
  stop: readonly string[];
  maxTokens: number;
  temperature: number;
  grammar?: string;
}

/** Has the model answer. Rejects with a `UserError` when it cannot, with `AbortError` when stopped. */
export type AskModel = (request: MicroRequest) => Promise<{ text: string; complete: boolean }>;

/** What a job came to; `problems` are the different reasons for which answers were refused. */
export type MicroResult<T> = { ok: true; value: T } | { ok: false; problems: string[] };

/** Temperatures of the tries: the likeliest answer first, then wider, since a small model repeats itself. */
const temperatures = [0, 0.5, 0.9];

/** Asks until an answer passes the check, three times at most. `alsoCheck` is what needs more than the answer. */
export async function runMicroAgent<Input, Output>(
  agent: MicroAgent<Input, Output>,
  input: Input,
  ask: AskModel,
  alsoCheck: (value: Output) => Promise<string | undefined> = () => Promise.resolve(undefined),
): Promise<MicroResult<Output>> {
  const refused: Refused[] = [];
  for (const temperature of temperatures) {
    const answer = await ask({
      messages: [
        { role: 'system', content: systemPrompt },
        { role: 'user', content: agent.prompt(input, refused.at(-1)) },
      ],
      prefill: agent.prefill(input),
      stop: agent.stop,
      maxTokens: agent.maxTokens(input),
      temperature,
      ...(agent.grammar ? { grammar: agent.grammar(input) } : {}),
    });
    const checked = agent.check(answer, input);
    const problem = checked.ok ? await alsoCheck(checked.value) : checked.problem;
    if (checked.ok && problem === undefined) return checked;
    refused.push({ answer: answer.text.trim().split('\n', 1)[0] ?? '', problem: problem ?? '' });
  }
  return { ok: false, problems: [...new Set(refused.map(({ problem }) => problem))] };
}

/** What the user knows a job as. */
const jobNames: Record<MicroJob, string> = {
  commit: 'naming a commit',
  'explain-error': 'explaining an error',
  document: 'documenting a symbol',
  docstring: 'completing a docstring',
  test: 'writing tests',
  'index-answer': 'answering from the symbol index',
};

/** Throws a `UserError` where the model was measured not to do a job. */
export function requireJob({ name, profile }: { name: string; profile: ModelProfile }, job: MicroJob): void {
  if (offersJob(profile, job)) return;
  throw new UserError('job-not-offered', `${name} fails at ${jobNames[job]} too often to be of use.`, {
    kept: 'Nothing was changed.',
    next: 'Choose a larger model for it.',
  });
}

/** True if a job is offered with a model. */
export function offersJob({ abilities, cannot = [] }: ModelProfile, job: MicroJob): boolean {
  return abilities.chat && !cannot.includes(job);
}
