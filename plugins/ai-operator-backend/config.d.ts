import { HumanDuration } from '@backstage/types';

export interface Config {
  /**
   * AI Operator. Durations are written as `10s`, `5m`, an ISO duration, or
   * `{ minutes: 5 }`; a number without a unit is refused. Unknown keys are refused.
   */
  aiOperator?: {
    /** Timing of detection, waiting and recovery. */
    timing?: {
      /** How often each Argo CD instance is asked. Default 10s. */
      healthCheckInterval?: HumanDuration | string;
      /** Consecutive degraded checks that make a degradation persistent. Default 3. */
      persistenceChecks?: number;
      /** How long an application must be Healthy to count as restored. Default 60s. */
      restorationConfirmation?: HumanDuration | string;
      /** How long a candidate is searched for. Default 2m. */
      candidateSearch?: HumanDuration | string;
      /** How long CI of a rollback may take. Default 5m. */
      ciWait?: HumanDuration | string;
      /** How often CI is looked at. Default 5s. */
      ciPoll?: HumanDuration | string;
      /** How long people have to approve in production. Default 1h. */
      mergeApproval?: HumanDuration | string;
      /** How long an application has to recover after the merge. Default 10m. */
      recovery?: HumanDuration | string;
      /** How long a verdict may stay unknown before a person is asked. Default 5m. */
      inconclusive?: HumanDuration | string;
      /** How long a question to people stays open before the rollback is aborted. Default 4h. */
      humanReviewAbort?: HumanDuration | string;
      /** How long a completed rollback is shown before it is archived. Default 60s. */
      completeArchive?: HumanDuration | string;
      /** Age at which an open rollback is aborted as stale. Default 24h. */
      stale?: HumanDuration | string;
      /** Age at which verdicts are evaluated again. Default 30s. */
      verdictMaxAge?: HumanDuration | string;
      /** Failed looks in a row after which an Argo CD instance is alerted and backed off. Default 3. */
      instanceFailures?: number;
      /** Longest pause between looks at a failing instance. Default 5m. */
      instanceBackoffMax?: HumanDuration | string;
      /** How often the comments on an escalation issue are read. Default 30s. */
      escalationPoll?: HumanDuration | string;
      /** How long after the first escalation without an end the pager is called. Shorter than `humanReviewAbort`. Default 60m. */
      escalationPage?: HumanDuration | string;
    };

    /**
     * Who may decide what. A person has the roles of all entries that name them;
     * roles do not contain each other. GitHub logins and users are linked by the
     * annotation `github.com/user-login` of the User in the catalog.
     */
    roles?: {
      developer?: {
        /** Entity refs of Groups; members of their child groups count. */
        groups?: string[];
        /** `org/team`, on hosts other than the first one `host/org/team`; members of child teams count. */
        githubTeams?: string[];
        /** Entity refs of Users. */
        users?: string[];
      };
      approver?: {
        /** Entity refs of Groups; members of their child groups count. */
        groups?: string[];
        /** `org/team`, on hosts other than the first one `host/org/team`; members of child teams count. */
        githubTeams?: string[];
        /** Entity refs of Users. */
        users?: string[];
      };
      /** Without anybody here, no rollback can be approved, aborted, taken over or reset. */
      seniorMaintainer?: {
        /** Entity refs of Groups; members of their child groups count. */
        groups?: string[];
        /** `org/team`, on hosts other than the first one `host/org/team`; members of child teams count. */
        githubTeams?: string[];
        /** Entity refs of Users. */
        users?: string[];
      };
      admin?: {
        /** Entity refs of Groups; members of their child groups count. */
        groups?: string[];
        /** `org/team`, on hosts other than the first one `host/org/team`; members of child teams count. */
        githubTeams?: string[];
        /** Entity refs of Users. */
        users?: string[];
      };
    };

    /** Label of the Application that says its environment. Default `environment`. */
    environmentLabel?: string;

    /** The two environments: how they are recognised, and how far the operator may go. */
    environments?: {
      staging?: {
        /** Values of the environment label that mean staging. Default `[staging]`. */
        labelValues?: string[];
        /** Branch that carries staging. Default: a branch the Application tracks, else `staging`. */
        branch?: string;
        /** Default `auto`. */
        mode?: 'observe' | 'propose' | 'auto';
      };
      production?: {
        /** Values of the environment label that mean production. Default `[production]`. */
        labelValues?: string[];
        /** Branch that carries production. Default: a branch the Application tracks, else `main`. */
        branch?: string;
        /** Default `propose`. Production is never merged without a person. */
        mode?: 'observe' | 'propose';
      };
    };

    /** Label that puts an Application under watch, as `name` or `name=value`. Default `ai-operator.enabled=true`. */
    enabledLabel?: string;

    /** Which ways of naming an application are in use, besides `applications`. */
    sources?: {
      /** Applications that carry `enabledLabel`. Default true. */
      label?: boolean;
      /** Applications that catalog entities point at with `argocd/app-name` or `argocd/app-selector`. Default false. */
      catalog?: boolean;
    };

    /** Applications under watch by name; absent parts match anything. */
    applications?: Array<{
      /** Name of the Argo CD Application. */
      name: string;
      /** Name of the Argo CD instance. */
      instance?: string;
      /** Namespace of the Application resource. */
      namespace?: string;
      /** Wins over the environment label. */
      environment?: 'staging' | 'production';
      /** GitHub `owner/repo` that holds the manifest; wins over the Application's source. */
      repository?: string;
      /** Branch that holds the manifest. */
      branch?: string;
      /** Path of the manifest in the repository. */
      manifestPath?: string;
    }>;

    /** Path of the Application's manifest in its repository. Default `.argocd/application.yaml`. */
    manifestPath?: string;

    /** Which older revisions are considered. */
    candidates?: {
      /** Default 30 days. */
      maxAge?: HumanDuration | string;
      /** From 1 to 100. Default 50. */
      maxCommits?: number;
      /** Share of time a candidate must have been up, 0 to 1. Default 0.99. */
      minUptime?: number;
      /** Time after a deployment whose uptime counts. Default 24h. */
      uptimeWindow?: HumanDuration | string;
    };

    limits?: {
      /** Rollbacks under way at once. Default 10. */
      maxActiveRollbacks?: number;
      /** Rollbacks of one application within 24 hours. Default 5. */
      maxAttemptsPerApplicationPerDay?: number;
      /** Files a rollback may change. Default 10. */
      maxChangedFiles?: number;
      /** Pull requests opened in one repository within an hour. Default 10. */
      maxPullRequestsPerRepositoryPerHour?: number;
      /** Merges in one repository within an hour. Default 5. */
      maxMergesPerRepositoryPerHour?: number;
    };

    /** Label on a pull request that keeps the operator from merging it. Default `do-not-merge/hold`. */
    holdLabel?: string;

    /** Times in which nothing is merged without a person. */
    freezes?: Array<{
      /** Shown to people while the operator waits. */
      reason: string;
      /** Default: every environment. */
      environments?: Array<'staging' | 'production'>;
      /** Of a freeze of once: an instant with its zone, such as `2026-12-24T00:00:00Z`. */
      from?: string;
      /** Of a freeze of once: later than `from`. */
      until?: string;
      /** Instead of `from` and `until`: every week. May go over the end of the week. */
      weekly?: {
        /** Day and time, such as `fri 16:00`. */
        from: string;
        /** Day and time, such as `mon 07:00`. */
        until: string;
        /** IANA time zone, such as `Europe/Berlin`. */
        timeZone: string;
      };
    }>;

    /** How people are asked and told. */
    escalation?: {
      /** GitHub `owner/repo` for escalation issues. Default: the application's own repository. */
      repository?: string;
      /** How people on call are addressed in messages. Default `@oncall`. */
      mention?: string;
      /** Who gets Backstage notifications. */
      notify?: {
        /** Entity refs of the people and groups on call. */
        recipients?: string[];
        /** Entity refs of those told when the operator lacks a permission. */
        admins?: string[];
        /** Tell every user of the portal. Default false. */
        broadcast?: boolean;
      };
    };

    /** Who is paged when an escalation has no end after `timing.escalationPage`. Without it nobody is, unless a module installs a pager. */
    pager?: {
      /** Takes one POST with a JSON body for each incident. */
      webhook: {
        /** Shown in logs and problems, so without anything secret in it. */
        url: string;
        /**
         * Sent as `Authorization: Bearer`.
         * @visibility secret
         */
        token?: string;
        /**
         * Further headers.
         * @deepVisibility secret
         */
        headers?: { [name: string]: string };
      };
    };

    retention?: {
      /** How long finished rollbacks are kept. At least a day, default 90 days. */
      finishedRollbacks?: HumanDuration | string;
      /** How long single health checks are kept. Default 24h. */
      healthChecks?: HumanDuration | string;
    };

    /** The audit trail: how long it is kept, and where else it is written. Mistakes here stop the operator. */
    audit?: {
      /** How long the database keeps records. From 90 days to 3660, default 400 days. */
      retention?: HumanDuration | string;
      /** Production merges wait while records cannot be shipped. Default true. */
      productionMergesNeedTrail?: boolean;
      /** How long a record may wait before they do. Default 60s. */
      stopMergesAfter?: HumanDuration | string;
      /** How often the operator recomputes the hash chain. Default 1h. */
      verifyInterval?: HumanDuration | string;
      /** Ships the trail to Elasticsearch 8 or 9. */
      elasticsearch?: {
        /** Addresses of nodes. Either these or `cloudId`. */
        nodes?: string[];
        /** A deployment of Elastic Cloud. */
        cloudId?: string;
        /**
         * As Kibana shows it under "Encoded", or as `id:api_key`.
         * @visibility secret
         */
        apiKey?: string;
        /** Instead of an API key: for basic authentication. */
        username?: string;
        /**
         * For basic authentication.
         * @visibility secret
         */
        password?: string;
        tls?: {
          /** Certificates (PEM) of an authority to trust besides the usual ones. */
          ca?: string;
        };
        /** What the names of the daily indices begin with. Default `ai-operator-audit`. */
        indexPrefix?: string;
        /** How long Elasticsearch keeps an index. From a day to 3660 days, default 90 days. */
        lifecycle?: HumanDuration | string;
        /** Default 10s. */
        requestTimeout?: HumanDuration | string;
        /** Where Kibana is, for links from the portal. */
        kibanaUrl?: string;
      };
      /** Writes the trail to a file as JSON Lines. */
      file?: {
        /** Absolute path. A file belongs to one replica. */
        path: string;
      };
    };

    /** How Argo CD is asked; its instances are under `argocd.appLocatorMethods`. */
    argocd?: {
      /** For the list of a whole instance. Default 8s. */
      listTimeout?: HumanDuration | string;
      /** For one application. Default 5s. */
      requestTimeout?: HumanDuration | string;
      /** Default 134217728 (128 MiB). */
      maxResponseBytes?: number;
    };

    /** How GitHub is asked; hosts and credentials are under `integrations.github`. */
    github?: {
      /** Default 10s. */
      requestTimeout?: HumanDuration | string;
      /** Default 16777216 (16 MiB). */
      maxResponseBytes?: number;
      /** Answers kept for conditional requests, which cost no request budget. Default 500. */
      cacheEntries?: number;
      /** Requests left of the budget below which the doctor warns. Default 1000. */
      budgetWarn?: number;
      /** Requests left below which nothing is opened or merged. At most `budgetWarn`. Default 100. */
      budgetStop?: number;
    };

    /** How Deployments are read. */
    kubernetes?: {
      /** `proxy`: through the kubernetes plugin. `kubeconfig`: with a client of our own. Default `proxy`. */
      transport?: 'proxy' | 'kubeconfig';
      /** With transport `kubeconfig`. Default: the cluster the backend runs in. */
      kubeconfigPath?: string;
      /** Which cluster an Argo CD destination means; the first entry that fits counts. */
      clusters?: Array<{
        /** Name of the Argo CD instance. */
        instance?: string;
        /** `spec.destination.server` of the Application. */
        server?: string;
        /** `spec.destination.name` of the Application. */
        destinationName?: string;
        /** Name of the cluster in the kubernetes plugin, or the kubeconfig's context. */
        cluster: string;
      }>;
      /** Default 5s. */
      requestTimeout?: HumanDuration | string;
    };

    /** Where uptime comes from. Without it, CI alone decides whether a candidate was stable. */
    prometheus?: {
      url: string;
      /**
       * PromQL with placeholders `{app}`, `{revision}`, `{environment}` and `{window}`.
       * Default `avg_over_time(up{app="{app}",revision="{revision}"}[{window}])`.
       * Of several series, those whose label `environment` names the application's
       * environment are averaged, those of the other environment left out; of
       * series that do not tell, the lowest counts.
       */
      query?: string;
      /**
       * Bearer token.
       * @visibility secret
       */
      token?: string;
      /** For basic authentication. */
      username?: string;
      /**
       * For basic authentication.
       * @visibility secret
       */
      password?: string;
      /** Default 10s. */
      requestTimeout?: HumanDuration | string;
    };

    /** The operator's own figures, at `/api/ai-operator/metrics`. */
    metrics?: {
      /**
       * Who may read them: services, such as a Prometheus with a static token of
       * `backend.auth.externalAccess`, or whoever can reach the backend. Default `service`.
       */
      access?: 'service' | 'public';
      /**
       * Longest time between two scrapes of one Prometheus, at most an hour: that
       * long a new counter is told as 0, so that its first increase can be seen.
       * Default 1m.
       */
      scrapeInterval?: HumanDuration | string;
    };

    /** Applications whose replicas are read at the same time. Default 8. */
    replicaReadConcurrency?: number;
  };

  /** Argo CD instances, in the shape of the community's Argo CD plugin. */
  argocd?: {
    /**
     * Used for instances without a token or a username.
     * @visibility backend
     */
    username?: string;
    /**
     * Used for instances without a token or a password.
     * @visibility secret
     */
    password?: string;
    /**
     * @visibility backend
     */
    appLocatorMethods?: Array<{
      /**
       * Only `config` is read.
       * @visibility backend
       */
      type: string;
      instances: Array<{
        /**
         * @visibility backend
         */
        name: string;
        /**
         * @visibility backend
         */
        url: string;
        /**
         * Wins over username and password.
         * @visibility secret
         */
        token?: string;
        /**
         * @visibility secret
         */
        username?: string;
        /**
         * @visibility secret
         */
        password?: string;
      }>;
    }>;
  };
}
