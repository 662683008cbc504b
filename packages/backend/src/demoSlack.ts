import {
  coreServices,
  createBackendFeatureLoader,
} from '@backstage/backend-plugin-api';
import { WebClient } from '@slack/web-api';

/**
 * The Slack module of the notifications plugin, and for the demo the way to its
 * Slack: the module makes its client itself and takes no address, so with
 * `demo.slackApiUrl` every method is called by its whole address there, which
 * the client allows. This is the demo's alone; a portal with a real workspace
 * adds the module as it is, and no published package knows of this file.
 */
export default createBackendFeatureLoader({
  deps: { config: coreServices.rootConfig },
  loader({ config }) {
    const base = config.getOptionalString('demo.slackApiUrl');
    if (base) {
      const { apiCall } = WebClient.prototype;
      WebClient.prototype.apiCall = function atDemo(method, options) {
        return apiCall.call(this, `${base}/${method}`, options);
      };
    }
    return [import('@backstage/plugin-notifications-backend-module-slack')];
  },
});
