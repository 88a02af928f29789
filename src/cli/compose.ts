import path from 'node:path';
import { UserError } from '../base/errors';
import type { LineLog, Workspace } from '../base/ports';
import { defaultModelName } from '../model/catalogue';
import { type Calibrations, createCalibrations, tunedParams } from '../model/calibrations';
import { type CrashReports, createCrashReports } from '../model/crash-reports';
import { milderReport } from '../model/engine-fallback';
import { createEngineNotes, type EngineNotes } from '../model/engine-notes';
import { createEngineSupervisor, type EngineSupervisor } from '../model/engine-supervisor';
import type { LanguageModel } from '../model/language-model';
import { completionLaneTokens, defaultShare, planForFile } from '../model/load-plan';
import { readMemory } from '../model/memory';
import { isRemoteSpec } from '../model/remote/address';
import { type ResolvedModel, resolveModel } from '../model/resolve-model';
import { type RequestRecord, withMemory, withRequestLog } from '../model/request-log';
import { createScorecards, type Scorecards } from '../model/scorecard';
import { createModelStore, type ModelStore } from '../model/store';
import { systemClock } from '../node/clock';
import { createCommandRunner } from '../node/command-runner';
import { createFileStore } from '../node/file-store';
import { modelsQuota, thimbleHome } from '../node/home';
import { createLineLog } from '../node/line-log';
import { indexParams } from '../node/index-watch';
import { shellKind } from '../node/shell';
import { createSyntaxWorker } from '../node/syntax-worker';
import { createNodeWorkspace } from '../node/workspace';
import type { AgentPorts } from '../agent/ports';
import type { LoadParams } from '../protocol/engine';
import type { OpenIndexParams } from '../protocol/indexer';
import { createCheckpoints } from '../session/checkpoints';
import type { IndexingSyntax, SyntaxService } from '../syntax/syntax-service';
import { type AskLine, loadRemoteModel } from './remote-model';

/** Options that every command with a model takes. */
export interface ModelOptions {
  model?: string;
  seed?: number;
  temperature?: number;
  threads?: number;
  contextSize?: number;
  /** Folder that the work is about; a remote server is allowed once for each. */
  cwd?: string;
  /** Asks the user at the terminal; left out where nobody can answer. */
  askLine?: AskLine;
}

/** What the commands share: made once, disposed once. */
export interface Core {
  home: string;
  models: ModelStore;
  syntax: SyntaxService;
  /** Syntax with an index of a folder, which is brought up to date in the background. */
  indexed(cwd: string): IndexingSyntax;
  supervisor: EngineSupervisor;
  crashes: CrashReports;
  notes: EngineNotes;
  scorecards: Scorecards;
  calibrations: Calibrations;
  requests: LineLog<RequestRecord>;
  loadModel(
    options: ModelOptions,
    lanes: { chat: boolean; completion: boolean },
    signal: AbortSignal,
  ): Promise<LanguageModel>;
  agentPorts(model: LanguageModel, cwd: string, approve: AgentPorts['approve']): AgentPorts;
  workspace(cwd: string): Workspace;
  dispose(): void;
}

/** Runs a command's body with the core, and keeps its exit code. */
export type WithCore = (body: (core: Core) => Promise<number>) => Promise<void>;

/** Folders whose index is held open. */
const mostIndexes = 3;

