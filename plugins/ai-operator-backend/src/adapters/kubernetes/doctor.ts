import { z } from 'zod';
import { KubernetesConfig } from '../../config';
import { Fact, fact, KubernetesFacts } from '../../core/doctor/facts';
import { CallContext, ClusterRef, learn, whyNot } from '../../ports';
import {
  CallEnvironment,
  callExternal,
  ClockWatch,
  parseAnswer,
} from '../http';
import { resolveCluster } from './resolveCluster';
import { KubernetesTransport } from './transport';

/** Namespaces asked about at the same time. */
const CONCURRENCY = 5;

const list = z.array(z.string()).nullish();

const reviewSchema = z.object({
  status: z.object({
    incomplete: z.boolean().default(false),
    resourceRules: z.array(
      z.object({
        verbs: z.array(z.string()),
        apiGroups: list,
        resources: list,
        resourceNames: list,
      }),
    ),
  }),
});

/** Looks at clusters: what our account may do in each namespace. */
export class KubernetesDoctor {
  readonly #config: Pick<KubernetesConfig, 'clusters'>;
  readonly #transport: KubernetesTransport;
  readonly #environment: CallEnvironment;

  constructor(
    config: Pick<KubernetesConfig, 'clusters'>,
    transport: KubernetesTransport,
    environment: CallEnvironment,
  ) {
    this.#config = config;
    this.#transport = transport;
    this.#environment = environment;
  }

  /** Our name of the cluster that an Argo CD destination means; never asks. */
  clusterOf(ref: ClusterRef): Fact<string> {
    try {
      return fact(resolveCluster(ref, this.#config.clusters));
    } catch (error) {
      return whyNot(error);
    }
  }

  async examine(
    { cluster, namespaces }: { cluster: string; namespaces: string[] },
    call: CallContext,
  ): Promise<KubernetesFacts> {
    const watch = new ClockWatch(this.#environment.clock);
    const reviews: KubernetesFacts['namespaces'] = [];
    for (let start = 0; start < namespaces.length; start += CONCURRENCY) {
      const together = namespaces.slice(start, start + CONCURRENCY);
      reviews.push(
        ...(await Promise.all(
          together.map(async namespace => ({
            namespace,
            review: await this.#review(cluster, namespace, watch, call),
          })),
        )),
      );
    }
    return { cluster, namespaces: reviews, clock: watch.reading() };
  }

  async #review(
    cluster: string,
    namespace: string,
    watch: ClockWatch,
    call: CallContext,
  ): Promise<KubernetesFacts['namespaces'][number]['review']> {
    const asked = `Kubernetes '${cluster}': our rights in ${namespace}`;
    return learn(
      callExternal(
        {
          name: 'doctor.kubernetes',
          parameters: { cluster, namespace, question: 'rules' },
          call,
          environment: this.#environment,
          summarize: ({ rules, isComplete }) => ({
            rules: rules.length,
            isComplete,
          }),
        },
        async ({ signal }) => {
          const { review } = await watch.timed(
            () =>
              this.#transport.reviewRules({
                cluster,
                namespace,
                asked,
                signal,
              }),
            ({ date }) => date,
          );
          const { status } = parseAnswer(reviewSchema, review, asked);
          return {
            isComplete: !status.incomplete,
            rules: status.resourceRules.map(rule => ({
              verbs: rule.verbs,
              apiGroups: rule.apiGroups ?? [],
              resources: rule.resources ?? [],
              resourceNames: rule.resourceNames ?? [],
            })),
          };
        },
      ),
    );
  }
}
