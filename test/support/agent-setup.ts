import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { AgentPorts, AgentResult, AgentTask } from '../../src/agent/ports';
import { runAgent, type Standing } from '../../src/agent/run-agent';
import { createAnswerer } from '../../src/indexer/answer';
import { createCommandRunner } from '../../src/node/command-runner';
import { systemClock } from '../../src/node/clock';
import { createNodeWorkspace } from '../../src/node/workspace';
import type { AgentEvent, ApprovalAnswer, ApprovalRequest } from '../../src/protocol/agent';
import type { IndexerRequestMessage } from '../../src/protocol/indexer';
import { createCheckpoints, type Checkpoints } from '../../src/session/checkpoints';
import type { SyntaxService } from '../../src/syntax/syntax-service';
import { loadGrammar } from '../syntax/support';
import { type FakeModel, type FakeReply, fakeModel, testProfile } from './fake-model';
import { memoryStore } from './memory-store';

const answer = createAnswerer(loadGrammar);

/** The indexer's answers without its worker thread. */
export const syntaxInProcess: SyntaxService = {
  request: async (name, params) => (await answer({ id: 0, name, params } as IndexerRequestMessage)) as never,
  dispose: () => undefined,
};

export interface AgentSetup {
  folder: string;
  model: FakeModel;
  ports: AgentPorts;
  checkpoints: Checkpoints;
  approvals: ApprovalRequest[];
  events: AgentEvent[];
  run: (
    text: string,
    options?: Partial<AgentTask> & { signal?: AbortSignal; standing?: Standing },
  ) => Promise<AgentResult>;
  read: (file: string) => string;
  dispose(): void;
}

/** An agent on a folder of real files with a scripted model; `approve` answers what it asks. */
export function agentSetup(
  files: Record<string, string>,
  replies: FakeReply[] | ((prompt: string) => FakeReply),
  approve: (request: ApprovalRequest) => ApprovalAnswer & { hunks?: number[] } = () => ({ answer: 'once' }),
  profile = testProfile,
): AgentSetup {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'thimble-agent-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const model = fakeModel(replies, profile);
  const workspace = createNodeWorkspace({ folders: [folder], trusted: true });
  const checkpoints = createCheckpoints(memoryStore(), workspace);
  const approvals: ApprovalRequest[] = [];
  const events: AgentEvent[] = [];
  const ports: AgentPorts = {
    model,
    workspace,
    commands: createCommandRunner({ folders: [folder], trusted: true }),
    syntax: syntaxInProcess,
    clock: systemClock,
    checkpoints,
    approve: (request) => {
      approvals.push(request);
      return Promise.resolve(approve(request));
    },
  };
  let runs = 0;
  return {
    folder,
    model,
    ports,
    checkpoints,
    approvals,
    events,
    run: (text, { signal, standing, ...task } = {}) =>
      runAgent(
        {
          text,
          attachments: [],
          history: [],
          seed: 1,
          maxSteps: 40,
          timeLimitMs: 60_000,
          commandTimeoutMs: 30_000,
          platform: process.platform,
          ...task,
        },
        ports,
        (event) => events.push(event),
        signal ?? new AbortController().signal,
        { runId: `run-${++runs}`, ...(standing ? { standing } : {}) },
      ),
    read: (file) => readFileSync(path.join(folder, file), 'utf8'),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
