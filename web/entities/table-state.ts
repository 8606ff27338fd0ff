// What a table shows is in its address, so that an address can be shared and the way back works.
import { useMemo } from "react"
import { useSearchParams } from "wouter"
import type { Sort } from "../api/entities.ts"
import { type Filters, readRules, writeRules } from "../filters/query-text.ts"
import type { Column } from "./columns.ts"

export interface TableState extends Filters {
  sort: Sort | undefined
  /** Ids of the columns shown, in their order. */
  shown: readonly string[]
  /** The cursor of the page; undefined means the first. */
  from: string | undefined
  /** How many pages lie before this one. */
  page: number
}

export type ChangeTable = (change: Partial<TableState>) => void

export function useTableState(columns: readonly Column[]): [TableState, ChangeTable] {
  const [parameters, setParameters] = useSearchParams()
  const state = useMemo(() => readState(parameters, columns), [parameters, columns])
  const change: ChangeTable = (next) => {
    // Another question begins at its first page.
    const isOther = !("from" in next) && !("shown" in next)
    const wanted = { ...state, ...(isOther ? { from: undefined, page: 0 } : {}), ...next }
    setParameters(writeState(wanted, columns), { replace: "text" in next })
  }
  return [state, change]
}

function readState(parameters: URLSearchParams, columns: readonly Column[]): TableState {
  const known = new Set(columns.map(({ id }) => id))
  const asked = parameters
    .get("columns")
    ?.split(",")
    .filter((id) => known.has(id))
  return {
    text: parameters.get("text") ?? "",
    ...readRules(parameters.get("query")),
    sort: readSort(parameters.get("sort"), columns),
    shown: asked && asked.length > 0 ? asked : defaultShown(columns),
    from: parameters.get("from") ?? undefined,
    page: Math.max(0, Number(parameters.get("page")) || 0),
  }
}

function writeState(
  { sort, shown, from, page, ...filters }: TableState,
  columns: readonly Column[],
): URLSearchParams {
  const parameters = new URLSearchParams()
  const set = (name: string, value: string) => value !== "" && parameters.set(name, value)
  set("text", filters.text)
  set("query", writeRules(filters))
  set("sort", sort ? `${sort.property}:${sort.order}` : "")
  const isDefault = shown.join() === defaultShown(columns).join()
  set("columns", isDefault ? "" : shown.join(","))
  set("from", from ?? "")
  set("page", page > 0 ? String(page) : "")
  return parameters
}

export function defaultShown(columns: readonly Column[]): string[] {
  return columns.filter(({ isShownAtFirst }) => isShownAtFirst).map(({ id }) => id)
}

function readSort(text: string | null, columns: readonly Column[]): Sort | undefined {
  const [, property, order] = text?.match(/^(.+):(asc|desc)$/) ?? []
  if (!columns.some(({ id, isSortable }) => isSortable && id === property)) return undefined
  return property === undefined ? undefined : { property, order: order === "desc" ? "desc" : "asc" }
}
