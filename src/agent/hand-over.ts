/** A task, or the repair that failed, goes to a larger model: by the user's word, or by a rule that the user has set. */
import { UserError } from '../base/errors';
import { intentOf } from './intent';
import type { LargerModel, ProgramResult, Run } from './ports';

/** Begins a message that is meant for the larger model. */
const asked = /^\/larger(?:\s+|$)/;

/**
 * Runs a program, on the larger model where the message says so (`/larger …`) or where the repair of the own model has
 * failed and a rule of the user's hands it over. What the first try changed has been put back by then.
 */
export async function withHandOver(
  run: Run,
  program: (run: Run) => Promise<ProgramResult>,
): Promise<ProgramResult> {
  const { larger } = run.ports;
  const { text } = run.task;
  if (asked.test(text)) {
    if (!larger) {
      throw new UserError('no-larger-model', 'There is no larger model to hand this to.', {
        kept: 'Nothing was sent anywhere.',
        next: 'Set the address of a server (thimble.remote.url, or --hand-over at the command line).',
      });
    }
    const request = { ...run, task: { ...run.task, text: text.replace(asked, '') } };
    return program(await handedOver(request, larger));
  }
  const result = await program(run);
  const mayTry = larger?.afterFailedRepair === true && result.outcome === 'failed';
  if (!mayTry || intentOf(text, []).kind !== 'repair') return result;
  return program(await handedOver(run, larger));
}

async function handedOver(run: Run, larger: LargerModel): Promise<Run> {
  const model = await larger.model(run.signal);
  run.emit({
    type: 'step',
    step: { id: run.step(), tool: 'engine', verb: 'Handed over', object: `to ${larger.name}`, state: 'done' },
  });
  return { ...run, ports: { ...run.ports, model } };
}
