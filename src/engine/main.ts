/**
 * Entry point of the engine process: a forked child that holds the model, so that a crash of native code, or a
 * model that fills the memory, takes nothing with it. Speaks `protocol/engine.ts` over the IPC channel; stdout
 * and stderr are free for the library's chatter.
 */
import process from 'node:process';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { serveEngine } from './serve';

/** The parent sees any exit as a crash and restarts; this code only helps who reads a log. */
const crashed = 70;

function die(kind: string, error: unknown): void {
  process.stderr.write(
    `${kind}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(crashed);
}

process.on('uncaughtException', (error) => die('uncaught exception', error));
process.on('unhandledRejection', (reason) => die('unhandled rejection', reason));
// Without a parent nobody reads the answers. A plain exit would wait for native threads in the middle of a prompt.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

serveEngine(createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process)));
