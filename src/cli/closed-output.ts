import { UserError } from '../base/errors';

/** What a write says whose reader has gone, such as `head` after its lines; on Windows a pipe ends with `EOF`. */
const readerGone = new Set(['EPIPE', 'EOF', 'ERR_STREAM_DESTROYED']);

/**
 * Calls back once when a stream can take no more: with nothing when its reader has gone, which is how a pipe ends and
 * no failure, and with an error when a disk is full or a device broken. Later writes to the stream are dropped.
 */
export function watchOutput(
  stream: NodeJS.WritableStream,
  closed: (failure: UserError | undefined) => void,
): void {
  let told = false;
  // The listener stays: each further write fails again, and an error without one ends the process.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (told) return;
    told = true;
    closed(readerGone.has(error.code ?? '') ? undefined : outputFailed(error));
  });
}

function outputFailed(error: Error): UserError {
  return new UserError('output-failed', `The output could not be written: ${error.message}`, {
    kept: 'What was written until then remains.',
    next: 'Check the disk that the output goes to.',
    cause: error,
  });
}
