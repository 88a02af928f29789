import * as vscode from 'vscode';
import { type ApprovalRule, rulesOf } from '../tools/approval-rules';
import type { ApprovalMode } from './approvals';
import type { ModelSelection } from './model-service';

/** The user's settings, read when they are needed; numbers that mean “by itself” (0) are undefined. */
export interface Settings {
  model: string | undefined;
  home: string | undefined;
  /** Tokens. */
  contextSize: number | undefined;
  threads: number | undefined;
  gpu: boolean;
  remote: {
    url: string | undefined;
    model: string | undefined;
    timeoutMs: number;
    standIn: boolean;
    afterFailedRepair: boolean;
  };
  /** Part of the free memory that the model may take, 0–1. */
  memoryShare: number;
  /** Minutes without use after which the model is unloaded; 0 for never. */
  unloadAfter: number;
  /** Bytes that the models folder may take; undefined for no limit. */
  modelBytes: number | undefined;
  /** Bytes that chats and checkpoints of a workspace may take. */
  sessionBytes: number;
  approvals: ApprovalMode;
  limits: { maxSteps: number; timeLimitMs: number; commandTimeoutMs: number };
  completion: {
    /** The second model, which completes; undefined where the chat's does. */
    model: string | undefined;
    enabled: boolean;
    nextEdit: boolean;
    lookAhead: boolean;
    minDelayMs: number;
    maxDelayMs: number;
  };
}

export const settingsSection = 'thimble';

export function readSettings(): Settings {
  const values = vscode.workspace.getConfiguration(settingsSection);
  const positive = (name: string): number | undefined => values.get<number>(name, 0) || undefined;
  return {
    model: values.get<string>('model', '').trim() || undefined,
    home: values.get<string>('home', '').trim() || undefined,
    contextSize: positive('contextSize'),
    threads: positive('threads'),
    gpu: values.get<boolean>('gpu', true),
    remote: {
      url: values.get<string>('remote.url', '').trim() || undefined,
      model: values.get<string>('remote.model', '').trim() || undefined,
      timeoutMs: values.get<number>('remote.timeout', 180) * 1000,
      standIn: values.get<boolean>('remote.standIn', false),
      afterFailedRepair: values.get<boolean>('remote.afterFailedRepair', false),
    },
    memoryShare: values.get<number>('memoryShare', 50) / 100,
    unloadAfter: values.get<number>('unloadAfter', 30),
    modelBytes: values.get<number>('modelsSize', 0) * 1e9 || undefined,
    sessionBytes: values.get<number>('sessionSize', 500) * 1e6,
    approvals: values.get<ApprovalMode>('approvals', 'ask'),
    limits: {
      maxSteps: values.get<number>('maxSteps', 30),
      timeLimitMs: values.get<number>('timeLimit', 900) * 1000,
      commandTimeoutMs: values.get<number>('commandTimeout', 120) * 1000,
    },
    completion: {
      model: values.get<string>('completion.model', '').trim() || undefined,
      enabled: values.get<boolean>('completion.enabled', true),
      nextEdit: values.get<boolean>('completion.nextEdit', true),
      lookAhead: values.get<boolean>('completion.lookAhead', true),
      minDelayMs: values.get<number>('completion.minDelay', 60),
      maxDelayMs: values.get<number>('completion.maxDelay', 400),
    },
  };
}

/**
 * The rules of the user's settings and of the workspace's together: a workspace adds to what the user forbids and
 * cannot take it back. Those of an untrusted workspace are not read. `unread` names entries that are no rules.
 */
export function readApprovalRules(): { rules: ApprovalRule[]; unread: string[] } {
  const found = vscode.workspace.getConfiguration(settingsSection).inspect('approvalRules');
  const own = rulesOf(found?.globalValue, vscode.l10n.t('user settings'));
  if (!vscode.workspace.isTrusted) return own;
  const layers = [own, rulesOf(found?.workspaceValue, vscode.l10n.t('workspace settings'))];
  return {
    rules: layers.flatMap(({ rules }) => rules),
    unread: layers.flatMap(({ unread }) => unread),
  };
}

/** Keeps which models the user has chosen, for all windows. */
export async function keepModelChoice({ chat, completion }: ModelSelection): Promise<void> {
  const values = vscode.workspace.getConfiguration(settingsSection);
  const keep = async (name: string, value: string): Promise<void> => {
    if (values.get<string>(name, '') !== value)
      await values.update(name, value, vscode.ConfigurationTarget.Global);
  };
  await keep('completion.model', completion);
  if (chat !== undefined) await keep('model', chat);
}

const languagesSetting = 'completion.languages';

/** Whether completions are on for a language: its own entry, else the one of `*`. */
export function completesLanguage(languageId: string): boolean {
  const languages = vscode.workspace
    .getConfiguration(settingsSection)
    .get<Record<string, boolean>>(languagesSetting, {});
  return languages[languageId] ?? languages['*'] ?? true;
}

export async function setCompletesLanguage(languageId: string, on: boolean): Promise<void> {
  const values = vscode.workspace.getConfiguration(settingsSection);
  const languages = values.get<Record<string, boolean>>(languagesSetting, {});
  await values.update(
    languagesSetting,
    { ...languages, [languageId]: on },
    vscode.ConfigurationTarget.Global,
  );
}
