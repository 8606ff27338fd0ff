// What shows the embedded catalog. With Port itself the catalog is there, and this process has no routes for it.
import { CircleStackIcon } from "@heroicons/react/24/outline"
import { Anchor } from "@mantine/core"
import type { ReactNode } from "react"
import { useAbout } from "../api/about.ts"
import { Empty, Failed, PageLoading } from "./states.tsx"

export function OfCatalog({ children }: { children: ReactNode }) {
  const { data: about, error, refetch } = useAbout()
  if (!about) return error ? <Failed error={error} retry={refetch} /> : <PageLoading />
  if (about.catalog) return children
  return (
    <Empty icon={CircleStackIcon} title="The catalog is Port's">
      Blueprints, entities and webhook data sources are looked at there:{" "}
      <Anchor href={portPages(about.target.url)} inherit>
        {portPages(about.target.url)}
      </Anchor>
    </Empty>
  )
}

/** Port's pages are beside its API: `api.getport.io` and `app.getport.io`. */
function portPages(api: string): string {
  return api.replace(/^https:\/\/api\./, "https://app.")
}
