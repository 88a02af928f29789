/**
 * Every text that the panel shows, in English. A translation is VS Code's own kind of bundle (`l10n/`): an object from
 * the English text to the translated one, which the host puts into the page.
 */
export const strings = {
  you: 'You',
  answerBy: 'Thimble',
  transcript: 'Conversation',
  input: 'Message',
  placeholder: 'Ask, or / for commands, @ for context',
  placeholderRunning: 'Add a message; it waits for the running one',
  send: 'Send (Enter)',
  suggestions: 'Commands and context',
  commandExplain: 'Explain the code',
  commandFix: 'Fix the reported problems',
  commandTests: 'Write tests for the code',
  commandDoc: 'Document the code',
  commandReview: 'Review what is not committed',
  commandCommit: 'Name the commit',
  mentionFile: 'A file by name',
  mentionSymbol: 'A function or class by name',
  mentionSelection: 'What is selected in the editor',
  mentionProblems: 'What is reported in the editor',
  mentionTerminal: 'What the last command wrote',
  mentionDiff: 'What is not committed',
  stop: 'Stop (Escape)',
  jumpToEnd: 'Jump to the newest message',
  earlier: 'Show earlier messages',
  copy: 'Copy',
  copied: 'Copied',
  reasoning: 'Thinking',
  thoughts: 'Thoughts',
  working: 'Working',
  stateRunning: 'running',
  stateWaiting: 'waiting for your approval',
  stateDone: 'done',
  stateFailed: 'failed',
  stateRefused: 'refused',
  allowedBy: 'Allowed: {0}',
  timedOut: 'stopped at the time limit',
  noOutput: 'No output',
  inFolder: 'in {0}',
  accept: 'Accept',
  acceptSome: 'Accept {0} of {1}',
  acceptTitle: 'Accept (Ctrl+Enter, on a Mac ⌘Enter)',
  reject: 'Reject',
  rejectTitle: 'Reject (Ctrl+Backspace, on a Mac ⌘Backspace)',
  openDiff: 'Open diff',
  acceptInChat: 'Accept edits in this chat',
  runOnce: 'Run',
  runInChat: 'Allow commands in this chat',
  dontRun: 'Do not run',
  sayWhy: 'Say why not',
  whyPlaceholder: 'What should be different (goes to the model with a no)',
  hunk: 'Change {0} of {1}, line {2}',
  added: '{0} lines added',
  removed: '{0} lines removed',
  draftEdit: 'Being written',
  reading: 'Reading {0} of {1} tokens',
  timeLeft: '{0} left',
  usage: '{0} of {1} tokens',
  usageTitle: 'Tokens that the model sees, of those that fit',
  cached: '{0} % cached',
  speed: '{0} tok/s',
  restore: 'Restore to before this task',
  checkpointFiles: '{0} files changed',
  checkpointFile: '{0} changed',
  outcomeDone: 'Done',
  outcomeStopped: 'Stopped',
  outcomeFailed: 'Not finished',
  evidence: 'Evidence',
  details: 'Details',
  queued: 'Waiting',
  takeBack: 'Take back',
  attachments: 'Goes along with the message',
  detach: 'Remove {0}',
  attach: 'Add context',
  attachFile: 'The open file',
  attachSelection: 'The selection',
  attachProblems: 'The problems',
  approvals: 'What needs your yes',
  approvalsAsk: 'Ask before edits',
  approvalsEdits: 'Allow edits',
  approvalsAll: 'Allow edits and commands',
  model: 'Model: {0}',
  models: 'Models',
  noModel: 'No model',
  installed: 'Installed',
  download: 'Download',
  modelSize: '{0} to download, {1} of memory',
  modelNeeds: 'needs {0} of memory',
  modelLoading: 'Loading {0}',
  modelLoadingWait: 'You can write already; the message waits for the model.',
  modelDownloading: 'Downloading {0}',
  downloadProgress: '{0} of {1}, {2}/s',
  cancelDownload: 'Cancel',
  modelFailed: 'The model could not be started.',
  modelDegraded: 'The model runs with limits.',
  downloadModel: 'Download {0}',
  firstModel: 'Thimble needs a model to answer',
  firstModelText: 'It runs on this computer. After the download, nothing leaves it.',
  tryTitle: 'What should change?',
  tryText: 'A model on this computer reads, edits and runs. Every change waits for your yes.',
  tryThis: 'Try',
  untrusted: 'This workspace is not trusted. Thimble reads, but changes and runs nothing.',
  noWorkspace: 'No folder is open. Thimble can answer, but has no files to read or change.',
  restartEngine: 'Restart the engine',
  showLog: 'Show the log',
  newChat: 'New chat',
  chats: 'Chats',
  back: 'Back to the chat',
  noChats: 'No chats yet.',
  deleteChat: 'Delete {0}',
  untitledChat: 'Untitled chat',
  justNow: 'just now',
  error: 'Error',
  warning: 'Warning',
  info: 'Note',
  announceWaiting: '{0} waits for your approval. Control Enter accepts, Control Backspace rejects.',
  announceStep: '{0}, {1}',
  announceAnswer: 'Answer: {0}',
  loadingPanel: 'Loading',
} as const;

export type StringKey = keyof typeof strings;

let bundle: Readonly<Record<string, unknown>> = {};

/** Sets the translations, by English text; anything that is no object of texts is ignored. */
export function setTranslations(json: string | undefined): void {
  bundle = {};
  if (!json) return;
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed === 'object' && parsed !== null) bundle = { ...parsed };
  } catch {
    // A broken bundle costs the translation, not the panel.
  }
}

/** The text of `key` in the user's language, with `{0}`, `{1}` … replaced by `values`. */
export function t(key: StringKey, ...values: (string | number)[]): string {
  const english = strings[key];
  const translated = bundle[english];
  const template = typeof translated === 'string' ? translated : english;
  return template.replace(/\{(\d)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}
