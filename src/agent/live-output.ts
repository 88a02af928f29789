import type { Clock } from '../base/ports';
import { liveOutputLimit } from '../protocol/transcript';

/** Time in which pieces are joined: a command that writes letter by letter must not cost an event for each. */
const joinedMs = 100;

export interface LiveOutput {
  /** The end of what came so far, for a command that does not come to its own. */
  readonly text: string;
  add(piece: string): void;
  /** Passes on what still waits; nothing comes after it. */
  end(): void;
}

/** Passes a command's output on in pieces, at most one in 100 ms, the newest not later than that. */
export function createLiveOutput(clock: Clock, pass: (delta: string) => void): LiveOutput {
  let text = '';
  let waiting = '';
  let scheduled = false;
  let ended = false;
  const flush = (): void => {
    scheduled = false;
    if (waiting !== '' && !ended) pass(waiting);
    waiting = '';
  };
  return {
    get text() {
      return text;
    },
    add: (piece) => {
      text = (text + piece).slice(-liveOutputLimit);
      waiting += piece;
      if (scheduled) return;
      scheduled = true;
      void clock.sleep(joinedMs).then(flush);
    },
    end: () => {
      flush();
      ended = true;
    },
  };
}
