/** What to do with a request or delivery before it is served. */
export type Fault = { readonly kind: "pass" };

/** Decides the fate of each request (by route template) and each webhook delivery (by event). */
export interface Faults {
  request(route: string): Fault;
  delivery(event: string): Fault;
}

/** The forge as it behaves when nobody told it to misbehave. */
export const noFaults: Faults = {
  request: () => ({ kind: "pass" }),
  delivery: () => ({ kind: "pass" }),
};
