import {
  createKubeconfigTransport,
  createProxyTransport,
  KubernetesTransport,
  loadClientNode,
} from './kubernetes';
import { AdapterOptions } from './types';

/** The configured way to clusters. */
export function kubernetesTransport(
  options: Pick<
    AdapterOptions,
    'config' | 'discovery' | 'auth' | 'clock' | 'loadKubernetesClient'
  >,
): KubernetesTransport {
  const { discovery, auth, clock } = options;
  const { transport, requestTimeout, kubeconfigPath } =
    options.config.kubernetes;
  return transport === 'proxy'
    ? createProxyTransport({ discovery, auth, clock, requestTimeout })
    : createKubeconfigTransport({
        kubeconfigPath,
        requestTimeout,
        load: options.loadKubernetesClient ?? loadClientNode,
      });
}
