import { AuthService, DiscoveryService } from '@backstage/backend-plugin-api';
import { Fact } from '../../core/doctor/facts';
import { CallContext, learn } from '../../ports';
import {
  boundedFetch,
  CallEnvironment,
  callExternal,
  errorForStatus,
} from '../http';

const PLUGIN_ID = 'notifications';
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 64 * 1024;

/** The plugin shows notifications to people only: that it refuses us so shows that it is there. */
const IS_THERE: ReadonlySet<number> = new Set([200, 401, 403]);

/** Looks whether the notifications plugin is there, without telling anybody anything. */
export class NotificationsDoctor {
  readonly #discovery: DiscoveryService;
  readonly #auth: AuthService;
  readonly #environment: CallEnvironment;

  constructor(
    services: { discovery: DiscoveryService; auth: AuthService },
    environment: CallEnvironment,
  ) {
    this.#discovery = services.discovery;
    this.#auth = services.auth;
    this.#environment = environment;
  }

  async examine(call: CallContext): Promise<Fact<undefined>> {
    const asked = 'Backstage notifications: status';
    return learn(
      callExternal(
        {
          name: 'doctor.notifications',
          parameters: {},
          call,
          environment: this.#environment,
          summarize: () => 'answered',
        },
        async ({ signal }) => {
          const baseUrl = await this.#discovery.getBaseUrl(PLUGIN_ID);
          const { token } = await this.#auth.getPluginRequestToken({
            onBehalfOf: await this.#auth.getOwnServiceCredentials(),
            targetPluginId: PLUGIN_ID,
          });
          const { status } = await boundedFetch({
            url: `${baseUrl}/status`,
            headers: { authorization: `Bearer ${token}` },
            timeoutMs: TIMEOUT_MS,
            maxBytes: MAX_BYTES,
            signal,
            asked,
          });
          if (!IS_THERE.has(status)) {
            throw errorForStatus({ status, asked });
          }
          return undefined;
        },
      ),
    );
  }
}