/** `dist` is the folder of the built bundles. */
export function createCore(dist: string, log: ((line: string) => void) | undefined): Core {
  const home = thimbleHome(process.env);
  const models = createModelStore({ home, quota: () => modelsQuota(process.env) });
  const supervisor = createEngineSupervisor({
    enginePath: path.join(dist, 'engine.mjs'),
    ...(log ? { log } : {}),
  });
  const crashes = createCrashReports(createFileStore(path.join(home, 'crashes')));
  const notes = createEngineNotes(createFileStore(path.join(home, 'engines')), process.pid);
  const scorecards = createScorecards(createFileStore(path.join(home, 'scorecards')));
  const calibrations = createCalibrations(createFileStore(path.join(home, 'calibrations')));
  const requests = createLineLog<RequestRecord>(path.join(home, 'log', 'requests.jsonl'));
  const logged = (model: LanguageModel): LanguageModel =>
    withRequestLog(model, (record) => void requests.add(withMemory(record, supervisor)), systemClock);
  supervisor.onCrash((crash) => void crashes.add(crash));
  supervisor.onMilder((event) => process.stderr.write(`${milderReport(event).happened}\n`));
  const worker = {
    workerPath: path.join(dist, 'indexer.js'),
    grammarFolder: path.join(dist, 'grammars'),
    timeoutMs: 10_000,
  };
  const syntax = createSyntaxWorker(worker);
  const indexes = new Map<string, IndexingSyntax>();
  const indexed = (cwd: string): IndexingSyntax => {
    const known = indexes.get(cwd);
    if (known) return known;
    const index = (): Promise<OpenIndexParams> => indexParams({ folders: [cwd], home });
    const made = createSyntaxWorker({ ...worker, index, ...(log ? { log } : {}) });
    indexes.set(cwd, made);
    // A benchmark goes through hundreds of folders, one after the other.
    const [[oldest, unused] = []] = indexes;
    if (indexes.size > mostIndexes && oldest !== undefined) {
      indexes.delete(oldest);
      unused?.dispose();
    }
    return made;
  };
  const workspace = (cwd: string): Workspace => createNodeWorkspace({ folders: [cwd], trusted: true });
  return {
    home,
    models,
    syntax,
    indexed,
    supervisor,
    crashes,
    notes,
    scorecards,
    calibrations,
    requests,
    workspace,
    loadModel: async (options, lanes, signal) => {
      if (options.model !== undefined && isRemoteSpec(options.model)) {
        const surroundings = { env: process.env, home };
        return logged(await loadRemoteModel({ ...options, model: options.model }, surroundings, signal));
      }
      const { name, profile, modelPath } = await resolveOption(options, models, scorecards);
      const plan = await planForFile(modelPath, {
        share: defaultShare,
        chat: lanes.chat
          ? { size: options.contextSize ?? profile.contextSize, fixed: options.contextSize !== undefined }
          : undefined,
        completion: lanes.completion ? completionLaneTokens : undefined,
      });
      for (const notice of plan.notices) process.stderr.write(`${notice}\n`);
      const params: LoadParams = {
        modelPath,
        lanes: plan.lanes,
        kvType: plan.kvType,
        gpuLayers: 'auto',
        stateFolder: path.join(home, 'states'),
        ...(await calibrations.of(modelPath).then(tunedParams)),
        ...(options.threads === undefined ? {} : { threads: options.threads }),
      };
      const model = await supervisor.load({ name, profile, params }, undefined, signal);
      const { residentBytes = 0, lanes: { chat: contextTokens = 0 } = {} } = supervisor.loaded ?? {};
      await notes.keep({ program: 'command line', model: name, contextTokens, residentBytes });
      return logged(model);
    },
    agentPorts: (model, cwd, approve) => {
      const folder = workspace(cwd);
      return {
        model,
        // Nobody watches the folder, so what is written here is told.
        workspace: {
          ...folder,
          write: async (changes, label) => {
            await folder.write(changes, label);
            indexed(cwd).changed(changes.map((change) => change.path));
          },
        },
        commands: createCommandRunner({ folders: [cwd], trusted: true }),
        syntax: indexed(cwd),
        clock: systemClock,
        checkpoints: createCheckpoints(createFileStore(path.join(home, 'sessions')), folder),
        policy: { rules: () => [], shell: shellKind(process.platform, process.env) },
        approve,
      };
    },
    dispose: () => {
      syntax.dispose();
      for (const service of indexes.values()) service.dispose();
      supervisor.dispose();
      // Where there is no time for it, the note goes once the process is seen to be gone.
      void notes.keep(undefined);
    },
  };
}

/** The file and profile of `--model`, or of this computer's default. Rejects with a `UserError`. */
export async function resolveOption(
  options: Pick<ModelOptions, 'model'>,
  models: ModelStore,
  scorecards?: Scorecards,
): Promise<ResolvedModel> {
  const spec = options.model ?? defaultModelName((await readMemory()).total);
  if (isRemoteSpec(spec)) {
    throw new UserError('remote-has-no-file', 'A remote server has no model file to measure.', {
      next: 'Name a model of the catalogue (thimble models list) or a GGUF file.',
    });
  }
  return resolveModel(spec, models, scorecards);
}
