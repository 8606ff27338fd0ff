// What the page of an address needs is asked for at once. Each of these would otherwise wait until what comes before it is
// drawn: the session, then the frame, then the page's own code, then its data.
import type { QueryClient } from "@tanstack/react-query"
import { aboutQuery } from "./api/about.ts"
import { blueprintsQuery } from "./api/blueprints.ts"
import { sessionQuery } from "./api/session.ts"
import { loadPage } from "./page-code.ts"

export function askAhead(queries: QueryClient, pathname: string): void {
  const [, page = ""] = pathname.split("/")
  void askFor(queries, page).catch(() => undefined) // the page asks again, and tells what is wrong
}

async function askFor(queries: QueryClient, page: string): Promise<void> {
  // Which page it is depends on the server: of a host all are others.
  const session = queries.fetchQuery(sessionQuery)
  const code = loadPage(page)
  const known = await session
  if (!known.signedIn || known.pages === "host") return
  const isOfCatalog = page === "entities" || page === "blueprints"
  await Promise.all([
    code,
    queries.prefetchQuery(aboutQuery),
    isOfCatalog ? queries.prefetchQuery(blueprintsQuery) : undefined,
  ])
}
