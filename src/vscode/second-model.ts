/** The second model, which completes beside the chat's: which one it is, whether it is loaded, and why. */
import { reportOf } from '../base/errors';
import { megabytes } from '../base/text';
import type { SecondPlan } from '../model/load-plan';
import { completesCode } from '../model/profile';
import { isRemoteSpec } from '../model/remote/address';
import type { ResolvedModel } from '../model/resolve-model';
import type { LoadResult } from '../protocol/engine';
import type { ModelView } from '../protocol/panel';

/** What became of the user's wish for a second model. */
export interface Second {
  name: string;
  /** Left out where it is not loaded. */
  model?: ResolvedModel;
  /** One sentence for the user: why it is there, or why the chat's model does its work. */
  why: string;
}

/**
 * The second model that the user has chosen, found but not planned yet; undefined where the chat's model `first` is
 * meant to complete. Never rejects: without a second model there is still the first.
 */
export async function chosenSecond(
  chosen: string | undefined,
  first: string,
  resolve: (spec: string) => Promise<ResolvedModel>,
): Promise<Second | undefined> {
  if (chosen === undefined || chosen === first) return undefined;
  if (isRemoteSpec(chosen)) return { name: chosen, why: 'A second model must be on this computer.' };
  try {
    const model = await resolve(chosen);
    return completesCode(model.profile)
      ? { name: chosen, model, why: '' }
      : { name: chosen, why: `${model.name} does not complete code.` };
  } catch (error) {
    const { happened, next } = reportOf(error);
    return { name: chosen, why: [happened, next].filter((part) => part).join(' ') };
  }
}

/** The same once the memory is planned: without a model where it does not fit beside the first. */
export function plannedSecond(second: Second, plan: SecondPlan | undefined): Second {
  if (!second.model || !plan) return second;
  const needed = megabytes(plan.predicted.total);
  const left = megabytes(plan.left);
  return plan.fits
    ? {
        ...second,
        why: `It needs ${needed} of the ${left} that the chat's model leaves of the memory share.`,
      }
    : {
        name: second.name,
        why: `It needs ${needed}, and the chat's model leaves ${left} of the memory share.`,
      };
}

/** What the user is shown of it. `loaded` is what the engine said of the models that it has. */
export function secondView(
  { name, model, why }: Second,
  isLoaded: boolean,
  loaded: LoadResult | undefined,
): NonNullable<ModelView['second']> {
  if (!model || isLoaded || !loaded) return { name, isLoaded, why };
  const outcome = loaded.completionModel;
  const failed = outcome && 'error' in outcome ? outcome.error.happened : undefined;
  return { name, isLoaded, why: failed ?? 'The engine stopped again and again with it.' };
}

/** Whether completions stay on this computer. */
export function completesHere({ remoteHost, second }: Pick<ModelView, 'remoteHost' | 'second'>): boolean {
  return remoteHost === undefined || second?.isLoaded === true;
}
