import assert from 'node:assert/strict';
import { createInterrupts } from '../../src/cli/interrupts';

const unexpected = (): never => assert.fail('the process was to end');

/** A task that lasts until it is aborted. */
const untilAborted = (signal: AbortSignal): Promise<string> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve('stopped')));

describe('Ctrl-C', () => {
  it('ends the task of a chat, and the command goes on', async () => {
    const interrupts = createInterrupts(unexpected);
    const task = interrupts.during(untilAborted);
    interrupts.press();
    assert.equal(await task, 'stopped');
    assert.deepEqual([interrupts.signal.aborted, interrupts.wasPressed()], [false, false]);
  });

  it('ends the command when no task runs, or the task does not end', () => {
    const idle = createInterrupts(unexpected);
    idle.press();
    assert.deepEqual([idle.signal.aborted, idle.wasPressed()], [true, true]);
    const stuck = createInterrupts(unexpected);
    void stuck.during(() => new Promise(() => undefined));
    stuck.press();
    stuck.press();
    assert.equal(stuck.signal.aborted, true);
  });

  it('ends the process when it is pressed again', () => {
    let killed = 0;
    const interrupts = createInterrupts(() => killed++);
    interrupts.press();
    interrupts.press();
    assert.equal(killed, 1);
  });

  it('is not what ended a command whose reader has gone', async () => {
    const interrupts = createInterrupts(unexpected);
    const task = interrupts.during(untilAborted);
    interrupts.abort();
    assert.equal(await task, 'stopped');
    assert.equal(interrupts.wasPressed(), false);
  });
});
