// The table of one blueprint, with what steers it: search, filters, columns, export, pages.
import { CircleStackIcon, FunnelIcon } from "@heroicons/react/24/outline"
import { Button, Card, Group, Skeleton, Stack } from "@mantine/core"
import { useMemo } from "react"
import { type Blueprint, blueprintTitle } from "../api/blueprints.ts"
import { useEntities } from "../api/entities.ts"
import { Page } from "../components/page.tsx"
import { Empty, Failed, NotRefreshed } from "../components/states.tsx"
import { FilterBar } from "../filters/filter-bar.tsx"
import { noFilters, queryOf } from "../filters/query-text.ts"
import { ColumnMenu } from "./column-menu.tsx"
import { columnsOf } from "./columns.ts"
import { EntityTable } from "./entity-table.tsx"
import { ExportMenu } from "./export-menu.tsx"
import { Pager } from "./pager.tsx"
import { useTableState } from "./table-state.ts"

const pageSize = 50

export function BlueprintTable({ blueprint }: { blueprint: Blueprint }) {
  const columns = useMemo(() => columnsOf(blueprint), [blueprint])
  const [state, change] = useTableState(columns)
  const query = useMemo(() => queryOf(state), [state])
  const { sort, from } = state
  const wanted = { blueprint: blueprint.identifier, query, sort, from, limit: pageSize, count: true }
  const { data, error, isPlaceholderData, refetch } = useEntities(wanted)
  const shown = useMemo(
    () => state.shown.flatMap((id) => columns.filter((column) => column.id === id)),
    [state.shown, columns],
  )
  return (
    <Page
      title={blueprintTitle(blueprint)}
      about={blueprint.description ?? <span>Entities of {blueprint.identifier}</span>}
      actions={
        <>
          <ColumnMenu columns={columns} shown={state.shown} change={change} />
          <ExportMenu wanted={wanted} columns={shown} />
        </>
      }
    >
      <Stack gap="sm">
        <FilterBar key={blueprint.identifier} columns={columns} filters={state} change={change} />
        {error && data && !isPlaceholderData && <NotRefreshed error={error} retry={refetch} />}
        {error && (!data || isPlaceholderData) ? (
          <Failed error={error} retry={refetch} />
        ) : (
          <Card withBorder p={0} radius="md">
            {!data && <TableSkeleton />}
            {data && data.entities.length === 0 && (
              <NothingHere isFiltered={query !== undefined} clear={() => change(noFilters)} />
            )}
            {data && data.entities.length > 0 && (
              <EntityTable
                label={blueprintTitle(blueprint)}
                entities={data.entities}
                columns={shown}
                sort={state.sort}
                onSort={(sort) => change({ sort })}
                isStale={isPlaceholderData}
              />
            )}
          </Card>
        )}
        {data && (
          <Pager
            state={state}
            pageSize={pageSize}
            shown={data.entities.length}
            next={data.next}
            total={data.total}
            change={change}
          />
        )}
      </Stack>
    </Page>
  )
}

function NothingHere({ isFiltered, clear }: { isFiltered: boolean; clear: () => void }) {
  if (!isFiltered) {
    return (
      <Empty icon={CircleStackIcon} title="No entities yet">
        They come with the first resync that maps into this blueprint.
      </Empty>
    )
  }
  return (
    <Empty
      icon={FunnelIcon}
      title="Nothing matches"
      action={
        <Button variant="default" mt="sm" onClick={clear}>
          Clear the filters
        </Button>
      }
    >
      No entity passes all of the filters above.
    </Empty>
  )
}

function TableSkeleton() {
  return (
    <Stack gap={0} p="md" aria-busy="true" aria-label="Loading entities">
      {Array.from({ length: 8 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bars without a meaning
        <Group key={index} py={9}>
          <Skeleton height={14} flex={3} />
          <Skeleton height={14} flex={1} />
          <Skeleton height={14} flex={1} />
        </Group>
      ))}
    </Stack>
  )
}
