/** The extension's entry: wires the parts. Nothing here starts an engine, loads a grammar or touches the network. */
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { reportOf } from './base/errors';
import { DisposableStore } from './base/lifecycle';
import { createContextProvider } from './context/context-provider';
import { createSpanChoices } from './context/span-choices';
import { createCalibrations } from './model/calibrations';
import { createCrashReports } from './model/crash-reports';
import { milderReport } from './model/engine-fallback';
import { createEngineNotes } from './model/engine-notes';
import { watchRest } from './model/engine-rest';
import { createEngineSupervisor } from './model/engine-supervisor';
import { readMemory } from './model/memory';
import { type RequestRecord, withMemory } from './model/request-log';
import { createScorecards } from './model/scorecard';
import { createModelStore, type ModelStore } from './model/store';
import { estimateTokens } from './model/token-estimate';
import { systemClock } from './node/clock';
import { createCommandRunner } from './node/command-runner';
import { createFileStore } from './node/file-store';
import { thimbleHome } from './node/home';
import { indexParams } from './node/index-watch';
import { createLineLog } from './node/line-log';
import { nameRoots } from './node/path-rules';
import { realWorkspacePath } from './node/real-path';
import { shellKind } from './node/shell';
import { createSyntaxWorker } from './node/syntax-worker';
import { createNodeWorkspace, hashText } from './node/workspace';
import { completionContextTokens, defaultLimits } from './prompt/fill-in-the-middle';
import { createChatStore } from './session/chat-store';
import { createCheckpoints } from './session/checkpoints';
import { captureAttachment, lastEditor, suggestionsFor } from './vscode/attachments';
import { createCatalogueSource } from './vscode/catalogue-source';
import { createChatController } from './vscode/chat-controller';
import { createTerminalRunner } from './vscode/command-terminal';
import { registerCommands } from './vscode/commands';
import { createFiguresRecord } from './completion/figures-record';
import { createCompletionStatus } from './vscode/completion-status';
import { createDiffDocuments } from './vscode/diff-documents';
import { createEditorContext, createSymbolPorts } from './vscode/editor-context';
import { keptIn, openFolders, openPaths, workspaceKey } from './vscode/folders';
import { keepEngineNote } from './vscode/engine-note';
import { createIndexUpdates } from './vscode/index-updates';
import { createInlineCompletionProvider } from './vscode/inline-completion';
import { createInlineDiffs } from './vscode/inline-diff';
import { createMentionCompletion } from './vscode/mention-completion';
import { createModelPlanner, memoryText } from './vscode/model-planner';
import { createModelService } from './vscode/model-service';
import { handlePanelMessage } from './vscode/panel-actions';
import { createPanelView, panelViewId } from './vscode/panel-view';
import { askRemoteKey, connectToServer, largerModel } from './vscode/remote-server';
import { createNextEdits } from './vscode/next-edit';
import { registerPromptLab } from './vscode/prompt-lab';
import { createTidy, registerRecordCommands } from './vscode/records';
import { createProposals } from './vscode/proposals';
import { createReviews } from './vscode/review';
import { completesHere } from './vscode/second-model';
import { createSelectionActions } from './vscode/selection-actions';
import { createServiceAnswers } from './vscode/service-answers';
import { createSpanActions } from './vscode/span-actions';
import { keepModelChoice, readApprovalRules, readSettings, settingsSection } from './vscode/settings';
import { createTerminalOutput } from './vscode/terminal-output';
import { createEditorWorkspace, type DiskWorkspace } from './vscode/workspace';

const lastChatKey = 'thimble.lastChat';
const waitingChangesKey = 'thimble.waitingChanges';
const spanChoicesKey = 'thimble.spanChoices';
/** Time that one request may take in the syntax worker. Milliseconds. */
const syntaxLimitMs = 10_000;

/** How long a completion waits for the index. Milliseconds. */
const completionContextMs = 60;

