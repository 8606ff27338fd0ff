// One entity: its values, what it is related to, where it came from, what happened to it, and all of it as JSON.
import { CircleStackIcon } from "@heroicons/react/24/outline"
import { Button, Tabs, Text } from "@mantine/core"
import { Link, useSearchParams } from "wouter"
import { type Blueprint, blueprintTitle, useBlueprints } from "../api/blueprints.ts"
import { type Entity, useEntity } from "../api/entities.ts"
import { path } from "../api/http.ts"
import { JsonView } from "../components/json-view.tsx"
import { Page } from "../components/page.tsx"
import { Empty, Failed, PageLoading } from "../components/states.tsx"
import { TimeAgo } from "../components/time.tsx"
import { Way } from "../components/way.tsx"
import { Details } from "../entity/details.tsx"
import { History } from "../entity/history.tsx"
import { Provenance } from "../entity/provenance.tsx"

interface EntityPageProps {
  blueprint: string
  identifier: string
}

export function EntityPage({ blueprint: blueprintId, identifier }: EntityPageProps) {
  const blueprints = useBlueprints()
  const entity = useEntity(blueprintId, identifier)
  const error = blueprints.error ?? entity.error
  const retry = () => void Promise.all([blueprints.refetch(), entity.refetch()])
  if (!blueprints.data || entity.data === undefined)
    return error ? <Failed error={error} retry={retry} /> : <PageLoading />
  const blueprint = blueprints.data.find((one) => one.identifier === blueprintId)
  if (blueprint && entity.data)
    return (
      <Shown
        blueprint={blueprint}
        entity={entity.data}
        all={blueprints.data}
        stale={{ error: entity.error, retry }}
      />
    )
  return (
    <Empty
      icon={CircleStackIcon}
      title="This entity is not in the catalog"
      action={
        <Button component={Link} href={path`/entities/${blueprintId}`} mt="sm">
          To {blueprint ? blueprintTitle(blueprint) : blueprintId}
        </Button>
      }
    >
      There is no “{identifier}”. It may have been deleted, or renamed; its history is kept for 30 days.
      <History blueprint={blueprintId} identifier={identifier} onlyIfAny />
    </Empty>
  )
}

function Shown({
  blueprint,
  entity,
  all,
  stale,
}: {
  blueprint: Blueprint
  entity: Entity
  all: readonly Blueprint[]
  stale: { error: unknown; retry: () => unknown }
}) {
  const [parameters, setParameters] = useSearchParams()
  const tab = parameters.get("tab") ?? "details"
  return (
    <Page
      title={entity.title ?? entity.identifier}
      stale={stale}
      above={
        <Way
          to={[
            ["Entities", "/entities"],
            [blueprintTitle(blueprint), path`/entities/${blueprint.identifier}`],
          ]}
        />
      }
      about={
        <>
          <Text span inherit ff="monospace">
            {entity.identifier}
          </Text>
          {" · updated "}
          <TimeAgo at={entity.updatedAt} inherit />
        </>
      }
    >
      <Tabs
        value={tab}
        onChange={(next) => setParameters(next && next !== "details" ? { tab: next } : {}, { replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          <Tabs.Tab value="details">Details</Tabs.Tab>
          <Tabs.Tab value="source">Where from</Tabs.Tab>
          <Tabs.Tab value="history">History</Tabs.Tab>
          <Tabs.Tab value="json">JSON</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="details">
          <Details blueprint={blueprint} entity={entity} all={all} />
        </Tabs.Panel>
        <Tabs.Panel value="source">
          <Provenance blueprint={blueprint} entity={entity} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <History blueprint={blueprint.identifier} identifier={entity.identifier} />
        </Tabs.Panel>
        <Tabs.Panel value="json">
          <JsonView value={entity} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
