import * as vscode from 'vscode';
import type { ApprovalMode } from './approvals';

/** The user's settings, read when they are needed; numbers that mean “by itself” (0) are undefined. */
export interface Settings {
  model: string | undefined;
  home: string | undefined;
  /** Tokens. */
  contextSize: number | undefined;
  threads: number | undefined;
  gpu: boolean;
  approvals: ApprovalMode;
  limits: { maxSteps: number; timeLimitMs: number; commandTimeoutMs: number };
  completion: { enabled: boolean; minDelayMs: number; maxDelayMs: number };
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
    approvals: values.get<ApprovalMode>('approvals', 'ask'),
    limits: {
      maxSteps: values.get<number>('maxSteps', 30),
      timeLimitMs: values.get<number>('timeLimit', 900) * 1000,
      commandTimeoutMs: values.get<number>('commandTimeout', 120) * 1000,
    },
    completion: {
      enabled: values.get<boolean>('completion.enabled', true),
      minDelayMs: values.get<number>('completion.minDelay', 60),
      maxDelayMs: values.get<number>('completion.maxDelay', 400),
    },
  };
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
