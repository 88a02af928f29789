/** The one button that a notice offers, by the code of its error. */
import type { PanelMessage, PanelState } from '../protocol/panel';
import type { StringKey } from './strings';

export interface NoticeAction {
  label: StringKey;
  message: PanelMessage;
}

/** By the codes of `UserError`; one that no longer exists fails a test. */
export const actionByCode: Readonly<Record<string, 'restart' | 'download' | 'new-chat'>> = {
  'engine-crash-loop': 'restart',
  'engine-died': 'restart',
  'engine-milder': 'restart',
  'model-stand-in': 'restart',
  'engine-evaluation': 'restart',
  'model-not-loaded': 'restart',
  'model-not-installed': 'download',
  'model-file-missing': 'download',
  'model-file-broken': 'download',
  'model-file-cut': 'download',
  'model-hash-wrong': 'download',
  'model-size-wrong': 'download',
  'no-network': 'download',
  'hub-busy': 'download',
  'hub-failed': 'download',
  'package-index': 'download',
  'context-full': 'new-chat',
  'prompt-too-long': 'new-chat',
  'checkpoint-missing': 'new-chat',
};

/** The button for an error, or undefined when words are all that helps. An unknown error offers the log. */
export function noticeAction(
  code: string,
  level: 'info' | 'warning' | 'error',
  panel: Pick<PanelState, 'model' | 'models'>,
): NoticeAction | undefined {
  switch (actionByCode[code]) {
    case 'restart':
      // Where nothing runs any more, the box about the model has this button already.
      return panel.model.state === 'failed'
        ? undefined
        : { label: 'restartEngine', message: { type: 'restart-engine' } };
    case 'download': {
      const model = recommendedModel(panel);
      return model && !model.installed
        ? { label: 'download', message: { type: 'download-model', name: model.name } }
        : { label: 'restartEngine', message: { type: 'restart-engine' } };
    }
    case 'new-chat':
      return { label: 'newChat', message: { type: 'new-chat' } };
    case undefined:
      return level === 'error' ? { label: 'showLog', message: { type: 'show-log' } } : undefined;
  }
}

/** The model that a first download offers: the chosen one, else the first of the list. */
export function recommendedModel(
  panel: Pick<PanelState, 'model' | 'models'>,
): PanelState['models'][number] | undefined {
  return panel.models.find((model) => model.name === panel.model.name) ?? panel.models[0];
}
