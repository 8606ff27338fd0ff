// The entities of a blueprint as a table; without one, the blueprints to choose from.
import { CircleStackIcon } from "@heroicons/react/24/outline"
import { Button } from "@mantine/core"
import { Link, Redirect } from "wouter"
import { type Blueprint, blueprintTitle, useBlueprints } from "../api/blueprints.ts"
import { path } from "../api/http.ts"
import { Page } from "../components/page.tsx"
import { Empty, Failed, PageLoading } from "../components/states.tsx"
import { BlueprintTable } from "../entities/blueprint-table.tsx"

export function Entities({ blueprint: wanted }: { blueprint?: string }) {
  const { data: blueprints, error, refetch } = useBlueprints()
  // Blueprints that are known do: what the table cannot read, it says itself.
  if (!blueprints) return error ? <Failed error={error} retry={refetch} /> : <PageLoading />
  if (wanted === undefined) return <FirstOf blueprints={blueprints} />
  const blueprint = blueprints.find(({ identifier }) => identifier === wanted)
  if (blueprint) return <BlueprintTable key={wanted} blueprint={blueprint} />
  return (
    <Empty
      icon={CircleStackIcon}
      title={`There is no blueprint "${wanted}"`}
      action={
        <Button component={Link} href="/entities" mt="sm">
          To the others
        </Button>
      }
    >
      It was deleted, or the address is misspelt.
    </Empty>
  )
}

function FirstOf({ blueprints }: { blueprints: readonly Blueprint[] }) {
  // What a person comes for is mostly the issues; Port's own blueprints come last in the list.
  const first = blueprints.find(({ identifier }) => /issue$/i.test(identifier)) ?? blueprints[0]
  if (first) return <Redirect to={path`/entities/${first.identifier}`} replace />
  return (
    <Page title="Entities">
      <Empty icon={CircleStackIcon} title="No blueprint yet">
        A first resync makes some. {blueprintTitle({ identifier: "sentryIssue" })} is one of them.
      </Empty>
    </Page>
  )
}
