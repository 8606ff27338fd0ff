// Ctrl-K: pages, blueprints, and entities of every blueprint by name.
import { CircleStackIcon, TableCellsIcon } from "@heroicons/react/24/outline"
import { useDebouncedValue } from "@mantine/hooks"
import type { SpotlightActionGroupData } from "@mantine/spotlight"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useLocation } from "wouter"
import { useHasCatalog } from "../api/about.ts"
import { type Blueprint, blueprintTitle, useBlueprints } from "../api/blueprints.ts"
import { type Entity, fetchEntities } from "../api/entities.ts"
import { path } from "../api/http.ts"
import { textQuery } from "../filters/query-text.ts"
import { placesWith } from "./navigation.tsx"
import { SearchBox } from "./search-box.tsx"

const perBlueprint = 4

export function Search() {
  const [text, setText] = useState("")
  const [wanted] = useDebouncedValue(text.trim(), 150)
  const [, go] = useLocation()
  const hasCatalog = useHasCatalog()
  const { data: blueprints = [] } = useBlueprints({ enabled: hasCatalog })
  const found = useQuery({
    queryKey: ["search", wanted, blueprints.map(({ identifier }) => identifier)],
    queryFn: ({ signal }) => searchAll(blueprints, wanted, signal),
    enabled: hasCatalog && wanted.length > 1,
    placeholderData: keepPreviousData,
  })

  const groups: SpotlightActionGroupData[] = [
    {
      group: "Pages",
      actions: placesWith({ hasCatalog }).map(({ to, text: label, icon: Icon }) => ({
        id: to,
        label,
        leftSection: <Icon width={18} />,
        onClick: () => go(to),
      })),
    },
    {
      group: "Blueprints",
      actions: blueprints.map((blueprint) => ({
        id: `blueprint ${blueprint.identifier}`,
        label: blueprintTitle(blueprint),
        leftSection: <TableCellsIcon width={18} />,
        onClick: () => go(path`/entities/${blueprint.identifier}`),
      })),
    },
    ...(found.data ?? []).map(({ blueprint, entities }) => ({
      group: blueprintTitle(blueprint),
      actions: entities.map((entity) => ({
        id: `entity ${entity.blueprint} ${entity.identifier}`,
        label: entity.title ?? entity.identifier,
        description: entity.identifier,
        // The server found it; the box must not filter it away again.
        keywords: [wanted],
        leftSection: <CircleStackIcon width={18} />,
        onClick: () => go(path`/entities/${entity.blueprint}/${entity.identifier}`),
      })),
    })),
  ]
  return (
    <SearchBox
      groups={groups}
      text={text}
      onText={setText}
      isSearching={found.isFetching}
      placeholder={hasCatalog ? "Pages, blueprints, entities" : "Pages"}
    />
  )
}

interface Found {
  blueprint: Blueprint
  entities: Entity[]
}

async function searchAll(
  blueprints: readonly Blueprint[],
  text: string,
  signal: AbortSignal,
): Promise<Found[]> {
  const query = textQuery(text)
  const found = await Promise.all(
    blueprints.map(async (blueprint) => {
      const wanted = {
        blueprint: blueprint.identifier,
        query,
        sort: undefined,
        from: undefined,
        limit: perBlueprint,
      }
      return { blueprint, entities: (await fetchEntities(wanted, signal)).entities }
    }),
  )
  return found.filter(({ entities }) => entities.length > 0)
}
