// Who asks for something over HTTP without a token of an API: a person at the pages, by their session.

export interface Visitor {
  /** As it stands in an audit log. */
  name: string
  /** False: may look, and change nothing. */
  mayChange: boolean
}

/**
 * `cross-site`: the request has a session, but another site's page may have made the browser send it. Undefined: it has
 * none that holds.
 */
export type AskVisitor = (request: Request) => Promise<Visitor | "cross-site" | undefined>
