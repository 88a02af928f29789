import type { ErrorReport } from '../base/errors';
import { estimateTokens } from './token-estimate';
import type { GenerateEvent, GenerateRequest, LanguageModel } from './language-model';
import type { ModelProfile } from './profile';

/** The code with which a model says that it will not answer any more. */
const gaveUp = 'engine-crash-loop';

/**
 * A model that another one takes over from when it gives up. `next` gives the one that goes on, or undefined when
 * nobody does; the request that met the end then fails for good, else it can be sent again and reaches the new one.
 */
export function createRelayModel(
  first: LanguageModel,
  next: (error: ErrorReport) => Promise<LanguageModel | undefined>,
): LanguageModel {
  let current = first;
  /** One change for all requests that a model's end meets at once. */
  let change: Promise<boolean> | undefined;

  const takeOver = (ended: LanguageModel, error: ErrorReport): Promise<boolean> => {
    if (current !== ended) return Promise.resolve(true);
    change ??= next(error)
      .catch(() => undefined)
      .then((found) => {
        if (found) current = found;
        return found !== undefined;
      })
      .finally(() => (change = undefined));
    return change;
  };
  async function* relayed(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent> {
    const asked = current;
    for await (const event of asked.generate(request, signal)) {
      const isOver = event.type === 'failed' && event.error.code === gaveUp;
      if (isOver) yield { ...event, retryable: await takeOver(asked, event.error) };
      else yield event;
    }
  }
  return {
    get name() {
      return current.name;
    },
    get profile() {
      return current.profile;
    },
    contextSize: (lane) => current.contextSize(lane),
    countTokens: (texts) => current.countTokens(texts),
    generate: relayed,
  };
}

/** Stands for a model that cannot be had: every request fails with that error, and programs that need none still run. */
export function createAbsentModel(error: ErrorReport, like: ModelProfile): LanguageModel {
  const profile = { ...like, abilities: { complete: false, chat: true, edit: false } };
  return {
    name: 'none',
    profile,
    contextSize: () => profile.contextSize,
    countTokens: (texts) => Promise.resolve(texts.map(estimateTokens)),
    // eslint-disable-next-line @typescript-eslint/require-await -- A stream, which has nothing to wait for.
    generate: async function* () {
      yield { type: 'failed', error, retryable: false };
    },
  };
}
