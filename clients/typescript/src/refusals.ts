import type { Schemas } from "./types.js";

/** An answer with an error status. `code` is for programs, the message is for people; all codes: `/problems`. */
export class Refused extends Error {
  readonly code: string;
  readonly field: string | null;
  readonly expected: string | null;

  constructor(
    readonly status: number,
    readonly problem: Schemas["Problem"],
    /** Seconds of `Retry-After`. */
    readonly retryAfter: number | null,
  ) {
    super(problem.detail);
    this.name = "Refused";
    this.code = problem.code;
    this.field = problem.field ?? null;
    this.expected = problem.expected ?? null;
  }

  static async of(answer: Response): Promise<Refused> {
    return new Refused(answer.status, await problemOf(answer), retryAfter(answer));
  }
}

/** A GraphQL answer with errors. `data` holds the fields that were answered. */
export class GraphQLRefused extends Error {
  readonly code: string;

  constructor(
    readonly errors: readonly GraphQLProblem[],
    readonly data: unknown,
  ) {
    super(errors[0]?.message ?? "The query was refused.");
    this.name = "GraphQLRefused";
    this.code = errors[0]?.extensions?.code ?? "";
  }
}

export interface GraphQLProblem {
  message: string;
  path?: (string | number)[];
  extensions?: { code?: string; field?: string };
}

/** The seconds of `Retry-After`; the hub sends seconds, never a date. */
export function retryAfter(answer: Response): number | null {
  const value = answer.headers.get("retry-after") ?? "";
  return /^\d+$/.test(value) ? Number(value) : null;
}

async function problemOf(answer: Response): Promise<Schemas["Problem"]> {
  const text = await answer.text();
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found === "object" && found !== null && "code" in found && "detail" in found) {
      return found as Schemas["Problem"];
    }
  } catch {
    // Something between here and the hub answered: a proxy, or a network that wants a login.
  }
  return {
    type: "about:blank",
    title: answer.statusText,
    status: answer.status,
    code: "not_from_the_hub",
    detail: `${answer.url} answered ${answer.status} without a problem of the hub.`,
  };
}
