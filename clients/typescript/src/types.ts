import type { components, operations } from "./contract.js";

/** The shapes of the contract, by name: `Schemas["PolicyItem"]`. */
export type Schemas = components["schemas"];

/** A whole item of any kind; `kind` says of which. */
export type Item = Schemas["AnyFull"];

/** An entry of the publication log. */
export type Change = Schemas["ChangeView"];

/** Parameters that the client sets itself, or that would change the type of the answer. */
type NotSent = "cursor" | "fields" | "include" | "after" | "wait";

/** The parameters of an operation of the contract. */
export type Params<Name extends keyof operations> = Omit<
  NonNullable<operations[Name]["parameters"]["query"]>,
  NotSent
>;