/** What the tests in the extension host reach; nothing of it is meant for other extensions. */
export type ThimbleApi = ReturnType<typeof compose>;

export function activate(context: vscode.ExtensionContext): ThimbleApi | undefined {
  const api = compose(context);
  return context.extensionMode === vscode.ExtensionMode.Test ? api : undefined;
}

function compose(context: vscode.ExtensionContext) {
  const started = performance.now();
  const owned = new DisposableStore();
  context.subscriptions.push(owned);
  const own = <T extends { dispose(): void }>(part: T): T => owned.add(part);

  const output = own(vscode.window.createOutputChannel('Thimble', { log: true }));
  const log = (line: string): void => output.info(line);
  const dist = path.join(context.extensionPath, 'dist');
  const home = readSettings().home ?? thimbleHome(process.env);

  const syntax = own(
    createSyntaxWorker({
      workerPath: path.join(dist, 'indexer.js'),
      grammarFolder: path.join(dist, 'grammars'),
      timeoutMs: syntaxLimitMs,
      index: () => indexParams({ folders: openFolders(), home, first: openPaths() }),
      log,
    }),
  );
  own(createIndexUpdates(syntax));
  const supervisor = own(createEngineSupervisor({ enginePath: path.join(dist, 'engine.mjs'), log }));
  const crashes = createCrashReports(createFileStore(path.join(home, 'crashes')));
  own(supervisor.onCrash((crash) => void crashes.add(crash)));
  const requests = createLineLog<RequestRecord>(path.join(home, 'log', 'requests.jsonl'));
  own(supervisor.onMilder((event) => controller.notice('warning', milderReport(event))));
  const record = (request: RequestRecord): void => void requests.add(withMemory(request, supervisor));
  const server = {
    secrets: context.secrets,
    allowed: context.workspaceState,
    clock: systemClock,
    record,
  };
  const engineNotes = createEngineNotes(createFileStore(path.join(home, 'engines')), process.pid);
  let store: ModelStore | undefined;
  const models = own(
    createModelService({
      supervisor,
      source: createCatalogueSource(
        () => (store ??= createModelStore({ home, quota: () => readSettings().modelBytes })),
        os.totalmem(),
        () => readSettings().remote,
        createScorecards(createFileStore(path.join(home, 'scorecards'))),
      ),
      connect: (spec, contextSize) => connectToServer(spec, contextSize, server),
      record,
      remoteMayStandIn: () => readSettings().remote.standIn,
      notice: (report) => controller.notice('warning', report),
      selected: () => readSettings().model,
      onMemory: (figures) => log(memoryText(figures)),
      completionSelected: () => readSettings().completion.model,
      select: keepModelChoice,
      plan: createModelPlanner({
        share: () => readSettings().memoryShare,
        calibrations: createCalibrations(createFileStore(path.join(home, 'calibrations'))),
        notice: (report) => controller.notice('warning', report),
        others: () => engineNotes.others(),
        log,
      }),
      params: () => {
        const { contextSize, threads, gpu } = readSettings();
        return {
          contextSize,
          gpuLayers: gpu ? 'auto' : 0,
          stateFolder: path.join(home, 'states'),
          ...(threads === undefined ? {} : { threads }),
        };
      },
    }),
  );

  const workspace = createEditorWorkspace(diskWorkspace);
  const choices = createSpanChoices({
    read: (file) => workspace.read(file),
    syntax,
    countTokens: estimateTokens,
    kept: keptIn<unknown>(context.workspaceState, spanChoicesKey),
  });
  const commands = own(
    createTerminalRunner(() =>
      createCommandRunner({ folders: openFolders(), trusted: vscode.workspace.isTrusted }),
    ),
  );
  const terminalOutput = own(createTerminalOutput());
  const sessions = createFileStore(path.join(home, 'sessions', workspaceKey(hashText)));
  const chats = createChatStore(sessions);
  const diffDocuments = own(createDiffDocuments());
  const checkpoints = createCheckpoints(sessions, workspace);
  const locate = (file: string): Promise<string> => diskWorkspace().locate(file);
  const reviews = own(createReviews({ controller: () => controller, checkpoints, workspace, locate }));
  const diffs = own(
    createInlineDiffs((...change) => diffDocuments.show(...change), {
      read: () => context.workspaceState.get(waitingChangesKey),
      write: (changes) => void context.workspaceState.update(waitingChangesKey, changes),
    }),
  );

  const panel = createPanelView(
    context.extensionUri,
    (message) => {
      handlePanelMessage(message, {
        controller,
        models,
        workspace,
        locate,
        diffs: diffDocuments,
        review: (id, file) => reviews.open(id, file),
        spans,
        showLog: () => output.show(),
      }).catch((error: unknown) => controller.notice('error', reportOf(error)));
      if (message.type !== 'ready') return;
      models.refresh().catch((error: unknown) => log(String(error)));
      tidyOnce();
    },
    log,
  );
  const services = createServiceAnswers(() => systemClock.now());
  const spans = createSpanActions({ choices, syntax, workspace, post: (message) => panel.post(message) });
  const controller = own(
    createChatController({
      chats,
      lastChat: keptIn<string>(context.workspaceState, lastChatKey),
      agent: {
        workspace,
        commands,
        syntax,
        clock: systemClock,
        checkpoints,
        choices,
        get larger() {
          return largerModel(server);
        },
        editor: createEditorContext(() => terminalOutput.last(), services.within),
        policy: {
          shell: shellKind(process.platform, process.env),
          rules: () => {
            const { rules, unread } = readApprovalRules();
            for (const entry of unread) output.warn(`thimble.approvalRules: “${entry}” is no rule.`);
            return rules;
          },
        },
      },
      complete: createMentionCompletion({
        workspace,
        ...createSymbolPorts(syntax, workspace),
        now: () => systemClock.now(),
      }),
      model: (signal) => models.model(signal),
      limits: () => readSettings().limits,
      approvals: () => readSettings().approvals,
      attach: (what) => Promise.resolve(captureAttachment(what)),
      surroundings: () => ({
        model: models.view(),
        models: [...models.choices()],
        trusted: vscode.workspace.isTrusted,
        hasWorkspace: openFolders().length > 0,
        suggestions: suggestionsFor(lastEditor()),
      }),
      post: (message) => panel.post(message),
      onRunning: (running) => void vscode.commands.executeCommand('setContext', 'thimble.running', running),
      wallTime: () => Date.now(),
      platform: process.platform,
    }),
  );

  const counted = own(createFiguresRecord(createFileStore(home), log));
  const completions = own(
    createCompletionStatus(
      () => models.view(),
      () => counted.sum(),
    ),
  );
  const completionContext = createContextProvider({
    syntax,
    countTokens: estimateTokens,
    budget: completionContextTokens,
    limit: () => systemClock.sleep(completionContextMs),
    choices,
    window: defaultLimits,
  });
  const inlineCompletion = own(
    createInlineCompletionProvider({
      model: (signal) => models.modelUnasked(signal),
      context: completionContext,
      told: services.near,
      setTyping: (untilMs) => {
        // Only a running engine has work to hold back.
        if (supervisor.pid !== undefined) supervisor.setTyping(untilMs);
      },
      // A server's time and what is sent there are spent on questions only.
      mayLookAhead: () => readSettings().completion.lookAhead && completesHere(models.view()),
      snoozed: () => completions.snoozed(),
      clock: systemClock,
      log,
      onBusy: (busy) => completions.setBusy(busy),
      count: (figures) => counted.add(figures),
    }),
  );
  const nextEdits = own(createNextEdits());
  own(vscode.commands.registerCommand('thimble.acceptNextEdit', () => nextEdits.accept()));
  own(vscode.commands.registerCommand('thimble.dismissNextEdit', () => nextEdits.dismiss()));
  const selection = () => ({
    model: (signal: AbortSignal) => models.model(signal),
    syntax,
    choices,
    definitions: services.within,
    workspace,
    controller,
    diffs,
    hashText,
    focusPanel: () => panel.focus(),
    askInstruction: () =>
      vscode.window.showInputBox({
        title: vscode.l10n.t('Edit with Instruction'),
        prompt: vscode.l10n.t('What should change in the selected code?'),
        ignoreFocusOut: true,
      }),
  });

  const refresh = (): void => {
    controller.refresh();
    completions.refresh();
  };
  own(models.onChange(refresh));
  own(keepEngineNote(models, supervisor, engineNotes));
  own(vscode.window.onDidChangeActiveTextEditor(() => controller.refresh()));
  own(vscode.workspace.onDidGrantWorkspaceTrust(refresh));
  own(vscode.workspace.onDidChangeWorkspaceFolders(refresh));
  own(
    vscode.workspace.onDidChangeConfiguration((event) => {
      // The rest of the remote server's settings is read when it is asked for.
      const remote = ['remote.url', 'remote.model', 'remote.timeout'];
      const own = ['model', 'completion.model', 'contextSize', 'threads', 'gpu', 'memoryShare'];
      const engineSettings = [...own, ...remote];
      if (!engineSettings.some((name) => event.affectsConfiguration(`${settingsSection}.${name}`))) return;
      models.reload().catch((error: unknown) => log(String(error)));
    }),
  );
  own(vscode.window.registerWebviewViewProvider(panelViewId, panel));
  own(
    vscode.languages.registerInlineCompletionItemProvider(
      [{ scheme: 'file' }, { scheme: 'untitled' }],
      inlineCompletion,
    ),
  );
  own(
    vscode.languages.registerCodeActionsProvider(
      [{ scheme: 'file' }, { scheme: 'untitled' }],
      createSelectionActions(() => models.name()),
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, vscode.CodeActionKind.RefactorRewrite] },
    ),
  );
  own(
    registerCommands({
      controller: () => controller,
      models: () => models,
      panel,
      diffs,
      proposals: createProposals({ controller: () => controller, diffs: diffDocuments }),
      reviews,
      completions,
      selection,
      spans,
      showLog: () => output.show(),
      setRemoteKey: async () => {
        if (await askRemoteKey(context.secrets)) await models.reload();
      },
    }),
  );
  const records = { crashes, requests, chats, sessions, controller, panel };
  own(registerRecordCommands(records));
  own(registerPromptLab({ controller, model: (signal) => models.model(signal) }));
  const tidyOnce = createTidy(records, () => readSettings().sessionBytes, log);
  const resting = new AbortController();
  own({ dispose: () => resting.abort() });
  void watchRest(
    {
      supervisor,
      clock: systemClock,
      idleMinutes: () => readSettings().unloadAfter,
      freeMemory: async () => (await readMemory()).free,
      mayRest: () => !controller.running,
      giveUpFirst: () => models.dropSecond(),
      rest: (why) => models.rest(why),
    },
    resting.signal,
  );
  diffs.restore().catch((error: unknown) => log(String(error)));
  const activationMs = performance.now() - started;
  return {
    activationMs,
    controller,
    models,
    supervisor,
    workspace,
    commands,
    diffs,
    diffDocuments,
    reviews,
    completions,
    completionContext,
    inlineCompletion,
    nextEdits,
    panel,
    selection,
    choices,
    home,
  };
}

/** The files on the disk, as the open folders hold them now. */
function diskWorkspace(): DiskWorkspace {
  const folders = openFolders();
  return {
    workspace: createNodeWorkspace({ folders, trusted: vscode.workspace.isTrusted }),
    locate: async (file) => (await realWorkspacePath(file, nameRoots(folders, path))).real,
    hashText,
  };
}
