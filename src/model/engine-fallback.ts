/** Milder ways to run the same model, for an engine that dies with it again and again. */
import type { ErrorReport } from '../base/errors';
import type { LoadParams, LoadResult } from '../protocol/engine';

export interface MilderWay {
  params: LoadParams;
  /** What is different from now on, as a sentence for the user. */
  notice: string;
}

/** Smallest context of the chat that is still tried: below it not even a question with its file fits. */
const smallestChat = 2048;

/** The same without a second model. */
export function withoutCompletionModel(params: LoadParams): LoadParams {
  const alone = { ...params };
  delete alone.completionModel;
  return alone;
}

/**
 * No second model, then fewer threads, no GPU, a smaller context, each on top of the one before. What would change nothing is left
 * out. `loaded` is what the engine said when it last had the model, `cores` what it would use otherwise.
 */
export function milderWays(
  params: LoadParams,
  loaded: Pick<LoadResult, 'threads' | 'gpu' | 'lanes'> | undefined,
  cores: number,
): MilderWay[] {
  const ways: MilderWay[] = [];
  let now = params;
  const add = (change: Partial<LoadParams>, notice: string): void => {
    now = { ...now, ...change };
    ways.push({ params: now, notice });
  };
  if (params.completionModel) {
    now = withoutCompletionModel(now);
    add({}, 'It goes on with one model for chat and completions.');
  }
  const threads = params.threads ?? loaded?.threads ?? cores;
  if (threads > 1) {
    const fewer = Math.floor(threads / 2);
    add({ threads: fewer }, `It goes on with ${counted(fewer, 'thread')} instead of ${threads}.`);
  }
  if (params.gpuLayers !== 0 && loaded?.gpu !== 'none')
    add({ gpuLayers: 0 }, 'It goes on without the GPU, which is slower.');
  const chat = loaded?.lanes.chat ?? params.lanes.chat ?? 0;
  const smaller = Math.max(smallestChat, Math.floor(chat / 2));
  if (chat > smaller) {
    add(
      { lanes: { ...params.lanes, chat: smaller } },
      `It goes on with a context of ${smaller} tokens instead of ${chat}.`,
    );
  }
  return ways;
}

/** What the user is told of a milder way that was taken after the engine had died of `reason`. */
export function milderReport({ reason, notice }: { reason: string; notice: string }): ErrorReport {
  return {
    code: 'engine-milder',
    happened: `The model engine stopped again and again (${reason}). ${notice}`,
    kept: 'The chat and all files are as they were.',
    next: 'Restart the engine to run it as before.',
  };
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
