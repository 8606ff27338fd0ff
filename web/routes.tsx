// Which page an address shows.

import { Center } from "@mantine/core"
import { lazy, type ReactNode, Suspense } from "react"
import { Redirect } from "wouter"
import { useSession } from "./api/session.ts"
import { OfCatalog } from "./components/of-catalog.tsx"
import { Failed, PageLoading } from "./components/states.tsx"
import { useSegments } from "./hooks/use-segments.ts"
import { hostPageAt } from "./hosted/host-routes.tsx"
import { pageCode } from "./page-code.ts"
import { NotFound } from "./pages/not-found.tsx"
import { SignIn } from "./pages/sign-in.tsx"
import { Shell } from "./shell/shell.tsx"

const Entities = lazy(async () => ({ default: (await pageCode.entities()).Entities }))
const Blueprints = lazy(async () => ({ default: (await pageCode.blueprints()).Blueprints }))
const IngestData = lazy(async () => ({ default: (await pageCode.ingestData()).IngestData }))
const IngestSentry = lazy(async () => ({ default: (await pageCode.ingestSentry()).IngestSentry }))
const NewWebhook = lazy(async () => ({ default: (await pageCode.webhook()).NewWebhook }))
const WebhookPage = lazy(async () => ({ default: (await pageCode.webhook()).WebhookPage }))
const LiveEvents = lazy(async () => ({ default: (await pageCode.liveEvents()).LiveEvents }))
const LiveEventPage = lazy(async () => ({ default: (await pageCode.liveEvent()).LiveEventPage }))
const Mapping = lazy(async () => ({ default: (await pageCode.mapping()).Mapping }))
const Overview = lazy(async () => ({ default: (await pageCode.overview()).Overview }))
const Run = lazy(async () => ({ default: (await pageCode.run()).Run }))
const Runs = lazy(async () => ({ default: (await pageCode.runs()).Runs }))
const EntityPage = lazy(async () => ({ default: (await pageCode.entity()).EntityPage }))

export function Routes() {
  const segments = useSegments()
  const session = useSession()
  // Who is signed in stays so while the server is away; what is shown says that it may be old.
  if (session.error && !session.data) {
    return (
      <Center mih="100vh" p="md">
        <Failed error={session.error} retry={session.refetch} />
      </Center>
    )
  }
  if (!session.data) return null
  if (!session.data.signedIn) return <SignIn command={session.data.command} />
  return (
    <Shell session={session.data}>
      <Suspense fallback={<PageLoading />}>
        {session.data.pages === "host" ? hostPageAt(segments) : pageAt(segments)}
      </Suspense>
    </Shell>
  )
}

function pageAt(segments: readonly string[]): ReactNode {
  const [page = "", first, second] = segments
  if (page === "sign-in") return <Redirect to="/" replace />
  const pages = first === undefined ? tops : second === undefined ? ones : {}
  if (page === "entities" && second !== undefined && segments.length === 3) {
    const key = `${first}/${second}`
    return ofCatalog(<EntityPage key={key} blueprint={first ?? ""} identifier={second} />)
  }
  if (page === "ingest-data" && first === "webhooks" && second !== undefined && segments.length === 3) {
    return ofCatalog(<WebhookPage key={second} id={second} />)
  }
  return pages[page]?.(first ?? "") ?? <NotFound />
}

function ofCatalog(page: ReactNode): ReactNode {
  return <OfCatalog>{page}</OfCatalog>
}

/** By the first part of the address, where it has no other. */
const tops: Record<string, (rest: string) => ReactNode> = {
  "": () => <Overview />,
  entities: () => ofCatalog(<Entities />),
  blueprints: () => ofCatalog(<Blueprints />),
  runs: () => <Runs />,
  "live-events": () => <LiveEvents />,
  mapping: () => <Mapping />,
  "ingest-data": () => <IngestData />,
}

/** The same, where one of many is named. */
const ones: Record<string, (name: string) => ReactNode> = {
  entities: (blueprint) => ofCatalog(<Entities key={blueprint} blueprint={blueprint} />),
  "ingest-data": (from) =>
    from === "sentry" ? <IngestSentry /> : from === "new-webhook" ? ofCatalog(<NewWebhook />) : <NotFound />,
  runs: (id) => <Run key={id} id={id} />,
  "live-events": (id) => (/^\d+$/.test(id) ? <LiveEventPage key={id} id={Number(id)} /> : <NotFound />),
}
