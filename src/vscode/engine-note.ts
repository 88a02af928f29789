import type { Disposable } from '../base/lifecycle';
import type { EngineNote, EngineNotes } from '../model/engine-notes';
import type { EngineSupervisor } from '../model/engine-supervisor';
import type { ModelService } from './model-service';

/** Keeps this window's note as its models come and go. */
export function keepEngineNote(
  models: Pick<ModelService, 'view' | 'onChange'>,
  supervisor: Pick<EngineSupervisor, 'state' | 'loaded'>,
  notes: Pick<EngineNotes, 'keep'>,
): Disposable {
  let kept = '';
  const subscription = models.onChange(() => {
    const note = noteOf(models, supervisor);
    const text = note ? JSON.stringify(note) : '';
    // The engine's state changes with every request, and the note does not.
    if (text === kept) return;
    kept = text;
    void notes.keep(note);
  });
  return {
    dispose: () => {
      subscription.dispose();
      if (kept !== '') void notes.keep(undefined);
    },
  };
}

/** Undefined while no process holds a model. */
function noteOf(
  models: Pick<ModelService, 'view'>,
  { state, loaded }: Pick<EngineSupervisor, 'state' | 'loaded'>,
): Omit<EngineNote, 'pid'> | undefined {
  if (!loaded || state === 'stopped' || state === 'failed') return undefined;
  const { label, remoteHost, second } = models.view();
  // With the chat on a server the engine has the model for completions alone.
  const here =
    remoteHost === undefined
      ? { model: label, ...(second ? { second } : {}) }
      : { model: second?.name ?? label };
  return {
    program: 'editor',
    ...here,
    contextTokens: loaded.lanes.chat ?? 0,
    residentBytes: loaded.residentBytes,
  };
}
