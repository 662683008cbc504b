import { PauseView } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Pause } from '../../core/people';

export function viewPause(pause: Pause): PauseView {
  const { id, application, reason, by, at, until } = pause;
  return { id, application, reason, by, at, until };
}
