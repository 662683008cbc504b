/** Where deliveries go, and how badly they get there. */
export interface WebhookConfig {
  /** Takes a POST of `application/json`. */
  url: string;
  /** Signs the body; empty = unsigned. */
  secret: string;
  /** Every delivery comes twice, with the same id. */
  duplicate?: boolean;
  /** Of every two deliveries the later one comes first. */
  reorder?: boolean;
  /** Nothing is sent; what would have been is listed as dropped. */
  drop?: boolean;
}

/** One delivery, or what became of it. */
export interface WebhookDelivery {
  /** `X-GitHub-Delivery`. */
  id: string;
  event: string;
  action: string | undefined;
  repository: string;
  /** When it happened, epoch milliseconds of the world. */
  at: number;
  status: 'waiting' | 'delivered' | 'failed' | 'dropped';
  /** What the receiver answered. */
  httpStatus: number | undefined;
  /** Why it failed or was dropped. */
  because: string | undefined;
}

/** Steers the webhooks of the simulated GitHub. */
export interface WebhookControl {
  /** Sends everything that happens from now on; undefined ends it. */
  configure(config: WebhookConfig | undefined): void;
  /**
   * With an address: the same as `configure`. Without one: changes how badly
   * deliveries get there, and leaves address and secret.
   */
  change(config: Partial<WebhookConfig>): void;
  /** Where deliveries go, without the secret. */
  target(): Omit<WebhookConfig, 'secret'> | undefined;
  /** Newest first, at most the last 200. */
  deliveries(): WebhookDelivery[];
  /** Resolves when everything that is not held back has been sent. */
  delivered(): Promise<void>;
}
