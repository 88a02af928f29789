import type { AskModel } from '../micro/micro-agent';
import { modelTurn } from './model-turn';
import type { Run } from './ports';

/** Asks the task's model: each try is a step of the task, and what it costs is told. */
export function askIn(run: Run): AskModel {
  return async ({ messages, prefill, stop, maxTokens, temperature, grammar }) => {
    run.step();
    const turn = await modelTurn(run, {
      messages,
      prefill,
      stop,
      maxTokens,
      temperature,
      ...(grammar === undefined ? {} : { grammar }),
    });
    return { text: turn.text, complete: turn.reason !== 'length' };
  };
}
