import {
  stringifyApplicationKey,
  type ApplicationKey,
} from '@ai-operator/backstage-plugin-ai-operator-common';

/** Id of the part of the page that shows one application. */
export function applicationAnchor(key: ApplicationKey): string {
  return `application-${stringifyApplicationKey(key).replace(/[^\w-]/g, '-')}`;
}
