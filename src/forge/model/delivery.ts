/** One webhook delivery to one app; written with the effect it tells of, so it cannot be lost. */
export interface Delivery {
  readonly id: number;
  /** X-GitHub-Delivery; a redelivery keeps it. */
  readonly guid: string;
  readonly appId: number;
  readonly installationId: number | undefined;
  readonly repositoryId: number | undefined;
  readonly event: string;
  readonly action: string | null;
  /** The exact JSON text that is signed and sent. */
  readonly payload: string;
  readonly redelivery: boolean;
  readonly createdAt: string;
  /** Undefined until the first attempt ended. */
  readonly attempt: DeliveryAttempt | undefined;
}

export interface DeliveryAttempt {
  readonly deliveredAt: string;
  /** Seconds. */
  readonly duration: number;
  /** HTTP status, 0 when no answer came. */
  readonly statusCode: number;
  /** `OK`, or what went wrong in a few words. */
  readonly status: string;
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: string;
}
