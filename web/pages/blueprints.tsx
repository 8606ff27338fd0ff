// Blueprints and their relations as a graph; the schema of the chosen one beside it.
import { ShareIcon } from "@heroicons/react/24/outline"
import { Card } from "@mantine/core"
import { lazy, Suspense } from "react"
import { useSearchParams } from "wouter"
import { useBlueprints } from "../api/blueprints.ts"
import { BlueprintPanel } from "../blueprints/blueprint-panel.tsx"
import classes from "../blueprints/blueprints.module.css"
import { Page } from "../components/page.tsx"
import { Empty, Failed, PageLoading } from "../components/states.tsx"

const BlueprintGraph = lazy(async () => ({
  default: (await import("../blueprints/blueprint-graph.tsx")).BlueprintGraph,
}))

export function Blueprints() {
  const { data: blueprints, error, refetch } = useBlueprints()
  const [parameters, setParameters] = useSearchParams()
  const chosen = blueprints?.find(({ identifier }) => identifier === parameters.get("blueprint"))
  const choose = (identifier: string | undefined) =>
    setParameters(identifier ? { blueprint: identifier } : {})
  if (!blueprints) return error ? <Failed error={error} retry={refetch} /> : <PageLoading />
  return (
    <Page
      title="Blueprints"
      about="What kinds of entities there are, and how they are related."
      stale={{ error, retry: refetch }}
    >
      {blueprints.length === 0 ? (
        <Empty icon={ShareIcon} title="No blueprint yet">
          A first resync makes some.
        </Empty>
      ) : (
        <div className={classes.page} data-with-panel={chosen !== undefined || undefined}>
          <Card withBorder padding={0} className={classes.graph}>
            <Suspense fallback={null}>
              <BlueprintGraph blueprints={blueprints} chosen={chosen?.identifier} choose={choose} />
            </Suspense>
          </Card>
          {chosen && (
            <BlueprintPanel
              blueprint={chosen}
              all={blueprints}
              close={() => choose(undefined)}
              choose={choose}
            />
          )}
        </div>
      )}
    </Page>
  )
}
